// SPDX-License-Identifier: GPL-2.0
/*
 * TIME-WAIT buckets that run out, or did.
 */
#include <stdio.h>

#include "module/attrs.h"
#include "rules/rules.h"

static __u64 left_of(const struct time_wait *tw)
{
	return tw->limit > tw->alive ? tw->limit - tw->alive : 0;
}

void buckets_text(const struct time_wait *tw, char *text, size_t size)
{
	snprintf(text, size,
		 "TIME-WAIT buckets: %llu of %llu used (%.1f %%), %llu left",
		 tw->alive, tw->limit,
		 tw->limit ? 100.0 * tw->alive / tw->limit : 0, left_of(tw));
}

bool buckets_finding(const struct time_wait *tw, struct findings *findings)
{
	struct finding finding = {
		.id = "time_wait_scarce",
		.severity = WARNING,
		.form = "$e",
		.cause = "limit net.ipv4.tcp_max_tw_buckets",
		.count = tw->alive,
	};

	if (left_of(tw) * 10 > tw->limit)
		return false;
	buckets_text(tw, finding.evidence, EVIDENCE_TEXT);
	finding_add(findings, &finding);
	return true;
}

void no_bucket_finding(const struct time_wait *tw, struct findings *findings)
{
	struct finding finding = {
		.id = "time_wait_refused",
		.severity = NOTE,
		.form = "$e: $c",
		.cause = "limit net.ipv4.tcp_max_tw_buckets, or no memory",
		.count = tw->refused,
		.window = {
			.known = true,
			.minute = tw->refused_minute == ABSENT ?
				  0 : tw->refused_minute,
			.total = tw->refused,
			.last_ms = tw->refused_last_ms,
		},
	};

	if (!tw->refused)
		return;
	if (window_is_now(&finding.window)) {
		finding.severity = WARNING;
		finding.form = "! $e: $c";
	}
	window_text(&finding.window, "connections got no TIME-WAIT",
		    finding.evidence, EVIDENCE_TEXT);
	finding_add(findings, &finding);
}
