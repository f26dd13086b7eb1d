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
 *
 * A namespace that sleeps is not looked at, see awake.c. The last look left each
 * CPU so that the next entry looks, and wakes it; what goes without an entry wakes
 * it as well, except minisocks, with which it does not fall asleep.
 */
#include <linux/cpumask.h>
#include <linux/mutex.h>
#include <linux/percpu.h>

#include "addrform.h"
#include "awake.h"
#include "peak.h"

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

/* Of those counted in @state, who is of IPv4 by now, or has closed as such. */
static s64 tcpulse_peak_turned(struct tcpulse_counts __percpu *counts, int state)
{
	const struct tcpulse_net *tn = container_of(this_cpu_read(counts->awake),
						    struct tcpulse_net, awake);

	return state == TCP_ESTABLISHED && counts == &tn->pcpu->family[TCPULSE_V6] ?
	       tcpulse_addrform_unseen(tn) : 0;
}

/**
 * tcpulse_peak_look() - look at a population that has just grown
 * @counts: counters of the namespace, of one family
 * @state: the state that was entered
 *
 * Context: preemption off, any context; reads one word a CPU, some thirty for what
 *	changes its family, writes only this CPU's memory, unless the namespace sleeps.
 */
void tcpulse_peak_look(struct tcpulse_counts __percpu *counts, int state)
{
	s64 sum = tcpulse_peak_sum(counts, state) -
		  tcpulse_peak_turned(counts, state);

	this_cpu_write(counts->countdown[state], tcpulse_peak_stride - 1);
	if (sum > this_cpu_read(counts->peak[state]))
		this_cpu_write(counts->peak[state], sum);
	tcpulse_awake_rouse(counts);
}

/* By how much a peak shorter than a second may be too low, in sockets. */
u32 tcpulse_peak_slack(void)
{
	return num_online_cpus() * (tcpulse_peak_stride - 1);
}

void tcpulse_peak_init(struct tcpulse_net *tn)
{
	mutex_init(&tn->peaks.lock);
}

/* The largest sum any CPU has seen in this second. */
static u32 tcpulse_peak_get(struct tcpulse_counts __percpu *counts, int state)
{
	u32 peak = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		peak = max(peak, READ_ONCE(per_cpu_ptr(counts, cpu)->peak[state]));
	return peak;
}

/*
 * The level held until the namespace woke up, or until now, as it still sleeps.
 * @peak was there since; @level is there now.
 */
static void tcpulse_peak_note(struct tcpulse_peaks *peaks, int f, int state,
			      u32 held, u32 now, u32 peak, u32 level)
{
	struct tcpulse_minute *minute = &peaks->minute[f][state];

	peak = max(peak, level);
	tcpulse_minute_hold(minute, held, peaks->level[f][state]);
	tcpulse_minute_note(minute, now, peak);
	peaks->ever[f][state] = max(peaks->ever[f][state], peak);
	peaks->level[f][state] = level;
}

/* Until when levels held; @now at most, for it may have woken up meanwhile. */
static u32 tcpulse_peak_held(const struct tcpulse_net *tn, u32 now)
{
	return min(READ_ONCE(tn->awake) ?: now, now);
}

static void tcpulse_peak_collect_at(struct tcpulse_net *tn, u32 now)
{
	const u32 held = tcpulse_peak_held(tn, now);
	struct tcpulse_counts __percpu *counts;
	int f, state;

	lockdep_assert_held(&tn->peaks.lock);
	for (f = 0; f < TCPULSE_FAMILIES; f++) {
		counts = &tn->pcpu->family[f];
		for (state = 1; state < TCPULSE_STATES; state++)
			tcpulse_peak_note(&tn->peaks, f, state, held, now,
					  tcpulse_peak_get(counts, state),
					  tcpulse_peak_sum(counts, state));
	}
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
	tcpulse_peak_collect_at(tn, tcpulse_minute_now());
}

/* --- once a second --------------------------------------------------- */

/*
 * Each CPU looks again at its next entry into the state.
 *
 * Return: some CPU has looked, or entered the state, since the last time.
 */
static bool tcpulse_peak_take(struct tcpulse_counts __percpu *counts, int state,
			      u32 *peak)
{
	bool moved = false;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct tcpulse_counts *c = per_cpu_ptr(counts, cpu);

		/* Most CPUs have nothing; their memory is only read. */
		if (!READ_ONCE(c->countdown[state]) && !READ_ONCE(c->peak[state]))
			continue;
		*peak = max(*peak, xchg(&c->peak[state], 0));
		/* A race with an entry costs a look, or brings one more. */
		WRITE_ONCE(c->countdown[state], 0);
		moved = true;
	}
	return moved;
}

/* Minisocks end without a word to those who are to be woken. */
static bool tcpulse_peak_restless(int state, u32 level)
{
	return level && (1 << state) & (TCPF_SYN_RECV | TCPF_FIN_WAIT2 |
					TCPF_TIME_WAIT);
}

static bool tcpulse_peak_next_state(struct tcpulse_net *tn, int f, int state,
				    u32 held, u32 now)
{
	struct tcpulse_counts __percpu *counts = &tn->pcpu->family[f];
	u32 peak = 0, level;
	bool moved;

	/* ORDER: who enters after we have been there looks and wakes it. */
	moved = tcpulse_peak_take(counts, state, &peak);
	level = tcpulse_peak_sum(counts, state);
	tcpulse_peak_note(&tn->peaks, f, state, held, now, peak, level);
	return moved || tcpulse_peak_restless(state, level);
}

/* Return: something moved since the last time, or may do so unseen. */
static bool tcpulse_peak_next(struct tcpulse_net *tn)
{
	const u32 now = tcpulse_minute_now(), held = tcpulse_peak_held(tn, now);
	bool moving = false;
	int f, state;

	lockdep_assert_held(&tn->peaks.lock);
	tcpulse_awake_doze(tn);
	for (f = 0; f < TCPULSE_FAMILIES; f++)
		for (state = 1; state < TCPULSE_STATES; state++)
			moving |= tcpulse_peak_next_state(tn, f, state, held, now);
	return moving;
}

/* Context: @peaks->lock held, tcpulse_peak_collect() called under it. */
u32 tcpulse_peak_minute(const struct tcpulse_peaks *peaks,
			enum tcpulse_family f, int state)
{
	lockdep_assert_held(&peaks->lock);
	return tcpulse_minute_max(&peaks->minute[f][state]);
}

/**
 * tcpulse_peak_tick() - a new second begins
 * @tn: per-netns state, pinned by the caller; dozes from here on
 *
 * Context: Process context, may sleep.
 * Return: something moved since the last time, or may do so unseen.
 */
bool tcpulse_peak_tick(struct tcpulse_net *tn)
{
	bool moving;

	if (tcpulse_peak_sum(&tn->pcpu->family[TCPULSE_V6], TCP_ESTABLISHED))
		tcpulse_addrform_follow(tn);
	mutex_lock(&tn->peaks.lock);
	moving = tcpulse_peak_next(tn);
	mutex_unlock(&tn->peaks.lock);
	return moving;
}
