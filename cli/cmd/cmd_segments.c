// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse segments: SYN, FIN and RST, handshakes and how long they took; and
 * whether segments are counted at all.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/offer.h"
#include "base/foreign.h"
#include "base/out.h"
#include "base/parse.h"
#include "base/shell.h"
#include "cmd/cmd.h"
#include "cmd/histogram.h"
#include "cmd/json_fields.h"
#include "cmd/options.h"
#include "cmd/run.h"
#include "cmd/show.h"
#include "host/netns.h"
#include "module/attrs.h"
#include "module/nl.h"

static const struct col cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "segment", "SEGMENT", COL_LEFT },
	{ "in", "IN", 0 },
	{ "in_rate", "IN/s", COL_RATES },
	{ "out", "OUT", 0 },
	{ "out_rate", "OUT/s", COL_RATES },
};

static const struct col handshake_cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "handshakes", "HANDSHAKES", COL_LEFT },
	{ "count", "COMPLETED", 0 },
	{ "rate", "/s", COL_RATES },
	{ "unmeasured", "NOT MEASURED", 0 },
	{ "failed", "FAILED", 0 },
};

static const struct col reset_cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "state", "RST SENT BY", COL_LEFT },
	{ "count", "COUNT", 0 },
	{ "rate", "/s", COL_RATES },
};

#define AT(member) offsetof(struct segment, member)
#define NOWHERE ((size_t)-1)

/* A row of the table, and the attributes that are in it. */
static const struct {
	const char *text;
	size_t in, out;
} rows[] = {
	{ "SYN", AT(syn_in), AT(syn_out) },
	{ "SYN-ACK", AT(syn_ack_in), AT(syn_ack_out) },
	{ "FIN", AT(fin_in), AT(fin_out) },
	{ "RST", AT(rst_in), AT(rst_out) },
	{ "SYN with data", AT(syn_data_in), AT(syn_data_out) },
	{ "SYN again", NOWHERE, AT(syn_retrans) },
	{ "SYN-ACK again", NOWHERE, AT(syn_ack_retrans) },
};

/* @taken_ms: when; segments' own clock stands while they are not counted */
struct sample {
	struct segments segments;
	__u64 taken_ms;
};

static int take(struct conn *conn, const struct opts *opts, void *data)
{
	struct sample *sample = data;

	sample->taken_ms = clock_ms();
	return conn_get_segments(conn, opts->family, &sample->segments);
}

/* --- both families in one ------------------------------------------------ */

static void add_resets(struct segment *sum, const struct segment *more)
{
	size_t i, j;

	for (i = 0; i < more->nr_reset; i++) {
		for (j = 0; j < sum->nr_reset; j++)
			if (sum->reset[j].state == more->reset[i].state)
				break;
		if (j == RESETS_MAX)
			continue;
		if (j == sum->nr_reset)
			sum->nr_reset++;
		sum->reset[j].state = more->reset[i].state;
		sum->reset[j].count += more->reset[i].count;
	}
}

/* The buckets of both families are the same. */
static void add_buckets(struct segment *sum, const struct segment *more)
{
	size_t i;

	if (more->nr_handshake_time > sum->nr_handshake_time)
		sum->nr_handshake_time = more->nr_handshake_time;
	for (i = 0; i < more->nr_handshake_time; i++) {
		sum->handshake_time[i].from_us = more->handshake_time[i].from_us;
		fields_add(&handshake_time_nest, &sum->handshake_time[i],
			   &more->handshake_time[i]);
	}
}

static void sum_up(const struct segments *segments, struct segment *sum)
{
	size_t i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; segments && i < segments->nr; i++) {
		fields_add(&segment_nest, sum, &segments->segment[i]);
		add_resets(sum, &segments->segment[i]);
		add_buckets(sum, &segments->segment[i]);
	}
}

/* --- text ---------------------------------------------------------------- */

struct reading {
	const struct opts *opts;
	const struct netns *ns;
	struct segment now, old;
	__u64 ms;
};

static unsigned int columns(const struct opts *opts)
{
	return (opts->all_netns ? COL_NETNS : 0) |
	       (opts->interval_ms ? COL_RATES : 0);
}

static void direction(const struct reading *r, size_t offset, const char *count,
		      const char *rate)
{
	if (offset == NOWHERE)
		return;
	out_cell(count, "%llu", value_at(&r->now, offset));
	out_rate(rate, value_at(&r->now, offset), value_at(&r->old, offset), r->ms);
}

