/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules, one file a subject. Each appends what it finds in a reading, worst
 * or first listener first; nothing when all is well. None of them fails.
 */
#ifndef CLI_RULES_RULES_H
#define CLI_RULES_RULES_H

#include "rules/finding.h"

struct free_ports;
struct headroom;
struct info;
struct listener;
struct listeners;
struct overflow;
struct ports;
struct route_ports;
struct source_ports;
struct tcp_memory;
struct time_wait;

/* --- listener.c: limits, SYN queues, cookies --- */

/* At most so many besides one for each listener. */
#define LISTENER_FINDINGS 8

/* Explanations of single listeners, and of cookies. */
void listener_findings(const struct listeners *listeners,
		       struct findings *findings);

/* What the next listen(2) of its application would give it; ABSENT where what
 * that asks for is not known.
 */
__u64 listener_next_limit(const struct listener *listener, __u64 somaxconn);

/* What makes the reading itself incomplete. */
#define READING_FINDINGS 2
void reading_findings(const struct listeners *listeners,
		      struct findings *findings);

/* --- refusal.c: who refuses connections, and why --- */

/* So many listeners are explained, with at most so many causes. */
#define REFUSAL_LISTENERS 5
#define CAUSE_FINDINGS 6
#define REFUSAL_FINDINGS (REFUSAL_LISTENERS * CAUSE_FINDINGS)

/* Of each cause of one listener: how often (@count) and when (@window), what was refused
 * (@evidence) and why (@cause). A warning while it goes on, a note when it is over.
 */
void cause_findings(const struct listeners *listeners, size_t i,
		    struct findings *findings);

/* Of the worst listeners: those first that refused most in the last minute. */
void refusal_findings(const struct listeners *listeners,
		      struct findings *findings);

/**
 * worst_findings() - the listener that refuses most, for either queue
 * @now: the reading
 * @old: the one before, or NULL
 * @ms: between the two, or 0
 * @findings: result, at most two; none when no listener refused within @ms or the
 *	      last minute, and no accept queue is full
 *
 * A full SYN queue alone is no problem: there are cookies.
 */
void worst_findings(const struct listeners *now, const struct listeners *old,
		    __u64 ms, struct findings *findings);

/* --- over.c: what is over, and what is no listener's --- */

/* What those refused that have closed, and what the kernel counted and is nobody's: a
 * warning while it goes on, a note when it is over.
 */
void closed_finding(const struct overflow *overflow, struct findings *findings);
void unattributed_finding(const struct overflow *overflow,
			  struct findings *findings);

/* These, and TIME-WAIT that got no bucket: only what goes on. */
void elsewhere_findings(const struct listeners *listeners,
			const struct time_wait *time_wait,
			struct findings *findings);

/* Of all that was refused and is over: the one that was over last. A note. */
void over_finding(const struct listeners *listeners,
		  const struct time_wait *time_wait, struct findings *findings);

/* --- timewait.c, ports.c, module.c --- */

/* Buckets used and left, in one sentence; EVIDENCE_TEXT is room enough. */
void buckets_text(const struct time_wait *tw, char *text, size_t size);

/* A tenth of the buckets is left, or less. Return: is it so? */
bool buckets_finding(const struct time_wait *tw, struct findings *findings);

/* Connections got none. A warning while it goes on, a note when it is over. */
void no_bucket_finding(const struct time_wait *tw, struct findings *findings);

#define FREE_TEXT 48

/* "12", or "3-12" where it is not known. */
void free_text(const struct free_ports *left, char *text, size_t size);

/**
 * ports_finding() - do the ports between a source and a destination run out?
 * @headroom: the reading
 * @route: the two
 * @findings: result, at most one: surely less than a fifth of them is left
 *
 * Return: was there one?
 */
bool ports_finding(const struct headroom *headroom,
		   const struct route_ports *route, struct findings *findings);

/**
 * source_finding() - do the ports of a source that binds first run out?
 * @headroom: the reading
 * @source: which
 * @findings: result, at most one: less than a fifth of them is left to bind(2), and none
 *	      is used to two destinations
 *
 * Return: was there one?
 */
bool source_finding(const struct headroom *headroom,
		    const struct source_ports *source, struct findings *findings);
void sources_findings(const struct headroom *headroom, struct findings *findings);

/* Is it worth a walk? @sockets: so many are neither closed nor listeners. Each takes no
 * more than one port; of bound ones and listeners we do not know.
 */
bool ports_may_be_scarce(const struct ports *ports, __u64 sockets);

/* The pairs with most ports in use, so many, and sources. */
#define PORTS_FINDINGS 4
void ports_findings(const struct headroom *headroom, struct findings *findings);

/* --- memory.c --- */

/**
 * memory_findings() - do orphans or memory of all TCP run out, was anybody reset for it?
 * @now: the reading
 * @old: the one before, or NULL
 * @ms: between the two, or 0
 * @findings: result, at most three
 */
void memory_findings(const struct tcp_memory *now, const struct tcp_memory *old,
		     __u64 ms, struct findings *findings);

/* What makes the module's numbers inexact. At most four. */
void module_findings(const struct info *info, struct findings *findings);

#endif
