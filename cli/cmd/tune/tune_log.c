// SPDX-License-Identifier: GPL-2.0
/*
 * What was changed, when and by whom.
 */
#include <stdlib.h>
#include <time.h>

#include <linux/tcpulse.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/out.h"
#include "base/wrap.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/tune/change.h"
#include "cmd/tune/subs.h"
#include "cmd/tune/tune.h"
#include "module/nl_tune.h"

static const struct col cols[] = {
	{ "time", "TIME", COL_LEFT },
	{ "action", "ACTION", COL_LEFT },
	{ "what", "WHAT", COL_LEFT },
	{ "before", "OLD", 0 },
	{ "after", "NEW", 0 },
	{ "who", "WHO", COL_LEFT },
};

/* With the day when not all of them are of today. */
static void time_cell(const struct change *change, bool today)
{
	time_t t = change->time_ms / 1000;
	char text[32];
	struct tm tm;

	localtime_r(&t, &tm);
	strftime(text, sizeof(text), today ? "%T" : "%m-%d %R", &tm);
	out_cell("time", "%s", text);
}

static bool is_today(const struct change *change)
{
	time_t then = change->time_ms / 1000, now = clock_now();
	struct tm a, b;

	localtime_r(&then, &a);
	localtime_r(&now, &b);
	return a.tm_year == b.tm_year && a.tm_yday == b.tm_yday;
}

static void text_row(const struct tune *tune, const struct change *change,
		     size_t run, bool today)
{
	char what[ENDPOINT_MAX], before[VALUE_TEXT], after[VALUE_TEXT];
	char who[WHO_TEXT];

	change_what(change, what);
	change_values(&tune->params, change, before, after);
	change_who(change, false, who);
	out_row();
	time_cell(change, today);
	out_cell("action", "%s", change_action(change->action));
	if (run > 1)
		out_cell("what", "%s (%zu)", what, run);
	else
		out_cell("what", "%s", what);
	out_cell("before", "%s", before);
	out_cell("after", "%s", after);
	out_cell("who", "%s", who);
}

/* The words that are not plain, if they occur. */
static void explain(const struct changes *changes)
{
	static const unsigned int unclear[] = {
		TCPULSE_ACTION_EXPIRE, TCPULSE_ACTION_UNLOAD,
		TCPULSE_ACTION_KEEP, TCPULSE_ACTION_GONE,
	};
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(unclear); i++) {
		for (j = 0; j < changes->nr; j++)
			if (changes->change[j].action == unclear[i])
				break;
		if (j < changes->nr)
			wrap_line(DIM, "%s: %s", change_action(unclear[i]),
				  change_action_text(unclear[i]));
	}
}

static void show_text(const struct tune *tune, const struct changes *changes)
{
	bool today = !changes->nr || is_today(&changes->change[0]);
	size_t i, run;

	out_table(NULL, cols, ARRAY_SIZE(cols), 0);
	for (i = 0; i < changes->nr; i += run) {
		run = change_run(&changes->change[i], changes->nr - i);
		text_row(tune, &changes->change[i], run, today);
	}
	out_table_end();
	if (tune->opts->header && !changes->nr)
		out_line(DIM, "nothing has been changed with tcpulse");
	if (tune->opts->header)
		explain(changes);
}

int tune_log(struct tune *tune)
{
	struct changes *changes = xcalloc(1, sizeof(*changes));
	int st;

	st = conn_get_changes(tune->conn, changes);
	if (!st) {
		tune_begin(tune);
		if (out_is_json())
			changes_json(changes->change, changes->nr, true);
		else
			show_text(tune, changes);
	}
	free(changes);
	return st ?: out_end();
}
