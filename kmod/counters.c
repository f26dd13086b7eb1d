// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the per-CPU counters of a namespace: sums them over all CPUs and folds
 * what Linux keeps in three kinds of objects (sockets, request socks, TIME_WAIT
 * minisocks) into transitions between the states of RFC 9293. Counting itself
 * is inline in counters.h; peaks are in peak.c.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "counters.h"

/* Nothing else on a busy machine settles either. */
#define TCPULSE_READ_TRIES 4

/* The part of struct tcpulse_counts that is summed, in the same order. */
struct tcpulse_sum {
	u64 edge[TCPULSE_STATES][TCPULSE_STATES];
	u64 minisock[TCPULSE_MINISOCK_EVENTS];
	u64 pop[TCPULSE_STATES];
};

/* One reading of both families, by family. */
struct tcpulse_sums {
	struct tcpulse_sum family[TCPULSE_FAMILIES];
};

static void tcpulse_counters_add(struct tcpulse_sum *sum,
				 const struct tcpulse_counts *counts)
{
	const unsigned long *from = (const unsigned long *)counts;
	u64 *to = (u64 *)sum;
	size_t i;

	/* Both begin with arrays of 64-bit words only. */
	BUILD_BUG_ON(sizeof(unsigned long) != sizeof(u64));
	BUILD_BUG_ON(sizeof(*sum) != offsetof(struct tcpulse_counts, handshake));
	for (i = 0; i < sizeof(*sum) / sizeof(u64); i++)
		to[i] += READ_ONCE(from[i]);
}

static void tcpulse_counters_sum(const struct tcpulse_net *tn,
				 struct tcpulse_sums *sums)
{
	int cpu, f;

	memset(sums, 0, sizeof(*sums));
	for_each_possible_cpu(cpu)
		for (f = 0; f < TCPULSE_FAMILIES; f++)
			tcpulse_counters_add(&sums->family[f],
					     &per_cpu_ptr(tn->pcpu, cpu)->family[f]);
}

/*
 * Every event makes some counter grow for good, also one that takes an earlier
 * verdict back. So when two sums in a row are the same, nothing happened between
 * the end of the first and the start of the second, and both are of that one
 * instant.
 */
static bool tcpulse_counters_settle(const struct tcpulse_net *tn,
				    struct tcpulse_sums sums[2])
{
	int try;

	tcpulse_counters_sum(tn, &sums[0]);
	for (try = 1; try < TCPULSE_READ_TRIES; try++) {
		/* The second pass must not be satisfied from the first. */
		smp_rmb();
		tcpulse_counters_sum(tn, &sums[try & 1]);
		if (!memcmp(&sums[0], &sums[1], sizeof(sums[0])))
			return true;
	}
	return false;
}

/*
 * A request sock is born in SYN_RECV and hands over to a child, whose own birth
 * is no new connection then; otherwise it dies there.
 */
static void tcpulse_counters_fold_req(u64 edge[][TCPULSE_STATES], const u64 *ev)
{
	edge[TCP_LISTEN][TCP_SYN_RECV] +=
		ev[TCPULSE_REQ_BORN] - ev[TCPULSE_REQ_TAKEN];
	edge[TCP_SYN_RECV][TCP_CLOSE] +=
		ev[TCPULSE_REQ_STOPPED] - ev[TCPULSE_REQ_RESTARTED] -
		ev[TCPULSE_REQ_TAKEN];
}

/*
 * The event of a socket that a minisock replaces says "to CLOSE" and is taken
 * back here; its source is FIN_WAIT2 unless it was seen to be CLOSING. A
 * minisock in FIN_WAIT2 carries that state on, then goes to TIME_WAIT or dies.
 */
static void tcpulse_counters_fold_tw(u64 edge[][TCPULSE_STATES], const u64 *ev)
{
	const u64 *fw2 = ev + TCPULSE_TW_FW2;
	const u64 closing = ev[TCPULSE_TW_FROM_CLOSING];

	edge[TCP_CLOSING][TCP_CLOSE] -= closing;
	edge[TCP_CLOSING][TCP_TIME_WAIT] += closing;
	edge[TCP_FIN_WAIT2][TCP_CLOSE] -=
		ev[TCPULSE_TW_BORN] + fw2[TCPULSE_TW_BORN] - closing;
	edge[TCP_FIN_WAIT2][TCP_TIME_WAIT] +=
		ev[TCPULSE_TW_BORN] - closing + ev[TCPULSE_TW_FIN];

	edge[TCP_FIN_WAIT2][TCP_CLOSE] +=
		fw2[TCPULSE_TW_STOPPED] - fw2[TCPULSE_TW_RESTARTED];
	edge[TCP_TIME_WAIT][TCP_CLOSE] +=
		ev[TCPULSE_TW_STOPPED] - ev[TCPULSE_TW_RESTARTED];
}

