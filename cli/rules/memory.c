// SPDX-License-Identifier: GPL-2.0
/*
 * Orphans and memory of all TCP sockets that come to their limits, and connections that
 * were reset for it.
 *
 * A connection without a process counts as one orphan, or as two or four once its peer
 * has long been silent or its window long closed (tcp_out_of_resources()): so a quarter
 * of the limit is where the first may be reset.
 */
#include <stdio.h>

#include "host/tcp_memory.h"
#include "rules/rules.h"

static bool is_known(__u64 value)
{
	return value != TCP_MEMORY_UNKNOWN;
}

static __u64 aborted_since(const struct tcp_memory *now,
			   const struct tcp_memory *old)
{
	if (!old || !is_known(now->aborted) || !is_known(old->aborted) ||
	    now->aborted < old->aborted)
		return 0;
	return now->aborted - old->aborted;
}

static bool is_scarce_orphans(const struct tcp_memory *memory)
{
	return is_known(memory->orphans) && is_known(memory->max_orphans) &&
	       memory->orphans * 4 > memory->max_orphans;
}

static bool is_scarce_memory(const struct tcp_memory *memory)
{
	return is_known(memory->pages) && is_known(memory->pressure) &&
	       memory->pages > memory->pressure;
}

static void orphans_finding(const struct tcp_memory *memory,
			    struct findings *findings)
{
	const bool full = memory->orphans >= memory->max_orphans;
	struct finding finding = {
		.id = full ? "orphans_full" : "orphans_scarce",
		.severity = full ? PROBLEM : WARNING,
		.form = "! $e: $c",
		.count = memory->orphans,
	};

	snprintf(finding.evidence, EVIDENCE_TEXT,
		 "%llu orphans of %llu (net.ipv4.tcp_max_orphans) on this machine",
		 memory->orphans, memory->max_orphans);
	snprintf(finding.cause, CAUSE_TEXT, "%s", full ?
		 "who is closed with data unsent, or unanswered, is reset" :
		 "those that are not answered for long count two- or fourfold, and are reset first");
	finding_add(findings, &finding);
}

static void memory_finding(const struct tcp_memory *memory,
			   struct findings *findings)
{
	const bool full = memory->pages >= memory->max_pages;
	struct finding finding = {
		.id = full ? "memory_full" : "memory_pressure",
		.severity = full ? PROBLEM : WARNING,
		.form = "! $e",
		.count = memory->pages,
	};

	snprintf(finding.evidence, EVIDENCE_TEXT,
		 "TCP's buffers take %llu pages on this machine: pressure from %llu, limit %llu (net.ipv4.tcp_mem)",
		 memory->pages, memory->pressure, memory->max_pages);
	finding_add(findings, &finding);
}

/* The counter is the kernel's, and goes back to when the namespace came. */
static void aborted_finding(const struct tcp_memory *now, __u64 more, __u64 ms,
			    struct findings *findings)
{
	struct finding finding = {
		.id = "aborted_for_memory",
		.severity = more ? PROBLEM : NOTE,
		.form = more ? "! $e: $c" : "$e: $c",
		.cause = "beyond net.ipv4.tcp_max_orphans, or beyond net.ipv4.tcp_mem",
		.count = now->aborted,
	};

	if (more)
		snprintf(finding.evidence, EVIDENCE_TEXT,
			 "%llu connections reset in the last %.1f s, %llu in all",
			 more, ms / 1000.0, now->aborted);
	else
		snprintf(finding.evidence, EVIDENCE_TEXT,
			 "%llu connections reset since this namespace came, the last one is not dated",
			 now->aborted);
	finding_add(findings, &finding);
}

void memory_findings(const struct tcp_memory *now, const struct tcp_memory *old,
		     __u64 ms, struct findings *findings)
{
	if (is_scarce_orphans(now))
		orphans_finding(now, findings);
	if (is_scarce_memory(now))
		memory_finding(now, findings);
	if (is_known(now->aborted) && now->aborted)
		aborted_finding(now, aborted_since(now, old), ms, findings);
}
