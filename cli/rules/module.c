// SPDX-License-Identifier: GPL-2.0
/*
 * What makes the module's numbers inexact, as it says itself.
 */
#include <stdio.h>

#include "base/compiler.h"
#include "module/attrs.h"
#include "rules/rules.h"

void module_findings(const struct info *info, struct findings *findings)
{
	const struct {
		const char *id;
		__u64 count;
		const char *form, *evidence, *cause, *next;
	} doubts[] = {
		{ "lost_events", info->lost_events, "! $e",
		  "events of this machine were lost: the numbers are not exact",
		  "", NULL },
		{ "lost_fin_wait_2", info->lost_fin_wait_2, "! $e: $c",
		  "half-closed connections of this machine were counted as TIME-WAIT",
		  "memory was short", NULL },
		{ "unexpected", info->unexpected, "! $e; $n",
		  "transitions that TCP does not have", "",
		  "see: tcpulse transitions" },
		{ "below_zero", info->below_zero, "! $e; $n",
		  "populations came out below zero and are shown as 0: the numbers are not exact",
		  "", "see: tcpulse audit" },
	};
	struct finding finding = { .severity = WARNING };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(doubts); i++) {
		finding.id = doubts[i].id;
		finding.form = doubts[i].form;
		finding.count = doubts[i].count;
		finding.next = doubts[i].next;
		snprintf(finding.evidence, EVIDENCE_TEXT, "%llu %s",
			 doubts[i].count, doubts[i].evidence);
		snprintf(finding.cause, CAUSE_TEXT, "%s", doubts[i].cause);
		if (finding.count)
			finding_add(findings, &finding);
	}
}
