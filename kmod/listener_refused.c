// SPDX-License-Identifier: GPL-2.0
/*
 * What a listener refused: the sum over all CPUs, and what of it came in the last
 * minute. Who refuses counts on its CPU, see overflow.c; this only reads.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "listener.h"

/**
 * tcpulse_listener_sum() - add up what a listener refused
 * @listener: record
 * @sum: result, by TCPULSE_A_REFUSALS_*; added to what is there
 *
 * Context: Process context, the mutex of the namespace's listeners held.
 */
void tcpulse_listener_sum(const struct tcpulse_listener *listener,
			  u64 sum[TCPULSE_REFUSALS])
{
	const struct tcpulse_refusals *refusals;
	unsigned int cpu;
	int i;

	/* The first of all is made after it. */
	if (!tcpulse_listener_recent(listener))
		return;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		/* Pairs with tcpulse_overflow_refusals(). */
		refusals = smp_load_acquire(&listener->cpu[cpu]);
		for (i = 0; refusals && i < TCPULSE_REFUSALS; i++)
			sum[i] += READ_ONCE(refusals->count[i]);
	}
}

/* As tcpulse_listener_sum(), of the last minute, as of the last look. */
void tcpulse_listener_add_minute(const struct tcpulse_listener *listener,
				 u64 sum[TCPULSE_REFUSALS])
{
	const struct tcpulse_recent *recent = tcpulse_listener_recent(listener);
	int i;

	for (i = 1; recent && i < TCPULSE_REFUSALS; i++)
		sum[i] += tcpulse_minute_sum(&recent[i].minute);
}

/* In jiffies_64; 0 when never. Context: as tcpulse_listener_sum(). */
u64 tcpulse_listener_last_refused(const struct tcpulse_listener *listener)
{
	const struct tcpulse_refusals *refusals;
	unsigned int cpu;
	u64 last = 0;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		/* Pairs with tcpulse_overflow_refusals(). */
		refusals = smp_load_acquire(&listener->cpu[cpu]);
		if (refusals)
			last = max(last, READ_ONCE(refusals->last));
	}
	return last;
}

/**
 * tcpulse_listener_look_refused() - bring the last minute of a listener up to date
 * @listener: record, maybe of one that has closed
 *
 * Most listeners never refuse: of them a word is read.
 *
 * Context: Process context, the mutex of the namespace's listeners held.
 */
void tcpulse_listener_look_refused(struct tcpulse_listener *listener)
{
	struct tcpulse_recent *recent = tcpulse_listener_recent(listener);
	u64 sum[TCPULSE_REFUSALS] = {};
	struct tcpulse_moment now;
	int i;

	if (!recent)
		return;
	now = tcpulse_moment_now();
	tcpulse_listener_sum(listener, sum);
	for (i = 1; i < TCPULSE_REFUSALS; i++)
		tcpulse_recent_look(&recent[i], now, sum[i]);
}

/**
 * tcpulse_listener_join_gone() - its last minute becomes that of those that are gone
 * @ls: listeners of its namespace
 * @listener: record, which no probe can know any more
 *
 * Context: as tcpulse_listener_sum().
 */
void tcpulse_listener_join_gone(struct tcpulse_listeners *ls,
				struct tcpulse_listener *listener)
{
	const struct tcpulse_moment now = tcpulse_moment_now();
	struct tcpulse_recent *gone;
	int i;

	tcpulse_listener_look_refused(listener);
	for (i = 1; listener->recent && i < TCPULSE_REFUSALS; i++) {
		gone = &ls->gone_recent[i];
		tcpulse_recent_look(gone, now, gone->seen);
		tcpulse_recent_look(&listener->recent[i], now,
				    listener->recent[i].seen);
		tcpulse_recent_join(gone, &listener->recent[i]);
	}
}
