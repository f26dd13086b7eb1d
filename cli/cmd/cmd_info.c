// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse info: what counts, since when, and what was lost.
 */
#include <stdio.h>
#include <time.h>

#include "base/out.h"
#include "cmd/cmd.h"
#include "cmd/run.h"
#include "cmd/show.h"
#include "host/netns.h"
#include "module/attrs.h"
#include "module/nl.h"

static const struct col hook_cols[] = {
	{ "name", "TRACEPOINT", COL_LEFT },
	{ "attached", "ATTACHED", COL_LEFT },
	{ "purpose", "COUNTS", COL_LEFT },
};

static int take(struct conn *conn, const struct opts *opts, void *sample)
{
	(void)opts;
	return conn_get_info(conn, sample);
}

/* Either @times, which have a unit, or all others. */
static void show_numbers(const struct info *info, bool times)
{
	const struct field *field = NULL;

	while ((field = field_after(&info_nest, field)))
		if (field_is_value(field) && !field->unit == !times)
			out_u64(field->name, field_value(field, info));
}

/* Times are for reading in text, numbers in JSON. */
static void show_times(const struct info *info)
{
	time_t since = info->since_s;
	char text[64], duration[32];
	struct tm tm;

	if (out_is_json()) {
		show_numbers(info, true);
		return;
	}
	if (!localtime_r(&since, &tm) ||
	    !strftime(text, sizeof(text), "%F %T %z", &tm))
		snprintf(text, sizeof(text), "%llu", info->since_s);
	show_duration(info->counting_ms, duration, sizeof(duration));
	out_cell("since", "%s", text);
	out_cell("counting-for", "%s", duration);
	out_cell("baseline", "%.3f ms", info->baseline_us / 1000.0);
}

static void show_hooks(const struct info *info)
{
	const struct hook *hook;
	size_t i;

	out_table("hook", hook_cols, 3, 0);
	for (i = 0; i < info->nr; i++) {
		hook = &info->hook[i];
		out_row();
		out_str("name", hook->name);
		out_bool("attached", hook->attached);
		if (!hook->attached)
			out_style("attached", WARN);
		out_str("purpose", hook->purpose);
	}
	out_table_end();
}

static int show(const struct opts *opts, const struct netns *ns,
		const void *sample, const void *old)
{
	const struct info *info = sample;

	(void)old;
	out_list();
	if (opts->all_netns || opts->netns)
		out_cell("netns", "%s", netns_text(ns));
	out_str("version", info->version);
	out_str("kernel", info->kernel);
	show_times(info);
	out_str("tune", info->tune);
	show_numbers(info, false);
	out_list_end();
	out_line(PLAIN, "%s", "");
	show_hooks(info);
	return ST_OK;
}

static int run(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct info),
		.blocks = true,
		.take = take,
		.show = show,
	};

	return run_view(opts, &view);
}

const struct cmd cmd_info = {
	.name = "info",
	.run = run,
	.args = "",
	.help = "what counts, since when, and what was lost",
};
