// SPDX-License-Identifier: GPL-2.0
/*
 * Groups of connections that do not move, as rows.
 */
#include <stdlib.h>
#include <sys/socket.h>

#include "base/append.h"
#include "base/compiler.h"
#include "base/out.h"
#include "base/parse.h"
#include "cmd/cmd.h"
#include "cmd/show.h"
#include "cmd/stuck/stuck.h"
#include "host/netns.h"

#define COL_LOCAL	COL_PROCESS

static const struct col cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "state", "STATE", COL_LEFT },
	{ "count", "COUNT", 0 },
	{ "local", "LOCAL", COL_LEFT | COL_LOCAL },
	{ "peer", "PEER", COL_LEFT },
	{ "silent_max_ms", "SILENT", 0 },
	{ "why", "WHY", COL_LEFT },
	{ "owner", "WHOSE", COL_LEFT },
	{ "ends", "WHAT ENDS IT", COL_LEFT },
};

static const char * const timers[] = {
	[TIMER_NONE] = "none",
	[TIMER_RETRANSMIT] = "retransmit",
	[TIMER_KEEPALIVE] = "keepalive",
	[TIMER_MINISOCK] = "minisock",
	[TIMER_WINDOW] = "window",
};

static const char *timer_name(const struct stuck *stuck)
{
	if (stuck->timer == TIMER_KEEPALIVE && stuck->owner == OWNER_KERNEL)
		return "fin_timeout";
	return stuck->timer < ARRAY_SIZE(timers) ? timers[stuck->timer] : "unknown";
}

static void show_silence(const struct diag_socket *longest)
{
	__u32 ms = longest->silent_ms;

	if (!longest->heard)
		out_cell("silent_max_ms", "-");
	else if (out_is_json())
		out_u64("silent_max_ms", ms);
	else if (ms < 60000)
		out_cell("silent_max_ms", "%.1f s", ms / 1000.0);
	else
		show_duration_cell("silent_max_ms", ms);
}

static void show_connection(const struct diag_socket *longest)
{
	char src[ENDPOINT_MAX], dst[ENDPOINT_MAX];

	addr_endpoint(&longest->src, NULL, longest->sport, false, src);
	addr_endpoint(&longest->dst, NULL, longest->dport, false, dst);
	out_str("local", src);
	out_str("peer", dst);
}

static void show_peer(const struct opts *opts, const struct stuck_group *group)
{
	struct addr addr = group->longest.dst;
	char text[ENDPOINT_MAX + 8];

	addr_unmap(&addr);
	if (opts->walk == WALK_PREFIX)
		addr = group->key.dst;
	addr_text(&addr, text);
	if (opts->walk == WALK_PREFIX)
		append(text, sizeof(text), "/%u",
		       opts->prefix[addr.family == AF_INET6]);
	if (!out_is_json())
		out_cell("peer", "%s", opts->walk != WALK_PREFIX && group->peers ?
			 "several" : text);
	else if (opts->walk == WALK_PREFIX || !group->peers)
		out_str(opts->walk == WALK_PREFIX ? "peer_prefix" : "peer_address",
			text);
}

/* JSON has an example as well: that which was silent longest. */
static void show_where(const struct opts *opts, const struct stuck_group *group)
{
	if (out_is_json() || opts->walk == WALK_CONNECTION)
		show_connection(&group->longest);
	if (out_is_json() || opts->walk != WALK_CONNECTION)
		show_peer(opts, group);
}

static void json_timer(const struct stuck *stuck)
{
	out_str("timer", timer_name(stuck));
	if (stuck->timer != TIMER_NONE) {
		out_u64("expires_min_ms", stuck->expires_min);
		out_u64("expires_max_ms", stuck->expires_max);
	}
	out_u64("retransmits_max", stuck->retrans_max);
	out_u64("bytes_max", stuck->bytes_max);
}

static void show_row(const struct opts *opts, const struct netns *ns,
		     const struct stuck_sample *sample,
		     const struct stuck_group *group)
{
	const struct stuck *stuck = &group->stuck;
	char ends[STUCK_TEXT];

	out_row();
	out_cell("netns", "%s", netns_text(ns));
	out_str("state", out_is_json() ? state_json(stuck->state) :
					 state_text(stuck->state));
	out_u64("count", stuck->count);
	show_where(opts, group);
	show_silence(&group->longest);
	if (out_is_json()) {
		out_str("reason", stuck_why_name(stuck->why));
		json_timer(stuck);
	}
	out_str("why", stuck_why_text(stuck));
	stuck_show_owner(sample, group);
	stuck_ends_text(stuck, &sample->retries, ends, sizeof(ends));
	out_str("ends", ends);
}

static unsigned int columns(const struct opts *opts)
{
	unsigned int show = opts->all_netns ? COL_NETNS : 0;

	return opts->walk == WALK_CONNECTION ? show | COL_LOCAL : show;
}

static void json_sums(const struct stuck_sample *sample, size_t groups)
{
	out_u64("connections", sample->count);
	out_u64("groups", groups);
	out_u64("quiet", sample->quiet);
	out_u64("quiet_max_ms", sample->quiet_ms);
	out_u64("silent_ms", sample->after.other_ms);
	out_u64("silent_quiet_ms", sample->after.quiet_ms);
}

static void text_sums(const struct stuck_sample *sample, size_t groups,
		      size_t rows)
{
	if (!sample->count)
		out_line(PLAIN, "no connection is stuck");
	else
		out_line(DIM,
			 "%llu connections in %zu rows%s. SILENT is the longest since the peer's last ACK; when a state was entered the kernel does not keep",
			 sample->count, rows,
			 rows < groups ? " and more (--top 0)" : "");
	if (sample->quiet)
		out_line(DIM,
			 "%llu more are established, with nothing outstanding, and silent for %.1f s at most: --silent TIME",
			 sample->quiet, sample->quiet_ms / 1000.0);
}

int stuck_show(const struct opts *opts, const struct netns *ns,
	       const void *data, const void *old)
{
	const struct stuck_sample *sample = data;
	struct stuck_group **list;
	size_t n, rows, i;

	(void)old;
	list = stuck_sorted(sample, &n);
	rows = walk_rows(opts, n);
	if (n || out_is_json()) {
		out_table("stuck", cols, ARRAY_SIZE(cols), columns(opts));
		for (i = 0; i < rows; i++)
			show_row(opts, ns, sample, list[i]);
		out_table_end();
	}
	if (out_is_json())
		json_sums(sample, n);
	else if (opts->header)
		text_sums(sample, n, rows);
	show_walked(&sample->walked, opts->header);
	free(list);
	return ST_OK;
}