/* Halfway between two objects of one connection a difference may be -1. */
static void tcpulse_counters_clamp(u64 *to, const u64 *from, size_t n)
{
	while (n--)
		to[n] = max_t(s64, from[n], 0);
}

/* A new object is counted before the old one is not. CLOSE is no population. */
static unsigned int tcpulse_counters_below_zero(const u64 *pop)
{
	unsigned int n = 0;
	int state;

	for (state = 1; state < TCPULSE_STATES; state++)
		n += state != TCP_CLOSE && (s64)pop[state] < 0;
	return n;
}

static void tcpulse_counters_fold(struct tcpulse_view *view,
				  struct tcpulse_sums *sums)
{
	int f;

	view->below_zero = 0;
	for (f = 0; f < TCPULSE_FAMILIES; f++) {
		struct tcpulse_sum *sum = &sums->family[f];

		tcpulse_counters_fold_req(sum->edge, sum->minisock);
		tcpulse_counters_fold_tw(sum->edge, sum->minisock);
		tcpulse_counters_clamp(&view->edge[f][0][0], &sum->edge[0][0],
				       TCPULSE_STATES * TCPULSE_STATES);
		tcpulse_counters_clamp(view->now[f], sum->pop, TCPULSE_STATES);
		view->below_zero += tcpulse_counters_below_zero(sum->pop);
		memcpy(view->minisock[f], sum->minisock, sizeof(sum->minisock));
	}
}

/* What hardly ever changes once the module is loaded. */
static void tcpulse_counters_read_rare(struct tcpulse_view *view,
				       const struct tcpulse_net *tn)
{
	int f, state, cpu;

	view->lost = 0;
	for_each_possible_cpu(cpu)
		view->lost += READ_ONCE(per_cpu_ptr(tn->pcpu, cpu)->lost);
	for (f = 0; f < TCPULSE_FAMILIES; f++)
		for (state = 0; state < TCPULSE_STATES; state++)
			view->base[f][state] = atomic_read(&tn->base[f][state]);
}

/**
 * tcpulse_counters_read() - read the counters of a namespace
 * @tn: per-netns state, pinned by the caller
 * @view: result, in events since counting began; overwritten
 *
 * Unless @view->moving, everything is of one instant. Otherwise each number is
 * right for its own moment, and traffic between the first and the last may
 * show as a difference between them.
 *
 * Context: Process context, may sleep; takes no lock. Runs concurrently with
 *	every probe.
 * Return: 0, or -ENOMEM.
 */
int tcpulse_counters_read(const struct tcpulse_net *tn,
			  struct tcpulse_view *view)
{
	struct tcpulse_sums *sums;

	sums = kmalloc_array(2, sizeof(*sums), GFP_KERNEL);
	if (!sums)
		return -ENOMEM;

	view->moving = !tcpulse_counters_settle(tn, sums);
	tcpulse_counters_fold(view, &sums[0]);
	kfree(sums);
	if (view->moving)
		view->below_zero = 0;

	tcpulse_counters_read_rare(view, tn);
	return 0;
}

/* Transitions into @state. */
u64 tcpulse_counters_entered(const struct tcpulse_view *view,
			     enum tcpulse_family f, int state)
{
	u64 sum = 0;
	int from;

	for (from = 0; from < TCPULSE_STATES; from++)
		sum += view->edge[f][from][state];
	return sum;
}

/* Transitions out of @state; a listener stays when a connection is born. */
u64 tcpulse_counters_left(const struct tcpulse_view *view,
			  enum tcpulse_family f, int state)
{
	u64 sum = 0;
	int to;

	for (to = 0; to < TCPULSE_STATES; to++)
		if (state != TCP_LISTEN || to != TCP_SYN_RECV)
			sum += view->edge[f][state][to];
	return sum;
}
