// SPDX-License-Identifier: GPL-2.0
/*
 * Renders findings, and looks for the processes they concern.
 */
#include <stdlib.h>

#include "base/out.h"
#include "cmd/findings.h"
#include "host/procs.h"
#include "module/field.h"
#include "rules/finding.h"

void findings_lines(const struct findings *findings)
{
	static const enum style styles[] = {
		[NOTE] = DIM, [WARNING] = WARN, [PROBLEM] = BAD,
	};
	char *text;
	size_t i;

	for (i = 0; i < findings->n; i++) {
		text = finding_text(&findings->list[i]);
		out_line(styles[findings->list[i].severity], "%s", text);
		free(text);
	}
}

static void put_known(const char *key, const char *text)
{
	if (text && *text)
		out_str(key, text);
}

static void json_window(const struct window *window)
{
	if (!window->known)
		return;
	out_u64("in_last_minute", window->minute);
	if (window->last_ms != ABSENT)
		out_u64("last_ms", window->last_ms);
}

static void json_finding(const struct finding *finding)
{
	static const char *const severities[] = {
		[NOTE] = "note", [WARNING] = "warning", [PROBLEM] = "problem",
	};
	char *text = finding_text(finding);

	out_row();
	out_str("id", finding->id);
	out_str("severity", severities[finding->severity]);
	put_known("subject", finding->subject);
	put_known("holders", finding->holders);
	put_known("evidence", finding->evidence);
	put_known("cause", finding->cause);
	put_known("next", finding->next);
	if (finding->count)
		out_u64("count", finding->count);
	json_window(&finding->window);
	out_str("text", text);
	free(text);
}

void findings_json(const struct findings *findings)
{
	size_t i;

	if (!out_is_json())
		return;
	out_table("findings", NULL, 0, 0);
	for (i = 0; i < findings->n; i++)
		json_finding(&findings->list[i]);
	out_table_end();
}

void findings_held_by(struct findings *findings, const struct procs *procs)
{
	struct finding *finding = findings->list;
	size_t i;

	for (i = 0; i < findings->n; i++, finding++)
		if (finding->inode)
			finding_held_by(finding,
					procs_find(procs, finding->inode));
}

void findings_find_holders(struct findings *findings)
{
	struct findings one = { .n = 1 };
	struct procs *procs;
	size_t i;

	for (i = 0; i < findings->n; i++) {
		one.list = &findings->list[i];
		if (!one.list->inode)
			continue;
		procs = procs_new();
		procs_want(procs, one.list->inode);
		procs_walk(procs, false);
		findings_held_by(&one, procs);
		procs_free(procs);
	}
}
