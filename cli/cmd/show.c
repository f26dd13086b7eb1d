// SPDX-License-Identifier: GPL-2.0
/*
 * The table of states, as bare tcpulse and tcpulse states show it. JSON gets
 * the module's rows as they are, one for each state and family; text gets one
 * line a state, families added up.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/append.h"
#include "base/compiler.h"
#include "base/out.h"
#include "base/parse.h"
#include "cmd/cmd.h"
#include "cmd/json_fields.h"
#include "cmd/show.h"
#include "host/netns.h"
#include "module/attrs.h"

static const struct col cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "state", "STATE", COL_LEFT },
	{ "now", "NOW", 0 },
	{ "ipv4", "IPV4", COL_IPV4 },
	{ "ipv6", "IPV6", COL_IPV6 },
	{ "peak", "PEAK", 0 },
	{ "peak_minute", "PEAK/min", COL_DETAIL },
	{ "entered", "ENTERED", COL_TOTALS },
	{ "left", "LEFT", COL_TOTALS },
	{ "entered_delta", "IN/s", COL_RATES },
	{ "left_delta", "OUT/s", COL_RATES },
};

/* Both families of a state, as text shows them. The peaks were not at the same
 * time: their sum is only an upper bound, and then @bound is set.
 */
struct line {
	struct state_row sum;
	__u64 v4, v6;
	bool bound;
};

__u64 interval_of(__u64 now_ms, const __u64 *old_ms)
{
	return old_ms && now_ms > *old_ms ? now_ms - *old_ms : 0;
}

void show_interval(const struct opts *opts, __u64 ms)
{
	if (ms && opts->header && opts->interval_ms && !opts->all_netns)
		out_line(DIM, "rates over the last %llu.%02llu s", ms / 1000,
			 ms % 1000 / 10);
}

void show_duration(__u64 ms, char *text, size_t size)
{
	__u64 s = ms / 1000, days = s / 86400;
	unsigned int h = s / 3600 % 24, m = s / 60 % 60;

	if (days)
		snprintf(text, size, "%llud %02u:%02u", days, h, m);
	else
		snprintf(text, size, "%02u:%02u:%02u", h, m,
			 (unsigned int)(s % 60));
}

void show_duration_cell(const char *key, __u64 ms)
{
	char text[32];

	show_duration(ms, text, sizeof(text));
	out_cell(key, "%s", text);
}

void show_percent(const char *key, __u64 part, __u64 whole)
{
	double percent = whole ? 100.0 * part / whole : 0;

	if (part && percent < 0.05)
		out_cell(key, "<0.1 %%");
	else
		out_cell(key, "%.1f %%", percent);
}

const char *family_name(unsigned int family)
{
	return family == AF_INET ? "inet" : "inet6";
}

static void json_rows(const struct states *now, const struct states *old,
		      unsigned int mask)
{
	__u64 ms = interval_of(now->counting_ms,
			       old ? &old->counting_ms : NULL);
	const struct state_row *row;
	size_t i;

	out_table("state", cols, ARRAY_SIZE(cols), 0);
	for (i = 0; i < now->nr; i++) {
		row = &now->state[i];
		if (!state_json(row->state) || !(mask & STATE_BIT(row->state)))
			continue;
		out_row();
		out_str("state", state_json(row->state));
		out_str("family", family_name(row->family));
		json_fields(&state_row_nest, row);
		out_deltas(&state_row_nest, row, states_find(old, row), ms);
	}
	out_table_end();
}

static void add_family(struct line *line, const struct state_row *row)
{
	struct state_row *sum = &line->sum;

	if (row->family == AF_INET)
		line->v4 = row->now;
	else
		line->v6 = row->now;
	line->bound = sum->peak && row->peak;
	fields_add(&state_row_nest, sum, row);
	line->bound = line->bound && sum->now < sum->peak;
}

static bool sum_up(const struct states *states, unsigned int state,
		   struct line *line)
{
	bool found = false;
	size_t i;

	memset(line, 0, sizeof(*line));
	line->sum.state = state;
	for (i = 0; states && i < states->nr; i++) {
		if (states->state[i].state != state)
			continue;
		add_family(line, &states->state[i]);
		found = true;
	}
	return found;
}

static void peak_cell(const char *key, __u64 peak, bool bound)
{
	out_cell(key, "%s%llu", bound ? "<=" : "", peak);
}

static void text_row(const struct netns *ns, const struct line *now,
		     const struct line *old, __u64 ms)
{
	out_row();
	out_cell("netns", "%s", netns_text(ns));
	out_cell("state", "%s", state_text(now->sum.state));
	out_u64("now", now->sum.now);
	out_u64("ipv4", now->v4);
	out_u64("ipv6", now->v6);
	peak_cell("peak", now->sum.peak, now->bound);
	peak_cell("peak_minute", now->sum.peak_minute, now->bound);
	out_u64("entered", now->sum.entered);
	out_u64("left", now->sum.left);
	out_deltas(&state_row_nest, &now->sum, old ? &old->sum : NULL, ms);
}

static void note_unseen(const char *const *unseen, size_t n)
{
	char text[160] = "";
	size_t i;

	for (i = 0; i < n; i++)
		append(text, sizeof(text), "%s%s", i ? " " : "", unseen[i]);
	out_line(DIM, "never seen, not shown: %s", text);
}

static unsigned int columns(const struct opts *opts, bool brief)
{
	unsigned int show = COL_DETAIL;

	if (brief)
		return COL_RATES;
	if (opts->all_netns)
		show |= COL_NETNS;
	if (opts->family == AF_UNSPEC)
		show |= COL_IPV4 | COL_IPV6;
	return show | (opts->interval_ms ? COL_RATES : COL_TOTALS);
}

static void text_rows(const struct opts *opts, const struct netns *ns,
		      const struct states *now, const struct states *old,
		      unsigned int mask, bool brief)
{
	const char *unseen[STATE_SLOTS];
	__u64 ms = interval_of(now->counting_ms,
			       old ? &old->counting_ms : NULL);
	struct line line, before;
	size_t n_unseen = 0;
	const unsigned char *s;

	out_table(NULL, cols, ARRAY_SIZE(cols), columns(opts, brief));
	for (s = state_order; *s; s++) {
		if (!(mask & STATE_BIT(*s)) || !sum_up(now, *s, &line))
			continue;
		if (brief && !line.sum.peak && !line.sum.entered) {
			unseen[n_unseen++] = state_text(*s);
			continue;
		}
		text_row(ns, &line, sum_up(old, *s, &before) ? &before : NULL,
			 ms);
	}
	out_table_end();
	if (n_unseen && opts->header)
		note_unseen(unseen, n_unseen);
	if (!brief)
		show_interval(opts, ms);
}

void show_states(const struct opts *opts, const struct netns *ns,
		 const struct states *now, const struct states *old,
		 unsigned int mask, bool brief)
{
	if (!out_is_json()) {
		text_rows(opts, ns, now, old, mask, brief);
		return;
	}
	if (old)
		out_u64("interval_ms",
			interval_of(now->counting_ms, &old->counting_ms));
	out_u64("counting_ms", now->counting_ms);
	out_bool("moving", now->moving);
	out_u64("peak_slack", now->peak_slack);
	json_rows(now, old, mask);
	json_nest("time_wait", &time_wait_nest, &now->time_wait);
}