static void text_segments(const struct reading *r)
{
	size_t i;

	out_table(NULL, cols, ARRAY_SIZE(cols), columns(r->opts));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		out_row();
		out_cell("netns", "%s", netns_text(r->ns));
		out_cell("segment", "%s", rows[i].text);
		direction(r, rows[i].in, "in", "in_rate");
		direction(r, rows[i].out, "out", "out_rate");
	}
	out_table_end();
}

static void handshake_row(const struct reading *r, const char *what,
			  size_t offset, __u64 unmeasured, __u64 failed)
{
	out_row();
	out_cell("netns", "%s", netns_text(r->ns));
	out_cell("handshakes", "%s", what);
	direction(r, offset, "count", "rate");
	out_cell("unmeasured", "%llu", unmeasured);
	out_cell("failed", "%llu", failed);
}

static void text_handshakes(const struct reading *r)
{
	out_table(NULL, handshake_cols, ARRAY_SIZE(handshake_cols),
		  columns(r->opts));
	handshake_row(r, "active (connect)", AT(active),
		      r->now.unmeasured_active, r->now.failed_active);
	handshake_row(r, "passive (accept)", AT(passive),
		      r->now.unmeasured_passive, r->now.failed_passive);
	out_table_end();
}

static const struct reset *find_reset(const struct segment *segment, __u64 state)
{
	size_t i;

	for (i = 0; i < segment->nr_reset; i++)
		if (segment->reset[i].state == state)
			return &segment->reset[i];
	return NULL;
}

static const char *sender(__u64 state)
{
	if (state == TCPULSE_STATE_CLOSED)
		return "no socket";
	return state_text(state) ?: "unknown";
}

/* Rows that are zero are left out. */
static void text_resets(const struct reading *r)
{
	const struct reset *reset, *old;
	size_t i;

	out_table(NULL, reset_cols, ARRAY_SIZE(reset_cols), columns(r->opts));
	for (i = 0; i < r->now.nr_reset; i++) {
		reset = &r->now.reset[i];
		if (!reset->count)
			continue;
		old = find_reset(&r->old, reset->state);
		out_row();
		out_cell("netns", "%s", netns_text(r->ns));
		out_cell("state", "%s", sender(reset->state));
		out_cell("count", "%llu", reset->count);
		out_rate("rate", reset->count, old ? old->count : 0, r->ms);
	}
	out_table_end();
}

static bool has_resets(const struct segment *segment)
{
	size_t i;

	for (i = 0; i < segment->nr_reset; i++)
		if (segment->reset[i].count)
			return true;
	return false;
}

static void text_enabled(const struct segments *now)
{
	char counted[32];

	show_duration(now->counting_ms, counted, sizeof(counted));
	if (now->enabled)
		out_line(DIM, "segments counted for %s", counted);
	else if (now->counting_ms)
		out_line(WARN,
			 "segments are not counted now, the numbers are of %s before; begin again with: tcpulse segments on",
			 counted);
	else
		out_line(WARN,
			 "segments are not counted; begin with: tcpulse segments on");
}

static void show_text(const struct opts *opts, const struct netns *ns,
		      const struct segments *now, const struct segments *old,
		      __u64 ms)
{
	static struct reading r;

	r.opts = opts;
	r.ns = ns;
	r.ms = ms;
	sum_up(now, &r.now);
	sum_up(old, &r.old);
	if (opts->header)
		text_enabled(now);
	if (now->counting_ms)
		text_segments(&r);
	if (now->counting_ms && has_resets(&r.now)) {
		out_line(PLAIN, "%s", "");
		text_resets(&r);
	}
	show_interval(opts, ms);
	out_line(PLAIN, "%s", "");
	text_handshakes(&r);
	histogram_show(r.now.handshake_time, r.now.nr_handshake_time);
}

/* --- JSON ---------------------------------------------------------------- */

static void json_resets(const struct segment *segment)
{
	size_t i;

	out_table("reset", NULL, 0, 0);
	for (i = 0; i < segment->nr_reset; i++) {
		out_row();
		out_str("state", state_json(segment->reset[i].state) ?:
			"unknown");
		json_fields(&reset_nest, &segment->reset[i]);
	}
	out_table_end();
}

static void json_times(const struct segment *segment)
{
	const struct handshake_time *bucket = segment->handshake_time;
	size_t i;

	out_table("handshake_time", NULL, 0, 0);
	for (i = 0; i < segment->nr_handshake_time; i++, bucket++) {
		out_row();
		out_u64("from_us", bucket->from_us);
		json_fields(&handshake_time_nest, bucket);
	}
	out_table_end();
}

