// SPDX-License-Identifier: GPL-2.0
/*
 * Ports between a source and a destination that run out.
 */
#include <stdio.h>

#include "rules/rules.h"

bool ports_finding(const char *subject, __u64 used, __u64 capacity,
		   struct findings *findings)
{
	__u64 left = capacity > used ? capacity - used : 0;
	struct finding finding = {
		.id = left ? "ports_scarce" : "ports_used_up",
		.severity = left ? WARNING : PROBLEM,
		.form = "$s: $e",
		.count = used,
	};

	if (left * 5 >= capacity)
		return false;
	snprintf(finding.subject, SUBJECT_TEXT, "%s", subject);
	snprintf(finding.evidence, EVIDENCE_TEXT,
		 "%llu of %llu ports used, %llu free", used, capacity, left);
	finding_add(findings, &finding);
	return true;
}
