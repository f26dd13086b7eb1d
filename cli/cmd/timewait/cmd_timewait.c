// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse timewait: the TIME-WAIT buckets and the ports to connect, from the
 * module's counters. What it can say by walking sockets is elsewhere.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/filter.h"
#include "base/out.h"
#include "base/parse.h"
#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/findings.h"
#include "cmd/json_fields.h"
#include "cmd/options.h"
#include "cmd/run.h"
#include "cmd/show.h"
#include "host/netns.h"
#include "host/ports.h"
#include "cmd/timewait/walk.h"
#include "module/attrs.h"
#include "module/nl.h"
#include "rules/rules.h"

static const struct col cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "what", "TIME-WAIT", COL_LEFT },
	{ "count", "COUNT", 0 },
	{ "rate", "/s", COL_RATES },
	{ "meaning", "", COL_LEFT },
};

/* @low, @high: the module's, or /proc's where the module cannot tell */
struct sample {
	struct time_wait_info info;
	unsigned int low, high, capacity;
};

static int take(struct conn *conn, const struct opts *opts, void *data)
{
	struct sample *sample = data;
	struct ports ports;
	int st = conn_get_time_wait(conn, &sample->info) ?: ports_read(&ports);

	(void)opts;
	if (st)
		return st;
	sample->low = sample->info.port_low ?: ports.low;
	sample->high = sample->info.port_high ?: ports.high;
	sample->capacity = ports.capacity;
	return ST_OK;
}

static void buckets_line(const struct netns *ns, const struct opts *opts,
			 const struct time_wait *tw)
{
	struct findings none = { };
	char text[EVIDENCE_TEXT];

	buckets_text(tw, text, sizeof(text));
	out_line(buckets_finding(tw, &none) ? WARN : PLAIN, "%s%s%s",
		 opts->all_netns ? netns_text(ns) : "", opts->all_netns ? ": " : "",
		 text);
}

#define AT(member) offsetof(struct time_wait, member)

static const struct {
	const char *what, *meaning;
	size_t offset;
} rows[] = {
	{ "entered", "got a bucket", AT(created) },
	{ "expired", "their time was up", AT(expired) },
	{ "reused", "a new connection took address and port", AT(reused) },
	{ "reset", "ended by a segment of the peer", AT(reset) },
	{ "other", "aborted, or the namespace ended", AT(other) },
	{ "refused", "got no bucket: limit, or no memory", AT(refused) },
};

static void text_rows(const struct opts *opts, const struct netns *ns,
		      const struct time_wait *now, const struct time_wait *old,
		      __u64 ms)
{
	__u64 count;
	size_t i;

	out_table(NULL, cols, ARRAY_SIZE(cols),
		  (opts->all_netns ? COL_NETNS : 0) |
		  (opts->interval_ms ? COL_RATES : 0));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		count = value_at(now, rows[i].offset);
		out_row();
		out_cell("netns", "%s", netns_text(ns));
		out_cell("what", "%s", rows[i].what);
		out_cell("count", "%llu", count);
		out_rate("rate", count, value_at(old, rows[i].offset), ms);
		out_cell("meaning", "%s", rows[i].meaning);
	}
	if (now->refused_minute && now->refused_minute != ABSENT)
		out_style("count", WARN);
	out_table_end();
}

static void show_text(const struct opts *opts, const struct netns *ns,
		      const struct sample *now, const struct sample *old,
		      __u64 ms)
{
	if (opts->header)
		buckets_line(ns, opts, &now->info.time_wait);
	text_rows(opts, ns, &now->info.time_wait,
		  old ? &old->info.time_wait : NULL, ms);
	show_interval(opts, ms);
	if (!opts->header)
		return;
	out_line(PLAIN, "ports to connect: %u to %u, %u not reserved",
		 now->low, now->high, now->capacity);
	if (!opts->interval_ms)
		out_line(DIM,
			 "who is in them, and ports left: --by peer, --headroom; those walk the sockets");
}

static void json_findings(const struct time_wait *now)
{
	struct finding list[2];
	struct findings findings = { list, ARRAY_SIZE(list), 0 };

	buckets_finding(now, &findings);
	no_bucket_finding(now, &findings);
	findings_json(&findings);
}

static void show_json(const struct sample *now, const struct sample *old,
		      __u64 ms)
{
	if (ms)
		out_u64("interval_ms", ms);
	out_u64("counting_ms", now->info.counting_ms);
	json_nest("time_wait", &time_wait_nest, &now->info.time_wait);
	if (old)
		json_nest_delta("time_wait_delta", &time_wait_nest,
				&now->info.time_wait, &old->info.time_wait, ms);
	out_u64("port_low", now->low);
	out_u64("port_high", now->high);
	out_u64("capacity", now->capacity);
	json_findings(&now->info.time_wait);
}

