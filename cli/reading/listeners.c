// SPDX-License-Identifier: GPL-2.0
/*
 * Takes a reading of the listeners, and adds up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/append.h"
#include "base/compiler.h"
#include "base/filter.h"
#include "base/parse.h"
#include "base/status.h"
#include "base/xalloc.h"
#include "host/names.h"
#include "reading/listeners.h"

static int by_id(const void *a, const void *b)
{
	const struct listener *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static bool fits(const struct filter *filter, const struct listener *listener)
{
	struct endpoints socket = {
		.state = TCPULSE_STATE_LISTEN,
		.sport = listener->port,
	};

	if (!filter)
		return true;
	listener_addr(listener, &socket.src);
	addr_init(&socket.dst, listener->family, (char [16]) { 0 });
	return filter_match(filter, &socket);
}

static void keep_fitting(const struct filter *filter, struct listener_dump *dump)
{
	size_t i, n = 0;

	for (i = 0; i < dump->n; i++)
		if (fits(filter, &dump->list[i]))
			dump->list[n++] = dump->list[i];
	dump->n = n;
}

/* Here, in the namespace that the numbers are of. */
static void name_interfaces(struct listeners *listeners)
{
	struct listener_dump *dump = &listeners->dump;
	size_t i;

	listeners->ifname = xcalloc(dump->n + 1, sizeof(*listeners->ifname));
	for (i = 0; i < dump->n; i++)
		if (dump->list[i].ifindex)
			interface_name(dump->list[i].ifindex,
				       &listeners->ifname[i]);
}

int listeners_take(struct conn *conn, const struct wanted_listeners *wanted,
		   struct listeners *listeners)
{
	struct listener_dump *dump = &listeners->dump;
	int st = conn_dump_listeners(conn, wanted->family,
				     wanted->overflowing, dump);

	if (st)
		return st;
	keep_fitting(wanted->filter, dump);
	/* the module's order is theirs, but we search by it */
	if (dump->n)
		qsort(dump->list, dump->n, sizeof(*dump->list), by_id);
	name_interfaces(listeners);
	return conn_get_overflow(conn, &listeners->overflow);
}

void listeners_drop(struct listeners *listeners)
{
	free(listeners->dump.list);
	free(listeners->ifname);
}

const struct refusals *listeners_refusals(const struct listeners *old, __u64 id)
{
	const struct listener key = { .id = id }, *found = NULL;

	if (old && old->dump.n)
		found = bsearch(&key, old->dump.list, old->dump.n, sizeof(key),
				by_id);
	return found ? &found->refusals : NULL;
}

/* --- sums ---------------------------------------------------------------- */

__u64 refusals_overflow(const struct refusals *refusals)
{
	return refusals->accept_full_syn + refusals->accept_full_ack +
	       refusals->accept_full_cookie;
}

__u64 refusals_dropped(const struct refusals *refusals)
{
	return refusals->syn_full_drop + refusals->max_syn_backlog +
	       refusals->other_drop;
}

__u64 refusals_cookies(const struct refusals *refusals)
{
	return refusals->syn_full_cookie + refusals->syn_always_cookie;
}

__u64 kernel_overflow(const struct kernel_counters *kernel)
{
	return kernel->listen_overflows;
}

/* Counters are read one by one: one may be ahead of the other. */
__u64 kernel_dropped(const struct kernel_counters *kernel)
{
	return kernel->listen_drops > kernel->listen_overflows ?
	       kernel->listen_drops - kernel->listen_overflows : 0;
}

bool kernel_is_zero(const struct kernel_counters *kernel)
{
	static const struct kernel_counters zero;

	return !memcmp(kernel, &zero, sizeof(zero));
}

void kernel_text(const struct kernel_counters *kernel, char *text, size_t size)
{
	const struct {
		const char *what;
		__u64 n;
	} parts[] = {
		{ "overflows", kernel_overflow(kernel) },
		{ "SYNs dropped", kernel_dropped(kernel) },
		{ "full SYN queues", kernel->req_q_full_do_cookies },
		{ "cookies sent", kernel->syncookies_sent },
		{ "valid cookies", kernel->syncookies_recv },
		{ "invalid cookies", kernel->syncookies_failed },
	};
	size_t i;

	*text = '\0';
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].n)
			append(text, size, "%s%llu %s", *text ? ", " : "",
			       parts[i].n, parts[i].what);
}

__u64 listener_syn_limit(const struct overflow *overflow,
			 const struct listener *listener)
{
	__u64 backlog = overflow->syn_backlog_limit;
	__u64 unknown = backlog - backlog / 4;

	if (overflow->syncookies || unknown >= listener->limit)
		return listener->limit;
	return unknown;
}

bool queue_is_full(const struct queue *queue, __u64 limit)
{
	return queue->depth > limit;
}

struct fill accept_fill(const struct overflow *overflow,
			const struct listener *listener)
{
	(void)overflow;
	return (struct fill){ &listener->accept_queue, listener->limit };
}

struct fill syn_fill(const struct overflow *overflow,
		     const struct listener *listener)
{
	return (struct fill){ &listener->syn_queue,
			      listener_syn_limit(overflow, listener) };
}

bool is_fuller(const struct fill *a, const struct fill *b)
{
	return a->queue->depth * (b->limit + 1) >
	       b->queue->depth * (a->limit + 1);
}

void listener_addr(const struct listener *listener, struct addr *addr)
{
	addr_init(addr, listener->family, listener->address);
}

static bool is_dual(const struct listener *listener)
{
	return listener->family == AF_INET6 && !listener->v6only;
}

void listener_local(const struct listeners *listeners, size_t i, char *text)
{
	const struct listener *listener = &listeners->dump.list[i];
	struct addr addr;

	listener_addr(listener, &addr);
	addr_endpoint(&addr, &listeners->ifname[i], listener->port,
		      is_dual(listener), text);
}

void listener_word(const struct listeners *listeners, size_t i, char *text)
{
	const struct listener *listener = &listeners->dump.list[i];
	struct addr addr;

	listener_addr(listener, &addr);
	addr_endpoint_raw(&addr, &listeners->ifname[i], listener->port,
			  is_dual(listener), text);
}
