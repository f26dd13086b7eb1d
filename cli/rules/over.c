// SPDX-License-Identifier: GPL-2.0
/*
 * What was refused by those that have closed, or by nobody known; and of all that was
 * refused, what is over.
 */
#include <stdio.h>

#include "base/append.h"
#include "base/compiler.h"
#include "reading/listeners.h"
#include "rules/rules.h"

static enum severity severity_of(const struct window *window)
{
	return window_is_now(window) ? WARNING : NOTE;
}

void closed_finding(const struct overflow *overflow, struct findings *findings)
{
	__u64 refused = refusals_overflow(&overflow->gone);
	__u64 dropped = refusals_dropped(&overflow->gone);
	struct finding finding = {
		.id = "closed_refused",
		.form = "$s: $e: $c",
		.count = refused + dropped,
		.window = {
			.known = true,
			.minute = refusals_overflow(&overflow->gone_minute) +
				  refusals_dropped(&overflow->gone_minute),
			.total = refused + dropped,
			.last_ms = overflow->gone_last_ms,
		},
	};

	if (!finding.count)
		return;
	finding.severity = severity_of(&finding.window);
	snprintf(finding.subject, sizeof(finding.subject),
		 "closed listeners (%llu so far)", overflow->gone_listeners);
	window_text(&finding.window, "refused", finding.evidence, EVIDENCE_TEXT);
	snprintf(finding.cause, CAUSE_TEXT, "%llu overflows, %llu SYNs dropped",
		 refused, dropped);
	finding_add(findings, &finding);
}

/* Drops, and cookies: one may be the other's consequence, but then none is 0. */
static __u64 unattributed_events(const struct kernel_counters *kernel)
{
	return kernel_overflow(kernel) + kernel_dropped(kernel) +
	       kernel->req_q_full_do_cookies + kernel->syncookies_recv +
	       kernel->syncookies_failed;
}

void unattributed_finding(const struct overflow *overflow,
			  struct findings *findings)
{
	struct finding finding = {
		.id = "unattributed",
		.form = "no listener found for: $e; $w",
		.count = unattributed_events(&overflow->unattributed),
		.window = {
			.known = true,
			.minute = unattributed_events(&overflow->unattributed_minute),
			.last_ms = overflow->unattributed_last_ms,
		},
	};

	if (!finding.count)
		return;
	finding.window.total = finding.count;
	finding.severity = severity_of(&finding.window);
	kernel_text(&overflow->unattributed, finding.evidence, EVIDENCE_TEXT);
	window_text(&finding.window, "events", finding.when, WINDOW_TEXT);
	finding_add(findings, &finding);
}

static void elsewhere(const struct listeners *listeners,
		      const struct time_wait *time_wait,
		      struct findings *findings)
{
	closed_finding(&listeners->overflow, findings);
	unattributed_finding(&listeners->overflow, findings);
	no_bucket_finding(time_wait, findings);
}

/* closed, unattributed, no bucket */
#define ELSEWHERE 3

void elsewhere_findings(const struct listeners *listeners,
			const struct time_wait *time_wait,
			struct findings *findings)
{
	struct finding list[ELSEWHERE];
	struct findings all = { list, ARRAY_SIZE(list), 0 };
	size_t i;

	elsewhere(listeners, time_wait, &all);
	for (i = 0; i < all.n; i++)
		if (list[i].severity != NOTE)
			finding_add(findings, &list[i]);
}

/* Keep the one that was over last. */
static void keep_latest(const struct findings *candidates, struct finding *latest)
{
	const struct finding *finding;
	size_t i;

	for (i = 0; i < candidates->n; i++) {
		finding = &candidates->list[i];
		if (finding->severity == NOTE &&
		    finding->window.last_ms < latest->window.last_ms)
			*latest = *finding;
	}
}

void over_finding(const struct listeners *listeners,
		  const struct time_wait *time_wait, struct findings *findings)
{
	struct finding latest = { .window.last_ms = ABSENT };
	struct finding list[CAUSE_FINDINGS];
	struct findings one = { list, ARRAY_SIZE(list), 0 };
	size_t i;

	elsewhere(listeners, time_wait, &one);
	keep_latest(&one, &latest);
	for (i = 0; i < listeners->dump.n; i++) {
		one.n = 0;
		cause_findings(listeners, i, &one);
		keep_latest(&one, &latest);
	}
	if (latest.window.last_ms != ABSENT)
		finding_add(findings, &latest);
}
