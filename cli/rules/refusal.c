// SPDX-License-Identifier: GPL-2.0
/*
 * Which listeners refuse connections, and why: each cause that there is, and the
 * words for it.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/compiler.h"
#include "reading/listeners.h"
#include "rules/rules.h"

#define ACCEPT_FULL "accept queue full"
#define UNKNOWN "no memory, no route back, or a filter"

#define CAUSE(member, what, why, dropped) \
	{ #member, offsetof(struct refusals, member), what, why, dropped }

/* @dropped: in a few words, of what refusals_dropped() adds up */
static const struct {
	const char *id;
	size_t offset;
	const char *what, *why, *dropped;
} causes[] = {
	CAUSE(accept_full_syn, "SYN", ACCEPT_FULL, NULL),
	CAUSE(accept_full_ack, "last ACK", ACCEPT_FULL, NULL),
	CAUSE(accept_full_cookie, "ACK with cookie", ACCEPT_FULL, NULL),
	CAUSE(abort_reset, "last ACK",
	      "of these, answered with RST: net.ipv4.tcp_abort_on_overflow",
	      NULL),
	CAUSE(syn_full_drop, "SYN",
	      "SYN queue full, net.ipv4.tcp_syncookies is off",
	      "SYN queue full and net.ipv4.tcp_syncookies 0"),
	CAUSE(max_syn_backlog, "SYN",
	      "last quarter of net.ipv4.tcp_max_syn_backlog",
	      "net.ipv4.tcp_max_syn_backlog"),
	CAUSE(other_drop, "SYN or ACK", UNKNOWN, UNKNOWN),
};

static __u64 count_of(const struct refusals *refusals, size_t cause)
{
	return value_at(refusals, causes[cause].offset);
}

/* --- each cause of the worst listeners ----------------------------------- */

static __u64 refused(const struct refusals *refusals)
{
	return refusals_overflow(refusals) + refusals_dropped(refusals);
}

/* The one with the most refusals below @limit; those that tie by index. */
static bool next_worst(const struct listener_dump *dump, size_t *worst,
		       bool first)
{
	__u64 limit = first ? ~0ULL : refused(&dump->list[*worst].refusals), n;
	__u64 most = 0;
	size_t i, found = dump->n;

	for (i = 0; i < dump->n; i++) {
		n = refused(&dump->list[i].refusals);
		if (n > limit || (n == limit && i <= *worst) || n <= most)
			continue;
		most = n;
		found = i;
	}
	if (found == dump->n)
		return false;
	*worst = found;
	return true;
}

static void cause_findings(const struct listeners *listeners, size_t i,
			   struct findings *findings)
{
	struct finding finding = {
		.severity = WARNING,
		.form = "$s: $# $e: $c",
	};
	size_t c;

	listener_local(listeners, i, finding.subject);
	for (c = 0; c < ARRAY_SIZE(causes); c++) {
		finding.id = causes[c].id;
		finding.count = count_of(&listeners->dump.list[i].refusals, c);
		snprintf(finding.evidence, EVIDENCE_TEXT, "%s", causes[c].what);
		snprintf(finding.cause, CAUSE_TEXT, "%s", causes[c].why);
		if (finding.count)
			finding_add(findings, &finding);
	}
}

void refusal_findings(const struct listeners *listeners,
		      struct findings *findings)
{
	size_t worst = 0;
	int n;

	for (n = 0; n < REFUSAL_LISTENERS; n++) {
		if (!next_worst(&listeners->dump, &worst, !n))
			break;
		cause_findings(listeners, worst, findings);
	}
}

/* --- the worst listener of each queue ------------------------------------ */

/**
 * struct worst - the listener that refuses most
 * @index: which; the number of listeners when none does
 * @delta: refused within the interval
 * @full: its queue is full now
 * @refused: since it is counted
 */
struct worst {
	size_t index;
	__u64 delta, refused;
	bool full;
};

