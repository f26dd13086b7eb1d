// SPDX-License-Identifier: GPL-2.0
/*
 * What is to be said of a parameter goes on one line.
 */
#include <stdlib.h>

#include "base/append.h"
#include "base/out.h"
#include "base/wrap.h"
#include "base/xalloc.h"
#include "cmd/findings.h"
#include "cmd/tune/notes.h"
#include "module/attrs_tune.h"
#include "rules/param.h"

void notes_text(const struct params_reading *reading, const struct param *param,
		bool named, char text[NOTE_TEXT])
{
	struct finding list[PARAM_FINDINGS];
	struct findings findings = { .list = list, .room = PARAM_FINDINGS };
	char *clause;
	size_t i;

	*text = '\0';
	param_findings(reading, param, named, &findings);
	for (i = 0; i < findings.n; i++) {
		clause = param_finding_clause(&list[i]);
		append(text, NOTE_TEXT, "%s%s", i ? "; " : "", clause);
		free(clause);
	}
}

void notes_line(const struct params_reading *reading, const struct param *param,
		bool named)
{
	char note[NOTE_TEXT];

	notes_text(reading, param, named, note);
	if (*note)
		wrap_line(DIM, "%s: %s", param->name, note);
}

void notes_json(const struct params_reading *reading,
		const struct param * const *param, size_t n, bool named)
{
	size_t i, room = n * PARAM_FINDINGS;
	struct findings findings = {
		.list = xcalloc(room + 1, sizeof(*findings.list)), .room = room,
	};

	for (i = 0; i < n; i++)
		param_findings(reading, param[i], named, &findings);
	findings_json(&findings);
	free(findings.list);
}
