// SPDX-License-Identifier: GPL-2.0
/*
 * Why listeners refused connections: a table below that of listeners, one row
 * for each cause that occurred, worst listener first. JSON has the causes in
 * each listener.
 */
#include <stdbool.h>
#include <stddef.h>

#include "compiler.h"
#include "listener_causes.h"
#include "listeners.h"
#include "out.h"

/* so many listeners are explained; the table above has all */
#define LISTENERS_MAX 5

static const struct col cols[] = {
	{ "local", "REFUSED BY", COL_LEFT },
	{ "count", "COUNT", 0 },
	{ "what", "WHAT", COL_LEFT },
	{ "why", "WHY", COL_LEFT },
};

#define OF(member) offsetof(struct refusals, member)

static const struct {
	size_t offset;
	const char *what, *why;
} causes[] = {
	{ OF(accept_full_syn), "SYN", "accept queue full" },
	{ OF(accept_full_ack), "last ACK", "accept queue full" },
	{ OF(accept_full_cookie), "ACK with cookie", "accept queue full" },
	{ OF(abort_reset), "last ACK",
	  "of these, answered with RST: net.ipv4.tcp_abort_on_overflow" },
	{ OF(syn_full_drop), "SYN", "SYN queue full, net.ipv4.tcp_syncookies is off" },
	{ OF(max_syn_backlog), "SYN", "last quarter of net.ipv4.tcp_max_syn_backlog" },
	{ OF(other_drop), "SYN or ACK", "no memory, no route back, or a filter" },
};

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

static void rows(const struct listeners *listeners, size_t i)
{
	const char *base = (const char *)&listeners->dump.list[i].refusals;
	char local[ENDPOINT_MAX];
	__u64 count;
	size_t c;

	listener_local(listeners, i, local);
	for (c = 0; c < ARRAY_SIZE(causes); c++) {
		count = *(const __u64 *)(base + causes[c].offset);
		if (!count)
			continue;
		out_row();
		out_cell("local", "%s", local);
		out_cell("count", "%llu", count);
		out_cell("what", "%s", causes[c].what);
		out_cell("why", "%s", causes[c].why);
	}
}

void listener_causes(const struct listeners *listeners)
{
	size_t worst = 0;
	int n;

	if (out_is_json() || !next_worst(&listeners->dump, &worst, true))
		return;
	out_line(PLAIN, "%s", "");
	out_table(NULL, cols, ARRAY_SIZE(cols), 0);
	for (n = 0; n < LISTENERS_MAX; n++) {
		rows(listeners, worst);
		if (!next_worst(&listeners->dump, &worst, false))
			break;
	}
	out_table_end();
}