static bool is_worse(const struct worst *a, const struct worst *b)
{
	if (a->delta != b->delta)
		return a->delta > b->delta;
	if (a->full != b->full)
		return a->full;
	return a->refused > b->refused;
}

static struct worst judge(const struct listeners *now,
			  const struct listeners *old, __u64 ms, size_t i,
			  bool accept)
{
	const struct listener *listener = &now->dump.list[i];
	const struct refusals *before = listeners_refusals(old, listener->id);
	__u64 (*sum)(const struct refusals *refusals) =
		accept ? refusals_overflow : refusals_dropped;
	struct worst worst = {
		.index = i,
		.refused = sum(&listener->refusals),
		.full = queue_is_full(accept ? &listener->accept_queue :
					       &listener->syn_queue,
				      listener->limit),
	};

	if (ms)
		worst.delta = worst.refused - (before ? sum(before) : 0);
	return worst;
}

static struct worst find_worst(const struct listeners *now,
			       const struct listeners *old, __u64 ms,
			       bool accept)
{
	struct worst worst = { .index = now->dump.n }, one;
	size_t i;

	for (i = 0; i < now->dump.n; i++) {
		one = judge(now, old, ms, i, accept);
		if ((one.delta || one.full) && is_worse(&one, &worst))
			worst = one;
	}
	return worst;
}

static void accept_finding(const struct listeners *now,
			   const struct worst *worst, __u64 ms,
			   struct findings *findings)
{
	const struct listener *listener = &now->dump.list[worst->index];
	struct finding finding = {
		.id = worst->full ? "accept_queue_full" :
				    "accept_queue_was_full",
		.severity = PROBLEM,
		.form = worst->full ? "! " ACCEPT_FULL ": $s  $e" :
				      "! accept queue was full: $s  $e",
		.count = worst->refused,
		.inode = listener->inode,
	};
	char rate[32];

	rate_text(worst->delta, 0, ms, rate, sizeof(rate));
	listener_local(now, worst->index, finding.subject);
	snprintf(finding.evidence, EVIDENCE_TEXT, "%llu/%llu, %llu refused%s",
		 listener->accept_queue.depth, listener->limit, worst->refused,
		 rate);
	finding_add(findings, &finding);
}

/* The most frequent; of equal ones the first. */
static const char *drop_reason(const struct refusals *refusals)
{
	size_t c, most = ARRAY_SIZE(causes);

	for (c = 0; c < ARRAY_SIZE(causes); c++)
		if (causes[c].dropped &&
		    (most == ARRAY_SIZE(causes) ||
		     count_of(refusals, c) > count_of(refusals, most)))
			most = c;
	return causes[most].dropped;
}

static void syn_finding(const struct listeners *now, const struct worst *worst,
			__u64 ms, struct findings *findings)
{
	const struct listener *listener = &now->dump.list[worst->index];
	struct finding finding = {
		.id = "syns_dropped",
		.severity = PROBLEM,
		.form = "! SYNs dropped: $s  $e: $c",
		.count = worst->refused,
		.inode = listener->inode,
	};
	char rate[32];

	rate_text(worst->delta, 0, ms, rate, sizeof(rate));
	listener_local(now, worst->index, finding.subject);
	snprintf(finding.evidence, EVIDENCE_TEXT,
		 "SYN queue %llu/%llu, %llu dropped%s",
		 listener->syn_queue.depth, listener->limit, worst->refused,
		 rate);
	snprintf(finding.cause, CAUSE_TEXT, "%s",
		 drop_reason(&listener->refusals));
	finding_add(findings, &finding);
}

void worst_findings(const struct listeners *now, const struct listeners *old,
		    __u64 ms, struct findings *findings)
{
	struct worst worst = find_worst(now, old, ms, true);

	if (worst.index < now->dump.n)
		accept_finding(now, &worst, ms, findings);
	worst = find_worst(now, old, ms, false);
	if (worst.index < now->dump.n && worst.delta)
		syn_finding(now, &worst, ms, findings);
}
