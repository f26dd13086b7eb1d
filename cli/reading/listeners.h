/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A reading of all listeners: what is taken for it, and what adds up in it.
 */
#ifndef CLI_LISTENERS_H
#define CLI_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "base/addr.h"
#include "module/attrs.h"
#include "module/nl.h"

struct conn;
struct filter;

/**
 * struct listeners - a reading
 * @dump: the listeners, by id
 * @overflow: all of them together
 * @ifname: names of the interfaces they are bound to, as many as listeners
 */
struct listeners {
	struct listener_dump dump;
	struct overflow overflow;
	struct interface_name *ifname;
};

/**
 * struct wanted_listeners - which of them a reading has
 * @family: AF_INET, AF_INET6, or AF_UNSPEC for both
 * @overflowing: only those that ever dropped something
 * @filter: only those that fit it; NULL: all
 */
struct wanted_listeners {
	int family;
	bool overflowing;
	const struct filter *filter;
};

/**
 * listeners_take() - make a reading
 * @conn: the module, in the namespace this thread is in
 * @wanted: which of them
 * @listeners: result, for listeners_drop(), also after a failure
 *
 * Return: ST_OK, ST_NOT_LOADED, ST_REFUSED.
 */
int listeners_take(struct conn *conn, const struct wanted_listeners *wanted,
		   struct listeners *listeners);
void listeners_drop(struct listeners *listeners);

/* What the listener with this @id had refused in @old; NULL when it is not
 * there, or @old is NULL.
 */
const struct refusals *listeners_refusals(const struct listeners *old, __u64 id);

/* Connections refused because the accept queue was full. */
__u64 refusals_overflow(const struct refusals *refusals);

/* SYNs dropped for any other reason. */
__u64 refusals_dropped(const struct refusals *refusals);

/* SYNs answered with a cookie because the SYN queue was full, or always. */
__u64 refusals_cookies(const struct refusals *refusals);

/* Of the kernel's counters, as refusals_overflow() and _dropped(). */
__u64 kernel_overflow(const struct kernel_counters *kernel);
__u64 kernel_dropped(const struct kernel_counters *kernel);
bool kernel_is_zero(const struct kernel_counters *kernel);

/* "3 overflows, 10 valid cookies": those that are not zero. KERNEL_TEXT is
 * room enough.
 */
#define KERNEL_TEXT 256
void kernel_text(const struct kernel_counters *kernel, char *text, size_t size);

/**
 * listener_syn_limit() - the limit of its SYN queue that holds now
 * @overflow: of the same reading
 * @listener: whose
 *
 * Without cookies the kernel keeps the last quarter of tcp_max_syn_backlog, of each
 * listener's queue, for peers whose round trip it knows (ip tcp_metrics).
 *
 * Return: entries, for peers that are not known; it takes one more. At most the limit of
 * listen(2).
 */
__u64 listener_syn_limit(const struct overflow *overflow,
			 const struct listener *listener);

/* A queue takes limit + 1. */
bool queue_is_full(const struct queue *queue, __u64 limit);

/* A queue, and the limit that holds for it. */
struct fill {
	const struct queue *queue;
	__u64 limit;
};

struct fill accept_fill(const struct overflow *overflow,
			const struct listener *listener);
struct fill syn_fill(const struct overflow *overflow,
		     const struct listener *listener);
bool is_fuller(const struct fill *a, const struct fill *b);

void listener_addr(const struct listener *listener, struct addr *addr);

/* Its address in text; @text has room for ENDPOINT_MAX. */
void listener_local(const struct listeners *listeners, size_t i, char *text);

/* The same as an argument of ours, not quoted for any shell. */
void listener_word(const struct listeners *listeners, size_t i, char *text);

#endif
