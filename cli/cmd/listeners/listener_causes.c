// SPDX-License-Identifier: GPL-2.0
/*
 * Why listeners refused connections: a table below that of listeners, one row
 * for each cause that occurred, worst listener of the last minute first. JSON has the causes in
 * each listener, and as findings.
 */
#include "base/compiler.h"
#include "base/out.h"
#include "cmd/listeners/listener_causes.h"
#include "cmd/show.h"
#include "module/field.h"
#include "rules/rules.h"

static const struct col cols[] = {
	{ "local", "REFUSED BY", COL_LEFT },
	{ "minute", "LAST 60 s", 0 },
	{ "count", "TOTAL", 0 },
	{ "last", "AGO", 0 },
	{ "what", "WHAT", COL_LEFT },
	{ "why", "WHY", COL_LEFT },
};

static void age_cell(__u64 ms)
{
	if (ms == ABSENT)
		out_cell("last", "-");
	else
		show_duration_cell("last", ms);
}

void listener_causes(const struct listeners *listeners)
{
	struct finding list[REFUSAL_FINDINGS];
	struct findings findings = { list, ARRAY_SIZE(list), 0 };
	size_t i;

	refusal_findings(listeners, &findings);
	if (out_is_json() || !findings.n)
		return;
	out_line(PLAIN, "%s", "");
	out_table(NULL, cols, ARRAY_SIZE(cols), 0);
	for (i = 0; i < findings.n; i++) {
		out_row();
		out_cell("local", "%s", list[i].subject);
		out_cell("minute", "%llu", list[i].window.minute);
		if (list[i].severity != NOTE)
			out_style("minute", WARN);
		out_cell("count", "%llu", list[i].count);
		age_cell(list[i].window.last_ms);
		out_cell("what", "%s", list[i].evidence);
		out_cell("why", "%s", list[i].cause);
	}
	out_table_end();
}
