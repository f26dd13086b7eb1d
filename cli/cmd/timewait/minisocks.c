// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse timewait --by: TIME_WAIT minisocks by local port, peer or prefix.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/addr.h"
#include "base/append.h"
#include "base/compiler.h"
#include "base/group.h"
#include "base/out.h"
#include "cmd/cmd.h"
#include "cmd/run.h"
#include "cmd/show.h"
#include "host/netns.h"
#include "host/sockdiag.h"
#include "cmd/timewait/walk.h"

#define COL_WHO 1

/* The head of "who" is that of the grouping. */
static struct col cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "who", "", COL_LEFT },
	{ "count", "COUNT", 0 },
	{ "share", "SHARE", 0 },
	{ "time_wait", "TIME-WAIT", 0 },
	{ "fin_wait_2", "FIN-WAIT-2", 0 },
	{ "remaining_min_ms", "LEFT MIN", 0 },
	{ "remaining_avg_ms", "AVG", 0 },
	{ "remaining_max_ms", "MAX", 0 },
};

/* @addr or @port, the other is zero. */
struct key {
	struct addr addr;
	unsigned int port;
};

/* @left_*: until they end, ms */
struct group {
	struct key key;
	__u64 count, fin_wait_2;
	__u64 left_min, left_max, left_sum;
};

struct sample {
	const struct opts *opts;
	struct walked walked;
	struct groups *groups;
	__u64 count;
};

/* An IPv6 socket that talks IPv4 has the same peer as an IPv4 one. */
static void key_of(const struct opts *opts, const struct diag_socket *socket,
		   struct key *key)
{
	*key = (struct key) { };
	if (opts->walk == WALK_PORT) {
		key->port = socket->sport;
		return;
	}
	key->addr = socket->dst;
	addr_unmap(&key->addr);
	if (opts->walk == WALK_PREFIX)
		addr_mask(&key->addr,
			  opts->prefix[key->addr.family == AF_INET6]);
}

static void add(const struct diag_socket *socket, void *arg)
{
	struct sample *sample = arg;
	struct group *group;
	struct key key;
	__u64 left = socket->remaining_ms;

	if (!socket->minisock)
		return;
	key_of(sample->opts, socket, &key);
	group = groups_get(sample->groups, &key);
	if (!group->count++ || left < group->left_min)
		group->left_min = left;
	if (left > group->left_max)
		group->left_max = left;
	group->left_sum += left;
	group->fin_wait_2 += socket->state == TCPULSE_STATE_FIN_WAIT_2;
	sample->count++;
}

static int take(struct conn *conn, const struct opts *opts, void *data)
{
	struct sample *sample = data;

	(void)conn;
	sample->opts = opts;
	sample->groups = groups_new(sizeof(struct key), sizeof(struct group));
	return walk_sockets(opts, STATE_BIT(TCPULSE_STATE_TIME_WAIT) |
			    STATE_BIT(TCPULSE_STATE_FIN_WAIT_2), false, add,
			    sample, &sample->walked);
}

static void drop(void *data)
{
	struct sample *sample = data;

	groups_free(sample->groups);
}

static int by_count(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a;
	const struct group *y = *(struct group *const *)b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->key.port != y->key.port)
		return x->key.port < y->key.port ? -1 : 1;
	return memcmp(&x->key, &y->key, sizeof(x->key));
}

static const char *what(const struct opts *opts)
{
	switch (opts->walk) {
	case WALK_PORT:
		return "port";
	case WALK_PEER:
		return "peer";
	default:
		return "prefix";
	}
}

static const char *heading(const struct opts *opts)
{
	switch (opts->walk) {
	case WALK_PORT:
		return "LOCAL PORT";
	case WALK_PEER:
		return "PEER";
	default:
		return "PEER PREFIX";
	}
}

static void show_who(const struct opts *opts, const struct group *group)
{
	char text[ENDPOINT_MAX + 8];
	unsigned int family = group->key.addr.family;

	if (opts->walk == WALK_PORT) {
		if (out_is_json())
			out_u64("port", group->key.port);
		out_cell("who", ":%u", group->key.port);
		return;
	}
	addr_text(&group->key.addr, text);
	if (opts->walk == WALK_PREFIX)
		append(text, sizeof(text), "/%u",
		       opts->prefix[family == AF_INET6]);
	if (out_is_json()) {
		out_str("family", family_name(family));
		out_str(what(opts), text);
	}
	out_cell("who", "%s", text);
}

static void show_left(const char *key, __u64 ms)
{
	if (out_is_json())
		out_u64(key, ms);
	else
		out_cell(key, "%.1f s", ms / 1000.0);
}

static void show_row(const struct opts *opts, const struct netns *ns,
		     const struct group *group, __u64 all)
{
	out_row();
	out_cell("netns", "%s", netns_text(ns));
	show_who(opts, group);
	out_u64("count", group->count);
	show_percent("share", group->count, all);
	out_u64("time_wait", group->count - group->fin_wait_2);
	out_u64("fin_wait_2", group->fin_wait_2);
	show_left("remaining_min_ms", group->left_min);
	show_left("remaining_avg_ms", group->left_sum / group->count);
	show_left("remaining_max_ms", group->left_max);
}

static void show_sums(const struct opts *opts, const struct sample *sample,
		      size_t groups, size_t rows)
{
	if (out_is_json()) {
		out_str("by", what(opts));
		out_u64("minisocks", sample->count);
		out_u64("groups", groups);
	} else if (opts->header) {
		out_line(DIM, "%llu connections of %zu %s%s%s", sample->count,
			 groups, what(opts), groups == 1 ? "" :
			 opts->walk == WALK_PREFIX ? "es" : "s",
			 rows < groups ? ", not all shown (--top 0)" : "");
	}
}

static int show(const struct opts *opts, const struct netns *ns,
		const void *data, const void *old)
{
	const struct sample *sample = data;
	struct group **list;
	size_t n, i;

	(void)old;
	list = (struct group **)groups_sorted(sample->groups, by_count, &n);
	cols[COL_WHO].head = heading(opts);
	out_table("group", cols, ARRAY_SIZE(cols),
		  opts->all_netns ? COL_NETNS : 0);
	for (i = 0; i < walk_rows(opts, n); i++)
		show_row(opts, ns, list[i], sample->count);
	out_table_end();
	show_sums(opts, sample, n, i);
	show_walked(&sample->walked, opts->header);
	free(list);
	return ST_OK;
}

int run_minisocks(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct sample),
		.take = take,
		.show = show,
		.drop = drop,
	};

	return run_view(opts, &view);
}
