// SPDX-License-Identifier: GPL-2.0
/*
 * Largest populations, since counting began and over the last minute.
 *
 * A population is a sum over all CPUs, and no CPU may write what others write,
 * so nobody sees each of its values. It is looked at once a second, at every
 * read, and by a probe: on each CPU at the first entry into the state within a
 * second, and then at one of a few. The more CPUs there are to sum, the fewer,
 * so that the cost of an event stays the same. Hence a peak that lasted a
 * second is exact, and a shorter one is at most tcpulse_peak_slack() too low.
 */
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/rtnetlink.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "counters.h"
#include "fin_wait2.h"
#include "listener.h"
#include "peak.h"
#include "pernet.h"

#define TCPULSE_PEAK_STRIDE_MIN 16

/* Entries into a state on one CPU between two looks at it. */
static unsigned int tcpulse_peak_stride __ro_after_init;

void __init tcpulse_peak_setup(void)
{
	tcpulse_peak_stride = max_t(unsigned int, TCPULSE_PEAK_STRIDE_MIN,
				    4 * num_possible_cpus());
}

static s64 tcpulse_peak_sum(struct tcpulse_counts __percpu *counts, int state)
{
	s64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(counts, cpu)->pop[state]);
	return clamp_t(s64, sum, 0, U32_MAX);
}

/**
 * tcpulse_peak_look() - look at a population that has just grown
 * @counts: counters of the namespace, of one family
 * @state: the state that was entered
 *
 * Context: preemption off, any context; reads one word a CPU, writes only this
 *	CPU's memory.
 */
void tcpulse_peak_look(struct tcpulse_counts __percpu *counts, int state)
{
	s64 sum = tcpulse_peak_sum(counts, state);

	this_cpu_write(counts->countdown[state], tcpulse_peak_stride - 1);
	if (sum > this_cpu_read(counts->peak[state]))
		this_cpu_write(counts->peak[state], sum);
}

/* By how much a peak shorter than a second may be too low, in sockets. */
u32 tcpulse_peak_slack(void)
{
	return num_online_cpus() * (tcpulse_peak_stride - 1);
}

void tcpulse_peak_init(struct tcpulse_peaks *peaks)
{
	mutex_init(&peaks->lock);
}

/* The sum now, and the largest one any CPU has seen in this second. */
static u32 tcpulse_peak_get(struct tcpulse_counts __percpu *counts, int state)
{
	u32 peak = tcpulse_peak_sum(counts, state);
	int cpu;

	for_each_possible_cpu(cpu)
		peak = max(peak, READ_ONCE(per_cpu_ptr(counts, cpu)->peak[state]));
	return peak;
}

static void tcpulse_peak_note(struct tcpulse_peaks *peaks, int f, int state,
			      u32 peak)
{
	tcpulse_minute_note(&peaks->minute[f][state], tcpulse_minute_now(),
			    peak);
	peaks->ever[f][state] = max(peaks->ever[f][state], peak);
}

/**
 * tcpulse_peak_collect() - bring the peaks of a namespace up to date
 * @tn: per-netns state, pinned by the caller, whose @tn->peaks.lock is held
 *
 * Only reads what the probes write, however often it is called.
 *
 * Context: Process context.
 */
void tcpulse_peak_collect(struct tcpulse_net *tn)
{
	int f, state;

	lockdep_assert_held(&tn->peaks.lock);
	for (f = 0; f < TCPULSE_FAMILIES; f++)
		for (state = 1; state < TCPULSE_STATES; state++)
			tcpulse_peak_note(&tn->peaks, f, state,
					  tcpulse_peak_get(&tn->pcpu->family[f],
							   state));
}

/* A new second: each CPU looks again at the next entry into the state. */
static u32 tcpulse_peak_take(struct tcpulse_counts __percpu *counts, int state)
{
	u32 peak = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct tcpulse_counts *c = per_cpu_ptr(counts, cpu);

		peak = max(peak, xchg(&c->peak[state], 0));
		/* A race with an entry costs a look, or brings one more. */
		WRITE_ONCE(c->countdown[state], 0);
	}
	return peak;
}

/* Once a second. Context: as tcpulse_peak_collect(). */
static void tcpulse_peak_next(struct tcpulse_net *tn)
{
	int f, state;

	tcpulse_peak_collect(tn);
	for (f = 0; f < TCPULSE_FAMILIES; f++)
		for (state = 1; state < TCPULSE_STATES; state++)
			tcpulse_peak_note(&tn->peaks, f, state,
					  tcpulse_peak_take(&tn->pcpu->family[f],
							    state));
}

/* Context: @peaks->lock held, tcpulse_peak_collect() called under it. */
u32 tcpulse_peak_minute(const struct tcpulse_peaks *peaks,
			enum tcpulse_family f, int state)
{
	lockdep_assert_held(&peaks->lock);
	return tcpulse_minute_max(&peaks->minute[f][state]);
}

static void tcpulse_peak_work(struct work_struct *work);
/* Deferrable: an idle machine has no new peaks, and is not to be woken. */
static DECLARE_DEFERRABLE_WORK(tcpulse_peak_dwork, tcpulse_peak_work);

static void tcpulse_peak_work(struct work_struct *work)
{
	struct net *net;

	/* A namespace leaves the list before its exit begins. */
	down_read(&net_rwsem);
	for_each_net(net) {
		struct tcpulse_net *tn = tcpulse_pernet(net);

		mutex_lock(&tn->peaks.lock);
		tcpulse_peak_next(tn);
		mutex_unlock(&tn->peaks.lock);
		tcpulse_listener_tick(&tn->listeners);
		cond_resched();
	}
	up_read(&net_rwsem);
	tcpulse_fin_wait2_reap();
	schedule_delayed_work(&tcpulse_peak_dwork, HZ);
}

void tcpulse_peak_start(void)
{
	schedule_delayed_work(&tcpulse_peak_dwork, HZ);
}

void tcpulse_peak_stop(void)
{
	cancel_delayed_work_sync(&tcpulse_peak_dwork);
}
