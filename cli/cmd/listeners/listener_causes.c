// SPDX-License-Identifier: GPL-2.0
/*
 * Why listeners refused connections: a table below that of listeners, one row
 * for each cause that occurred, worst listener first. JSON has the causes in
 * each listener, and as findings.
 */
#include "base/compiler.h"
#include "base/out.h"
#include "cmd/listeners/listener_causes.h"
#include "rules/rules.h"

static const struct col cols[] = {
	{ "local", "REFUSED BY", COL_LEFT },
	{ "count", "COUNT", 0 },
	{ "what", "WHAT", COL_LEFT },
	{ "why", "WHY", COL_LEFT },
};

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
		out_cell("count", "%llu", list[i].count);
		out_cell("what", "%s", list[i].evidence);
		out_cell("why", "%s", list[i].cause);
	}
	out_table_end();
}