static const struct segment *find_family(const struct segments *segments,
					 __u64 family)
{
	size_t i;

	for (i = 0; segments && i < segments->nr; i++)
		if (segments->segment[i].family == family)
			return &segments->segment[i];
	return NULL;
}

static void json_segment(const struct segment *now, const struct segment *old,
			 __u64 ms)
{
	out_row();
	out_str("family", family_name(now->family));
	json_fields(&segment_nest, now);
	json_resets(now);
	json_times(now);
	if (old)
		json_nest_delta("delta", &segment_nest, now, old, ms);
}

static void show_json(const struct segments *now, const struct segments *old,
		      __u64 ms)
{
	size_t i;

	if (ms)
		out_u64("interval_ms", ms);
	out_u64("enabled", now->enabled);
	out_u64("counting_ms", now->counting_ms);
	out_table("segment", NULL, 0, 0);
	for (i = 0; i < now->nr; i++)
		json_segment(&now->segment[i],
			     find_family(old, now->segment[i].family), ms);
	out_table_end();
}

static int show(const struct opts *opts, const struct netns *ns,
		const void *data, const void *old_data)
{
	const struct sample *now = data, *old = old_data;
	const struct segments *before = old ? &old->segments : NULL;
	__u64 ms = interval_of(now->taken_ms, old ? &old->taken_ms : NULL);

	if (out_is_json())
		show_json(&now->segments, before, ms);
	else
		show_text(opts, ns, &now->segments, before, ms);
	return ST_OK;
}

/* --- on and off ---------------------------------------------------------- */

struct switched {
	bool was, is;
};

static int flip(struct conn *conn, const struct opts *opts, void *data)
{
	static struct segments before;
	struct switched *switched = data;
	int st = conn_get_segments(conn, opts->family, &before);

	switched->was = before.enabled;
	switched->is = !strcmp(opts->argv[0], "on");
	return st ?: conn_set_segments(conn, switched->is);
}

/* The word behind -N that says where; "" where none is needed. */
static const char *place_word(const struct opts *opts, const struct netns *ns)
{
	if (opts->all_netns)
		return netns_word(ns);
	return opts->netns ? shell_word(opts->netns) : "";
}

static int show_flip(const struct opts *opts, const struct netns *ns,
		     const void *data, const void *old)
{
	const struct switched *switched = data;
	const char *was = switched->was ? "on" : "off";
	const char *is = switched->is ? "on" : "off";
	const char *where = opts->all_netns ? netns_text(ns) : "";
	const char *colon = opts->all_netns ? ": " : "";
	const char *place = place_word(opts, ns);

	(void)old;
	if (out_is_json()) {
		out_u64("enabled", switched->is);
		out_u64("enabled_before", switched->was);
	}
	if (switched->was == switched->is)
		out_line(PLAIN, "%s%ssegments: already %s", where, colon, is);
	else
		out_line(PLAIN,
			 "%s%ssegments: %s -> %s, in this network namespace, from now on; undo: tcpulse %s%s%ssegments %s",
			 where, colon, was, is, *place ? "-N " : "", place,
			 *place ? " " : "", was);
	return ST_OK;
}

static const struct view switch_view = {
	.size = sizeof(struct switched),
	.take = flip,
	.show = show_flip,
};

static int run(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct sample),
		.deltas = true,
		.blocks = true,
		.take = take,
		.show = show,
	};

	return run_view(opts, opts->argc ? &switch_view : &view);
}

static int check(struct opts *opts)
{
	if (!opts->argc)
		return ST_OK;
	if (opts->interval_ms || opts->count) {
		out_err("segments on and off are done once; they do not go with -i or -c");
		return ST_USAGE;
	}
	if (opts->argc == 1 && word_among("on off", opts->argv[0]))
		return ST_OK;
	out_err("segments: '%s': expected on or off; omit it to show the counters",
		inside(opts->argv[opts->argc - 1]));
	return ST_USAGE;
}

static bool changes(const struct opts *opts)
{
	return opts->argc;
}

static void offer_args(const struct opts *opts)
{
	if (!opts->argc)
		offer_words("on off");
}

const struct cmd cmd_segments = {
	.name = "segments",
	.run = run,
	.check = check,
	.changes = changes,
	.offer = offer_args,
	.args = "[on|off]",
	.help = "SYN, FIN and RST in and out, handshakes and their time",
	.more = "on, off: begin or end counting; needs CAP_NET_ADMIN.\n",
};
