// SPDX-License-Identifier: GPL-2.0
/*
 * What numbers of a listener do not tell: where its limit comes from, a SYN
 * queue that the kernel takes for full, and cookies.
 */
#include <stdio.h>

#include "base/append.h"
#include "module/field.h"
#include "reading/listeners.h"
#include "rules/rules.h"

/* so many listeners' limits are explained one by one */
#define LIMITS_MAX 5

/* --- SYN queues below zero ----------------------------------------------- */

/*
 * Empty, and yet full for a second: only a count below zero is both. But where one
 * entry is too many, that one may have come between the two readings.
 */
#define BELOW_ZERO_MS 1000

static bool is_below_zero(const struct listener *listener)
{
	return listener->limit && !listener->syn_queue.depth &&
	       listener->syn_queue.full_ms >= BELOW_ZERO_MS;
}

static void below_zero_findings(const struct listeners *listeners,
				struct findings *findings)
{
	struct finding finding = {
		.id = "syn_queue_below_zero",
		.severity = WARNING,
		.form = "! $s: $c: $e; $n",
		.evidence = "this SYN queue is empty but treated as full",
		.cause = "kernel bug",
		.next = "set net.ipv4.tcp_migrate_req=0, then restart the server",
	};
	size_t i;

	for (i = 0; i < listeners->dump.n; i++) {
		if (!is_below_zero(&listeners->dump.list[i]))
			continue;
		listener_local(listeners, i, finding.subject);
		finding.inode = listeners->dump.list[i].inode;
		finding_add(findings, &finding);
	}
}

/* --- limits -------------------------------------------------------------- */

enum limit {
	LIMIT_FINE, LIMIT_CLIPPED, LIMIT_WAS_CLIPPED, LIMIT_MAYBE, LIMIT_TUNED,
	LIMIT_SET_BACK,
};

__u64 listener_next_limit(const struct listener *listener, __u64 somaxconn)
{
	if (listener->asked == ABSENT || listener->asked < somaxconn)
		return listener->asked;
	return somaxconn;
}

static enum limit judge_limit(const struct listener *listener, __u64 somaxconn)
{
	if (listener->tuned != ABSENT)
		return listener->tuned == listener->limit ? LIMIT_TUNED :
							    LIMIT_SET_BACK;
	if (listener->asked != ABSENT && listener->asked > listener->limit)
		return listener->limit == somaxconn ? LIMIT_CLIPPED :
						      LIMIT_WAS_CLIPPED;
	if (listener->asked == ABSENT && listener->limit == somaxconn &&
	    refusals_overflow(&listener->refusals))
		return LIMIT_MAYBE;
	return LIMIT_FINE;
}

static void explain_clipped(const struct listener *listener, __u64 somaxconn,
			    struct finding *finding)
{
	snprintf(finding->evidence, EVIDENCE_TEXT, "asked for %llu",
		 listener->asked);
	snprintf(finding->cause, CAUSE_TEXT,
		 "net.core.somaxconn (%llu) clipped it", somaxconn);
}

static void explain_was_clipped(const struct listener *listener,
				__u64 somaxconn, struct finding *finding)
{
	snprintf(finding->evidence, EVIDENCE_TEXT, "asked for %llu and got %llu",
		 listener->asked, listener->limit);
	snprintf(finding->cause, CAUSE_TEXT,
		 "net.core.somaxconn is %llu now, which counts from its next listen(2) on",
		 somaxconn);
}

static void explain_maybe(const struct listener *listener, __u64 somaxconn,
			  struct finding *finding)
{
	(void)listener;
	snprintf(finding->evidence, EVIDENCE_TEXT,
		 "limit equals net.core.somaxconn (%llu)", somaxconn);
	snprintf(finding->cause, CAUSE_TEXT,
		 "the application may have asked for more");
}

static void explain_tuned(const struct listener *listener, __u64 somaxconn,
			  struct finding *finding)
{
	(void)somaxconn;
	if (listener->asked == ABSENT)
		snprintf(finding->evidence, EVIDENCE_TEXT, "tcpulse set %llu",
			 listener->tuned);
	else
		snprintf(finding->evidence, EVIDENCE_TEXT,
			 "tcpulse set %llu (asked %llu)", listener->tuned,
			 listener->asked);
}

static void explain_set_back(const struct listener *listener, __u64 somaxconn,
			     struct finding *finding)
{
	(void)somaxconn;
	snprintf(finding->evidence, EVIDENCE_TEXT, "tcpulse had set %llu",
		 listener->tuned);
	snprintf(finding->cause, CAUSE_TEXT,
		 "the application has set it back to %llu by listen(2)",
		 listener->limit);
}

static const struct {
	const char *id, *form;
	void (*explain)(const struct listener *listener, __u64 somaxconn,
			struct finding *finding);
} limits[] = {
	[LIMIT_CLIPPED] = { "limit_clipped", "$s $e; $c", explain_clipped },
	[LIMIT_WAS_CLIPPED] = { "limit_was_clipped", "$s $e; $c",
				explain_was_clipped },
	[LIMIT_MAYBE] = { "limit_maybe_clipped", "$s: $e: $c", explain_maybe },
	[LIMIT_TUNED] = { "limit_tuned", "$s: $e", explain_tuned },
	[LIMIT_SET_BACK] = { "limit_set_back", "$s: $e, $c", explain_set_back },
};

static void limit_finding(const struct listeners *listeners, size_t i,
			  enum limit limit, struct findings *findings)
{
	const struct listener *listener = &listeners->dump.list[i];
	struct finding finding = {
		.id = limits[limit].id,
		.severity = NOTE,
		.form = limits[limit].form,
		.inode = listener->inode,
	};

