// SPDX-License-Identifier: GPL-2.0
/*
 * Bare tcpulse: one screen that answers how the machine is doing.
 */
#include <stdio.h>

#include "base/compiler.h"
#include "base/out.h"
#include "base/parse.h"
#include "cmd/cmd.h"
#include "cmd/findings.h"
#include "cmd/listener_summary.h"
#include "cmd/run.h"
#include "cmd/screen_ports.h"
#include "cmd/show.h"
#include "host/netns.h"
#include "host/tcp_memory.h"
#include "module/attrs.h"
#include "module/nl.h"
#include "reading/listeners.h"
#include "rules/rules.h"

/* of all rules together */
#define FINDINGS_MAX 20

struct screen {
	struct info info;
	struct states states;
	struct listeners listeners;
	struct tcp_memory memory;
	struct screen_ports ports;
};

static int take(struct conn *conn, const struct opts *opts, void *sample)
{
	const struct wanted_listeners wanted = { .family = opts->family };
	struct screen *screen = sample;

	int st;

	tcp_memory_read(&screen->memory);
	st = conn_get_info(conn, &screen->info) ?:
	     conn_get_states(conn, opts->family, &screen->states) ?:
	     listeners_take(conn, &wanted, &screen->listeners);
	if (!st)
		screen_ports_take(&screen->states, &screen->ports);
	return st;
}

static void drop(void *sample)
{
	struct screen *screen = sample;

	listeners_drop(&screen->listeners);
	screen_ports_drop(&screen->ports);
}

static void head_line(const struct opts *opts, const struct netns *ns,
		      const struct info *info)
{
	char since[32];

	if (!opts->header)
		return;
	show_duration(info->counting_ms, since, sizeof(since));
	out_line(BOLD, "tcpulse %s  %s%s  Linux %s  counting for %s",
		 info->version, ns->name.raw[0] ? netns_text(ns) : "this",
		 " netns", info->kernel, since);
	out_line(PLAIN, "%s", "");
}

static void time_wait_line(const struct time_wait *tw)
{
	enum style style = tw->limit && tw->alive >= tw->limit / 10 * 9 ?
			   WARN : PLAIN;

	out_line(style, "TIME-WAIT buckets: %llu of %llu (%.1f %%)",
		 tw->alive, tw->limit,
		 tw->limit ? 100.0 * tw->alive / tw->limit : 0);
}

static void json_info(const struct info *info)
{
	if (!out_is_json())
		return;
	out_str("version", info->version);
	out_str("kernel", info->kernel);
	out_u64("since_s", info->since_s);
	out_u64("lost_events", info->lost_events);
	out_u64("lost_fin_wait_2", info->lost_fin_wait_2);
	out_u64("unexpected", info->unexpected);
	out_u64("below_zero", info->below_zero);
}

/* All that is wrong: text has a line for each, but for one that colours a line. */
static void show_findings(const struct screen *now, const struct screen *old,
			  __u64 ms)
{
	struct finding list[FINDINGS_MAX];
	struct findings findings = { list, ARRAY_SIZE(list), 0 };

	if (out_is_json())
		buckets_finding(&now->states.time_wait, &findings);
	worst_findings(&now->listeners, old ? &old->listeners : NULL, ms,
		       &findings);
	memory_findings(&now->memory, old ? &old->memory : NULL, ms, &findings);
	elsewhere_findings(&now->listeners, &now->states.time_wait, &findings);
	module_findings(&now->info, &findings);
	screen_ports_findings(&now->ports, &findings);
	over_finding(&now->listeners, &now->states.time_wait, &findings);
	findings_find_holders(&findings);
	findings_lines(&findings);
	findings_json(&findings);
}

static int show(const struct opts *opts, const struct netns *ns,
		const void *sample, const void *old_sample)
{
	const struct screen *now = sample, *old = old_sample;
	const struct listeners *listeners = old ? &old->listeners : NULL;
	__u64 ms = interval_of(now->states.counting_ms,
			       old ? &old->states.counting_ms : NULL);

	json_info(&now->info);
	head_line(opts, ns, &now->info);
	show_states(opts, ns, &now->states, old ? &old->states : NULL,
		    STATES_ALL, true);
	if (opts->header && ms)
		out_line(DIM, "IN/s, OUT/s and (+N/s) over the last %.1f s", ms / 1000.0);
	out_line(PLAIN, "%s", "");
	listener_summary(&now->listeners, listeners, ms);
	time_wait_line(&now->states.time_wait);
	show_findings(now, old, ms);
	return ST_OK;
}

static int run(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct screen),
		.rates = true,
		.blocks = true,
		.take = take,
		.show = show,
		.drop = drop,
	};

	return run_view(opts, &view);
}

const struct cmd cmd_screen = {
	.name = "",
	.run = run,
	.args = "",
	.help = "one screen: what is there, and what is wrong",
};
