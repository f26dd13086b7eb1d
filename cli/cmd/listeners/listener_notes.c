// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of text about a reading of listeners, and the same findings for programs.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "base/out.h"
#include "base/xalloc.h"
#include "cmd/findings.h"
#include "cmd/listeners/listener_notes.h"
#include "reading/listeners.h"
#include "rules/rules.h"

/* Of the whole namespace, whatever listeners were asked for. */
#define NAMESPACE_FINDINGS 2

/* All that the rules can find. */
static struct findings room_for(const struct listeners *listeners)
{
	struct findings findings = {
		.room = listeners->dump.n + LISTENER_FINDINGS +
			READING_FINDINGS + REFUSAL_FINDINGS +
			NAMESPACE_FINDINGS,
	};

	findings.list = xcalloc(findings.room, sizeof(*findings.list));
	return findings;
}

static void namespace_findings(const struct listeners *listeners,
			       struct findings *findings)
{
	closed_finding(&listeners->overflow, findings);
	unattributed_finding(&listeners->overflow, findings);
}

void listener_notes(const struct listeners *listeners, const struct procs *procs,
		    bool all)
{
	struct findings findings = room_for(listeners);

	if (all)
		namespace_findings(listeners, &findings);
	listener_findings(listeners, &findings);
	findings_held_by(&findings, procs);
	findings_lines(&findings);
	free(findings.list);
}

void listener_warnings(const struct listeners *listeners)
{
	struct finding list[READING_FINDINGS];
	struct findings findings = { list, ARRAY_SIZE(list), 0 };

	if (!listeners->dump.n)
		out_line(DIM, "no listener");
	reading_findings(listeners, &findings);
	findings_lines(&findings);
}

void listener_json_findings(const struct listeners *listeners,
			    const struct procs *procs, bool all)
{
	struct findings findings = room_for(listeners);

	refusal_findings(listeners, &findings);
	if (all)
		namespace_findings(listeners, &findings);
	listener_findings(listeners, &findings);
	reading_findings(listeners, &findings);
	findings_held_by(&findings, procs);
	findings_json(&findings);
	free(findings.list);
}