	listener_local(listeners, i, finding.subject);
	limits[limit].explain(listener, listeners->overflow.somaxconn,
			      &finding);
	finding_add(findings, &finding);
}

static void more_limits(__u64 more, __u64 somaxconn, struct findings *findings)
{
	struct finding finding = {
		.id = "limits_more",
		.severity = NOTE,
		.form = "and $e",
		.count = more,
	};

	snprintf(finding.evidence, EVIDENCE_TEXT,
		 "%llu more have a limit that tcpulse, or net.core.somaxconn (%llu), set or may have set",
		 more, somaxconn);
	finding_add(findings, &finding);
}

static void limit_findings(const struct listeners *listeners,
			   struct findings *findings)
{
	__u64 somaxconn = listeners->overflow.somaxconn;
	enum limit limit;
	size_t i, n = 0;

	for (i = 0; i < listeners->dump.n; i++) {
		limit = judge_limit(&listeners->dump.list[i], somaxconn);
		if (limit != LIMIT_FINE && n++ < LIMITS_MAX)
			limit_finding(listeners, i, limit, findings);
	}
	if (n > LIMITS_MAX)
		more_limits(n - LIMITS_MAX, somaxconn, findings);
}

/* --- SYN queues without cookies ------------------------------------------- */

static void syn_limit_finding(const struct listeners *listeners,
			      struct findings *findings)
{
	const struct overflow *overflow = &listeners->overflow;
	struct finding finding = {
		.id = "syn_queue_reserve",
		.severity = NOTE,
		.form = "$e: $c",
	};
	__u64 limit = 0;
	size_t i;

	for (i = 0; i < listeners->dump.n; i++) {
		if (listener_syn_limit(overflow, &listeners->dump.list[i]) ==
		    listeners->dump.list[i].limit)
			continue;
		limit = listener_syn_limit(overflow, &listeners->dump.list[i]);
		finding.count++;
	}
	if (!finding.count)
		return;
	snprintf(finding.evidence, EVIDENCE_TEXT,
		 "%llu SYN queue%s SYNs of new peers up to %llu, whatever the limit of listen(2)",
		 finding.count, finding.count == 1 ? " holds" : "s hold", limit);
	snprintf(finding.cause, CAUSE_TEXT,
		 "three quarters of net.ipv4.tcp_max_syn_backlog (%llu), as net.ipv4.tcp_syncookies is 0",
		 (__u64)overflow->syn_backlog_limit);
	finding_add(findings, &finding);
}

/* --- cookies ------------------------------------------------------------- */

static struct refusals sum_of(const struct listeners *listeners)
{
	struct refusals sum = { };
	size_t i;

	for (i = 0; i < listeners->dump.n; i++)
		fields_add(&refusals_nest, &sum,
			   &listeners->dump.list[i].refusals);
	return sum;
}

/*
 * What came of them. Who was answered and says nothing valid may be gone, may have been
 * nobody, or believes to be connected: its ACK was lost, and none is sent again.
 */
static void cookies_text(const struct refusals *sum, char *text, size_t size)
{
	__u64 sent = sum->cookies_sent, valid = sum->cookies_valid;

	append(text, size, ": %llu cookies sent, %llu came back valid", sent,
	       valid);
	if (sum->accept_full_cookie)
		append(text, size, " (%llu of them dropped: accept queue full)",
		       sum->accept_full_cookie);
	if (sent > valid)
		append(text, size, ", %llu did not", sent - valid);
	append(text, size, "; %llu ACKs with a wrong or too old one",
	       sum->cookies_invalid);
}

static void cookie_finding(const struct listeners *listeners,
			   struct findings *findings)
{
	const bool always = listeners->overflow.syncookies == 2;
	const struct refusals sum = sum_of(listeners);
	struct finding finding = {
		.id = always ? "cookies_always" : "cookies_when_full",
		.severity = NOTE,
		.form = "$e",
		.count = refusals_cookies(&sum),
	};

	if (!finding.count || !listeners->overflow.syncookies)
		return;
	snprintf(finding.evidence, EVIDENCE_TEXT, always ?
		 "%llu SYNs so far and net.ipv4.tcp_syncookies is 2" :
		 "%llu SYNs so far found the SYN queue full (net.ipv4.tcp_syncookies is 1)",
		 finding.count);
	cookies_text(&sum, finding.evidence, EVIDENCE_TEXT);
	finding_add(findings, &finding);
}

void listener_findings(const struct listeners *listeners,
		       struct findings *findings)
{
	below_zero_findings(listeners, findings);
	limit_findings(listeners, findings);
	syn_limit_finding(listeners, findings);
	cookie_finding(listeners, findings);
}

/* --- the reading itself -------------------------------------------------- */

void reading_findings(const struct listeners *listeners,
		      struct findings *findings)
{
	struct finding lost = {
		.id = "lost_listeners",
		.severity = WARNING,
		.form = "! $e: $c",
		.cause = "memory was short when they came",
		.count = listeners->overflow.lost_listeners,
	};
	struct finding interrupted = {
		.id = "interrupted",
		.severity = WARNING,
		.form = "! $e",
		.evidence =
			"listeners came or went while they were read: one of those may be missing",
	};

	snprintf(lost.evidence, EVIDENCE_TEXT, "%llu listeners are not shown",
		 lost.count);
	if (lost.count)
		finding_add(findings, &lost);
	if (listeners->dump.interrupted)
		finding_add(findings, &interrupted);
}