static int show(const struct opts *opts, const struct netns *ns,
		const void *data, const void *old_data)
{
	const struct sample *now = data, *old = old_data;
	__u64 ms = interval_of(now->info.counting_ms,
			       old ? &old->info.counting_ms : NULL);

	if (out_is_json())
		show_json(now, old, ms);
	else
		show_text(opts, ns, now, old, ms);
	return ST_OK;
}

static int run_counters(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct sample),
		.deltas = true,
		.blocks = true,
		.take = take,
		.show = show,
	};

	return run_view(opts, &view);
}

static int run(const struct opts *opts)
{
	switch (opts->walk) {
	case WALK_NONE:
		return run_counters(opts);
	case WALK_HEADROOM:
		return run_headroom(opts);
	case WALK_HALFCLOSED:
		return run_stuck(opts);
	default:
		return run_minisocks(opts);
	}
}

/* --- options and arguments ----------------------------------------------- */

static int set_headroom(const struct option_row *row, struct opts *opts,
			const char *value)
{
	(void)row;
	(void)value;
	return walk_set(opts, WALK_HEADROOM);
}

static int set_halfclosed(const struct option_row *row, struct opts *opts,
			  const char *value)
{
	(void)row;
	(void)value;
	return walk_set(opts, WALK_HALFCLOSED);
}

static const struct option_row options[] = {
	{ "by", 0, WALK_BY_VALUES, .set = walk_set_by,
	  .values = "port peer prefix prefix/24 prefix/64",
	  .help = "who is in TIME-WAIT" },
	{ "headroom", .set = set_headroom,
	  .help = "local ports used and left, by source and\ndestination" },
	{ "halfclosed", .set = set_halfclosed,
	  .help = "the same as: stuck --silent 0, of CLOSE-WAIT\nand FIN-WAIT-2" },
	{ "top", 0, "COUNT", .set = walk_set_top, .values = "0 5 20 100",
	  .help = "so many rows (20); 0: all" },
	{ }
};

static unsigned int walk_states(enum walk_kind walk)
{
	unsigned int half = STATE_BIT(TCPULSE_STATE_CLOSE_WAIT) |
			    STATE_BIT(TCPULSE_STATE_FIN_WAIT_2);

	switch (walk) {
	case WALK_HEADROOM:
		return STATES_ALL & ~STATE_BIT(TCPULSE_STATE_LISTEN);
	case WALK_HALFCLOSED:
		return half;
	default:
		return STATE_BIT(TCPULSE_STATE_TIME_WAIT) |
		       STATE_BIT(TCPULSE_STATE_FIN_WAIT_2);
	}
}

static int check_filter(const struct opts *opts)
{
	unsigned int states = filter_states(opts->filter);

	if (opts->argc && opts->walk == WALK_NONE) {
		out_err("timewait: a filter goes with --by, --headroom or --halfclosed; the counters are of all sockets");
		return ST_USAGE;
	}
	if (states && !(states & walk_states(opts->walk))) {
		out_err("filter: no socket in these states is looked at%s",
			opts->walk == WALK_HEADROOM ? ": a listener has no peer" :
			opts->walk == WALK_HALFCLOSED ? ", but in: close-wait fin-wait-2" :
			", but in: time-wait fin-wait-2");
		return ST_USAGE;
	}
	return ST_OK;
}

static int check(struct opts *opts)
{
	return options_exclude(opts->walk == WALK_CONNECTION,
			       "timewait: --by is port, peer or prefix") ?:
	       options_exclude(options_given(opts, "top") &&
			       opts->walk == WALK_NONE,
			       "--top goes with --by, --headroom or --halfclosed") ?:
	       filter_parse(opts->argc, opts->argv, opts->numeric,
			    &opts->filter) ?:
	       check_filter(opts);
}

const struct cmd cmd_timewait = {
	.name = "timewait",
	.run = run,
	.check = check,
	.offer = filter_args_offer,
	.options = options,
	.args = "[OPTION...] [FILTER]",
	.help = "TIME-WAIT buckets and why they end; who is in them, ports left",
	.more = "These walk the sockets: that costs with their number, as ss(8) does.\n"
		"FILTER, for them only, is in the grammar of ss(8): dport = :443 and\n"
		"not ( dst 10/8 or src 127.0.0.1 ).\n",
};
