// SPDX-License-Identifier: GPL-2.0
/*
 * Which listeners refuse connections, why, and whether they do so now: each cause that
 * there is, and the words for it. What goes on now comes before what is over, and its
 * cause is the one of now.
 */
#include <assert.h>
#include <stddef.h>
#include <stdio.h>

#include "base/append.h"
#include "base/compiler.h"
#include "reading/listeners.h"
#include "rules/rules.h"

#define ACCEPT_FULL "accept queue full"
#define UNKNOWN "no memory, no route back, or a filter"

#define CAUSE(member, what, why, dropped) \
	{ #member, offsetof(struct refusals, member), what, why, dropped }

/* @dropped: in a few words, of what refusals_dropped() adds up; the others are what
 * refusals_overflow() does
 */
static const struct {
	const char *id;
	size_t offset;
	const char *what, *why, *dropped;
} causes[] = {
	CAUSE(accept_full_syn, "SYNs", ACCEPT_FULL, NULL),
	CAUSE(accept_full_ack, "last ACKs", ACCEPT_FULL, NULL),
	CAUSE(accept_full_cookie, "ACKs with cookie", ACCEPT_FULL, NULL),
	CAUSE(syn_full_drop, "SYNs",
	      "SYN queue full, net.ipv4.tcp_syncookies is off",
	      "SYN queue full and net.ipv4.tcp_syncookies 0"),
	CAUSE(max_syn_backlog, "SYNs",
	      "last quarter of net.ipv4.tcp_max_syn_backlog",
	      "net.ipv4.tcp_max_syn_backlog"),
	CAUSE(other_drop, "SYNs or ACKs", UNKNOWN, UNKNOWN),
};

static __u64 count_of(const struct refusals *refusals, size_t cause)
{
	return value_at(refusals, causes[cause].offset);
}

/* --- when ---------------------------------------------------------------- */

static struct window cause_window(const struct listener *listener, size_t cause)
{
	/* The ages of refusals are in the order of refusals. */
	static_assert(sizeof(struct refusals) == sizeof(struct refusal_ages),
		      "an age for each refusal");
	return (struct window) {
		.known = true,
		.minute = count_of(&listener->refusals_minute, cause),
		.total = count_of(&listener->refusals, cause),
		.last_ms = value_at(&listener->refusals_last,
				    causes[cause].offset),
		.counted_ms = listener->age_ms,
	};
}

/* Of all causes that fill the accept queue, or of all others. */
static struct window queue_window(const struct listener *listener, bool accept)
{
	struct window sum = {
		.known = true,
		.last_ms = ABSENT,
		.counted_ms = listener->age_ms,
	};
	struct window one;
	size_t c;

	for (c = 0; c < ARRAY_SIZE(causes); c++) {
		if (accept != !causes[c].dropped)
			continue;
		one = cause_window(listener, c);
		sum.minute += one.minute;
		sum.total += one.total;
		sum.last_ms = window_sooner(sum.last_ms, one.last_ms);
	}
	return sum;
}

/* --- each cause of the worst listeners ----------------------------------- */

/**
 * struct rank - how bad a listener is
 * @minute: refused in the last minute
 * @total: since it is counted
 * @index: which it is; of equal ones the first is worse
 */
struct rank {
	__u64 minute, total;
	size_t index;
};

static struct rank rank_of(const struct listener_dump *dump, size_t i)
{
	const struct listener *listener = &dump->list[i];

	return (struct rank) {
		.minute = refusals_overflow(&listener->refusals_minute) +
			  refusals_dropped(&listener->refusals_minute),
		.total = refusals_overflow(&listener->refusals) +
			 refusals_dropped(&listener->refusals),
		.index = i,
	};
}

static bool ranks_before(const struct rank *a, const struct rank *b)
{
	if (a->minute != b->minute)
		return a->minute > b->minute;
	if (a->total != b->total)
		return a->total > b->total;
	return a->index < b->index;
}

/* The worst of those that come after @worst, if that is not the first to be found. */
static bool next_worst(const struct listener_dump *dump, struct rank *worst,
		       bool first)
{
	struct rank found = { .index = dump->n }, one;
	size_t i;

	for (i = 0; i < dump->n; i++) {
		one = rank_of(dump, i);
		if (one.total && (first || ranks_before(worst, &one)) &&
		    (found.index == dump->n || ranks_before(&one, &found)))
			found = one;
	}
	*worst = found;
	return found.index < dump->n;
}

/* Part of what was refused was reset, and is no more than that. */
static void reset_text(const struct refusals *refusals, size_t cause, char *text)
{
	__u64 count = count_of(refusals, cause), resets = refusals->abort_reset;
	bool ack = causes[cause].offset ==
		   offsetof(struct refusals, accept_full_ack);
	bool other = causes[cause].offset ==
		     offsetof(struct refusals, other_drop);

	if (!resets || !(ack || (other && !refusals->accept_full_ack)))
		return;
	if (ack && refusals->other_drop)
		append(text, CAUSE_TEXT, ", %llu of these and other drops", resets);
	else if (resets < count)
		append(text, CAUSE_TEXT, ", %llu of them", resets);
	else
		append(text, CAUSE_TEXT, ", all");
	append(text, CAUSE_TEXT,
	       " answered with RST (net.ipv4.tcp_abort_on_overflow)");
}

static void cause_finding(const struct listener *listener, size_t cause,
			  struct finding *finding)
{
	const struct refusals *refusals = &listener->refusals;
	char what[32];

	finding->window = cause_window(listener, cause);
	finding->severity = NOTE;
	if (window_is_now(&finding->window)) {
		finding->severity = WARNING;
		refusals = &listener->refusals_minute;
	}
	finding->id = causes[cause].id;
	finding->count = finding->window.total;
	snprintf(finding->evidence, EVIDENCE_TEXT, "%s", causes[cause].what);
	snprintf(what, sizeof(what), "%s refused", causes[cause].what);
	window_text(&finding->window, what, finding->when, WINDOW_TEXT);
	snprintf(finding->cause, CAUSE_TEXT, "%s", causes[cause].why);
	reset_text(refusals, cause, finding->cause);
}

void cause_findings(const struct listeners *listeners, size_t i,
		    struct findings *findings)
{
	struct finding finding = { .form = "$s: $w: $c" };
	size_t c;

	listener_local(listeners, i, finding.subject);
	for (c = 0; c < ARRAY_SIZE(causes); c++) {
		if (!count_of(&listeners->dump.list[i].refusals, c))
			continue;
		cause_finding(&listeners->dump.list[i], c, &finding);
		finding_add(findings, &finding);
	}
}

void refusal_findings(const struct listeners *listeners,
		      struct findings *findings)
{
	struct rank worst = {};
	int n;

	for (n = 0; n < REFUSAL_LISTENERS; n++) {
		if (!next_worst(&listeners->dump, &worst, !n))
			break;
		cause_findings(listeners, worst.index, findings);
	}
}

/* --- the worst listener of each queue ------------------------------------ */

/**
 * struct worst - the listener that refuses most
 * @index: which; the number of listeners when none does
 * @delta: refused between the two readings
 * @window: refused in the last minute, and since it is counted
 * @full: its queue is full now
 */
struct worst {
	size_t index;
	__u64 delta;
	struct window window;
	bool full;
};

static bool is_worse(const struct worst *a, const struct worst *b)
{
	if (a->delta != b->delta)
		return a->delta > b->delta;
	if (a->window.minute != b->window.minute)
		return a->window.minute > b->window.minute;
	if (a->full != b->full)
		return a->full;
	return a->window.total > b->window.total;
}

static struct worst judge(const struct listeners *now,
			  const struct listeners *old, __u64 ms, size_t i,
			  bool accept)
{
	const struct listener *listener = &now->dump.list[i];
	const struct refusals *before = listeners_refusals(old, listener->id);
	__u64 (*sum)(const struct refusals *refusals) =
		accept ? refusals_overflow : refusals_dropped;
	struct worst worst = {
		.index = i,
		.window = queue_window(listener, accept),
		.full = accept && queue_is_full(&listener->accept_queue,
						listener->limit),
	};

	if (ms)
		worst.delta = worst.window.total - (before ? sum(before) : 0);
	return worst;
}

static struct worst find_worst(const struct listeners *now,
			       const struct listeners *old, __u64 ms,
			       bool accept)
{
	struct worst worst = { .index = now->dump.n }, one;
	size_t i;

	for (i = 0; i < now->dump.n; i++) {
		one = judge(now, old, ms, i, accept);
		if ((one.delta || one.full || window_is_now(&one.window)) &&
		    (worst.index == now->dump.n || is_worse(&one, &worst)))
			worst = one;
	}
	return worst;
}

/* Depth and limit, what was refused, and at what rate between the two readings. */
static void worst_evidence(const char *queue, __u64 depth, __u64 limit,
			   const struct worst *worst, __u64 ms,
			   struct finding *finding)
{
	char rate[32];

	rate_text(worst->delta, 0, ms, rate, sizeof(rate));
	if (worst->window.total)
		snprintf(finding->evidence, EVIDENCE_TEXT, "%s%llu/%llu, %s%s",
			 queue, depth, limit, finding->when, rate);
	else
		snprintf(finding->evidence, EVIDENCE_TEXT,
			 "%s%llu/%llu, none refused so far", queue, depth,
			 limit);
}

static void accept_finding(const struct listeners *now,
			   const struct worst *worst, __u64 ms,
			   struct findings *findings)
{
	const struct listener *listener = &now->dump.list[worst->index];
	struct finding finding = {
		.id = worst->full ? "accept_queue_full" :
				    "accept_queue_was_full",
		.severity = PROBLEM,
		.form = worst->full ? "! " ACCEPT_FULL ": $s  $e" :
				      "! accept queue was full: $s  $e",
		.count = worst->window.total,
		.window = worst->window,
		.inode = listener->inode,
	};

	listener_local(now, worst->index, finding.subject);
	window_text(&worst->window, "refused", finding.when, WINDOW_TEXT);
	worst_evidence("", listener->accept_queue.depth, listener->limit, worst,
		       ms, &finding);
	finding_add(findings, &finding);
}

/* The most frequent of now; of equal ones the first. */
static const char *drop_reason(const struct listener *listener)
{
	const struct refusals *refusals = &listener->refusals_minute;
	size_t c, most = ARRAY_SIZE(causes);

	if (!refusals_dropped(refusals))
		refusals = &listener->refusals;
	for (c = 0; c < ARRAY_SIZE(causes); c++)
		if (causes[c].dropped &&
		    (most == ARRAY_SIZE(causes) ||
		     count_of(refusals, c) > count_of(refusals, most)))
			most = c;
	return causes[most].dropped;
}

static void syn_finding(const struct listeners *now, const struct worst *worst,
			__u64 ms, struct findings *findings)
{
	const struct listener *listener = &now->dump.list[worst->index];
	struct finding finding = {
		.id = "syns_dropped",
		.severity = PROBLEM,
		.form = "! SYNs dropped: $s  $e: $c",
		.count = worst->window.total,
		.window = worst->window,
		.inode = listener->inode,
	};

	listener_local(now, worst->index, finding.subject);
	window_text(&worst->window, "dropped", finding.when, WINDOW_TEXT);
	worst_evidence("SYN queue ", listener->syn_queue.depth,
		       listener_syn_limit(&now->overflow, listener),
		       worst, ms, &finding);
	snprintf(finding.cause, CAUSE_TEXT, "%s", drop_reason(listener));
	finding_add(findings, &finding);
}

void worst_findings(const struct listeners *now, const struct listeners *old,
		    __u64 ms, struct findings *findings)
{
	struct worst worst = find_worst(now, old, ms, true);

	if (worst.index < now->dump.n)
		accept_finding(now, &worst, ms, findings);
	worst = find_worst(now, old, ms, false);
	if (worst.index < now->dump.n)
		syn_finding(now, &worst, ms, findings);
}
