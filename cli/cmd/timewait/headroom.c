// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse timewait --headroom: how many of the ports that connect(2) may choose
 * are used between one source and one destination. They run out there, not in
 * the whole machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/compiler.h"
#include "base/group.h"
#include "base/out.h"
#include "cmd/cmd.h"
#include "cmd/findings.h"
#include "cmd/run.h"
#include "cmd/show.h"
#include "host/netns.h"
#include "host/ports.h"
#include "host/sockdiag.h"
#include "cmd/timewait/walk.h"
#include "rules/rules.h"

/* so many pairs without ports are found, of the rows shown */
#define FINDINGS_MAX 16

static const struct col cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "source", "SOURCE", COL_LEFT },
	{ "destination", "DESTINATION", COL_LEFT },
	{ "used", "USED", 0 },
	{ "time_wait", "TIME-WAIT", 0 },
	{ "free", "FREE", 0 },
	{ "percent", "SHARE", 0 },
};

struct key {
	struct addr src, dst;
	unsigned int dport;
};

struct group {
	struct key key;
	__u64 used, time_wait;
};

struct sample {
	struct ports ports;
	struct walked walked;
	struct groups *groups;
};

/* IPv4 and IPv6 sockets that talk IPv4 take each other's ports. */
static void add(const struct diag_socket *socket, void *arg)
{
	struct key key = { socket->src, socket->dst, socket->dport };
	struct sample *sample = arg;
	struct group *group;

	if (!socket->dport || !ports_has(&sample->ports, socket->sport))
		return;
	addr_unmap(&key.src);
	addr_unmap(&key.dst);
	group = groups_get(sample->groups, &key);
	group->used++;
	group->time_wait += socket->state == TCPULSE_STATE_TIME_WAIT;
}

static int take(struct conn *conn, const struct opts *opts, void *data)
{
	struct sample *sample = data;

	(void)conn;
	sample->groups = groups_new(sizeof(struct key), sizeof(struct group));
	return ports_read(&sample->ports) ?:
	       walk_sockets(opts, STATES_ALL & ~STATE_BIT(TCPULSE_STATE_LISTEN),
			    false, add, sample, &sample->walked);
}

static void drop(void *data)
{
	struct sample *sample = data;

	groups_free(sample->groups);
}

static int by_used(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a;
	const struct group *y = *(struct group *const *)b;

	if (x->used != y->used)
		return x->used > y->used ? -1 : 1;
	return memcmp(&x->key, &y->key, sizeof(x->key));
}

static void show_key(const struct key *key)
{
	char src[ENDPOINT_MAX], dst[ENDPOINT_MAX];

	addr_text(&key->src, src);
	addr_endpoint(&key->dst, NULL, key->dport, false, dst);
	out_str("source", src);
	if (!out_is_json()) {
		out_str("destination", dst);
		return;
	}
	addr_text(&key->dst, dst);
	out_str("destination", dst);
	out_u64("destination_port", key->dport);
	out_str("family", family_name(key->src.family));
}

/* Return: do the ports of @group run out? */
static bool judge(const struct group *group, unsigned int capacity,
		  struct findings *findings)
{
	char src[ENDPOINT_MAX], dst[ENDPOINT_MAX], subject[SUBJECT_TEXT];

	addr_text(&group->key.src, src);
	addr_endpoint(&group->key.dst, NULL, group->key.dport, false, dst);
	snprintf(subject, sizeof(subject), "%s to %s", src, dst);
	return ports_finding(subject, group->used, capacity, findings);
}

static void show_row(const struct netns *ns, const struct group *group,
		     unsigned int capacity, struct findings *findings)
{
	/* a port may be bound by hand in one socket and chosen in another */
	__u64 left = capacity > group->used ? capacity - group->used : 0;

	out_row();
	out_cell("netns", "%s", netns_text(ns));
	show_key(&group->key);
	out_u64("used", group->used);
	out_u64("time_wait", group->time_wait);
	out_u64("free", left);
	show_percent("percent", group->used, capacity);
	if (judge(group, capacity, findings))
		out_style("free", left ? WARN : BAD);
}

static void show_range(const struct opts *opts, const struct ports *ports,
		       size_t groups, size_t rows)
{
	unsigned int reserved = ports->high - ports->low + 1 - ports->capacity;

	if (out_is_json()) {
		out_u64("port_low", ports->low);
		out_u64("port_high", ports->high);
		out_u64("reserved", reserved);
		out_u64("capacity", ports->capacity);
		out_u64("groups", groups);
	} else if (opts->header) {
		out_line(DIM,
			 "connect(2) may choose of %u ports to each destination: %u to %u, %u of them reserved%s",
			 ports->capacity, ports->low, ports->high, reserved,
			 rows < groups ? "; not all rows shown (--top 0)" : "");
	}
}

static int show(const struct opts *opts, const struct netns *ns,
		const void *data, const void *old)
{
	const struct sample *sample = data;
	struct finding worst[FINDINGS_MAX];
	struct findings findings = { worst, ARRAY_SIZE(worst), 0 };
	struct group **list;
	size_t n, i;

	(void)old;
	list = (struct group **)groups_sorted(sample->groups, by_used, &n);
	out_table("headroom", cols, ARRAY_SIZE(cols),
		  opts->all_netns ? COL_NETNS : 0);
	for (i = 0; i < walk_rows(opts, n); i++)
		show_row(ns, list[i], sample->ports.capacity, &findings);
	out_table_end();
	show_range(opts, &sample->ports, n, i);
	show_walked(&sample->walked, opts->header);
	findings_json(&findings);
	free(list);
	return ST_OK;
}

int run_headroom(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct sample),
		.take = take,
		.show = show,
		.drop = drop,
	};

	return run_view(opts, &view);
}
