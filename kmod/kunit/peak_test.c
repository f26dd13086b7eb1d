// SPDX-License-Identifier: GPL-2.0
/* Largest populations, from counters that nobody else writes. */
#include <kunit/test.h>
#include <linux/percpu.h>
#include <linux/irq_work.h>

/* Who is woken has work to do, but not here: it is of tcpulse.ko. */
static unsigned int tcpulse_peak_woken;

static bool tcpulse_peak_wake(struct irq_work *irq)
{
	tcpulse_peak_woken++;
	return true;
}

#define irq_work_queue tcpulse_peak_wake

#include "../counters.h"
#include "../awake.c"
#include "../peak.c"
#include "../tick.c"
#include "suites.h"

/*
 * The work that looks once a second is of tcpulse.ko, and never starts here;
 * what it calls is only to be linked.
 */
unsigned int tcpulse_net_id;

bool tcpulse_listener_tick(struct tcpulse_listeners *ls)
{
	return false;
}

bool tcpulse_refused_tick(struct tcpulse_net *tn)
{
	return false;
}

bool tcpulse_fin_wait2_reap(void)
{
	return false;
}

#define TCPULSE_PEAK_STATE TCP_ESTABLISHED

static struct tcpulse_counts __percpu *tcpulse_peak_counts(struct tcpulse_net *tn)
{
	return &tn->pcpu->family[TCPULSE_V4];
}

/* The first CPU has @first, the others have @rest each; returns the sum. */
static s64 tcpulse_peak_set(struct tcpulse_net *tn, s64 first, s64 rest)
{
	int cpu, n = 0;

	for_each_possible_cpu(cpu)
		per_cpu_ptr(tcpulse_peak_counts(tn), cpu)->pop[TCPULSE_PEAK_STATE] =
			n++ ? rest : first;
	return first + (n - 1) * rest;
}

/* What a probe does, on this CPU; returns the peak it has left there. */
static u32 tcpulse_peak_probe(struct tcpulse_net *tn, s32 *countdown)
{
	struct tcpulse_counts __percpu *counts = tcpulse_peak_counts(tn);
	u32 peak;

	preempt_disable();
	tcpulse_peak_look(counts, TCPULSE_PEAK_STATE);
	peak = this_cpu_read(counts->peak[TCPULSE_PEAK_STATE]);
	*countdown = this_cpu_read(counts->countdown[TCPULSE_PEAK_STATE]);
	/* the next look may be on another CPU */
	this_cpu_write(counts->peak[TCPULSE_PEAK_STATE], 0);
	preempt_enable();
	return peak;
}

/* Sockets come to be there, or go, without having entered the state. */
static void tcpulse_peak_put(struct tcpulse_net *tn, int state, s64 n)
{
	per_cpu_ptr(tcpulse_peak_counts(tn), 0)->pop[state] = n;
}

/* What a transition does, on this CPU. */
static void tcpulse_peak_enter(struct tcpulse_net *tn, int state)
{
	preempt_disable();
	tcpulse_count_enter(tcpulse_peak_counts(tn), state);
	preempt_enable();
}

static void tcpulse_peak_leave(struct tcpulse_net *tn, int state)
{
	preempt_disable();
	tcpulse_count_leave(tcpulse_peak_counts(tn), state);
	tcpulse_count_moved(tcpulse_peak_counts(tn), state);
	preempt_enable();
}

/*
 * There were 7, and nothing moved from slot @looked until slot @woke, or until now
 * when that is 0; then there are 3. Returns the most of the minute before slot @now.
 */
static u32 tcpulse_peak_after_sleep(struct tcpulse_net *tn, u32 looked, u32 woke,
				    u32 now)
{
	struct tcpulse_peaks *peaks = &tn->peaks;
	u32 peak;

	mutex_lock(&peaks->lock);
	memset(peaks->minute, 0, sizeof(peaks->minute));
	peaks->minute[TCPULSE_V4][TCPULSE_PEAK_STATE].last = looked;
	peaks->level[TCPULSE_V4][TCPULSE_PEAK_STATE] = 7;
	tn->awake = woke;
	tcpulse_peak_put(tn, TCPULSE_PEAK_STATE, 3);
	tcpulse_peak_collect_at(tn, now);
	peak = tcpulse_peak_minute(peaks, TCPULSE_V4, TCPULSE_PEAK_STATE);
	mutex_unlock(&peaks->lock);
	return peak;
}

static u32 tcpulse_peak_last_minute(struct tcpulse_net *tn)
{
	u32 peak;

	mutex_lock(&tn->peaks.lock);
	tcpulse_peak_collect(tn);
	peak = tcpulse_peak_minute(&tn->peaks, TCPULSE_V4, TCPULSE_PEAK_STATE);
	mutex_unlock(&tn->peaks.lock);
	return peak;
}

static void tcpulse_peak_sums(struct kunit *test)
{
	struct tcpulse_net *tn = test->priv;
	const s64 first[] = { 0, 1, 5000000, -5, U32_MAX, 2LL * U32_MAX };
	s32 countdown;
	int i;

	for (i = 0; i < ARRAY_SIZE(first); i++) {
		s64 sum = tcpulse_peak_set(tn, first[i], -1);

		KUNIT_EXPECT_EQ_MSG(test, (s64)tcpulse_peak_probe(tn, &countdown),
				    clamp_t(s64, sum, 0, U32_MAX), "sum %lld", sum);
		KUNIT_EXPECT_EQ(test, (int)countdown,
				(int)tcpulse_peak_stride - 1);
	}
}

/* A smaller sum leaves a larger one alone. */
static void tcpulse_peak_keeps(struct kunit *test)
{
	struct tcpulse_net *tn = test->priv;
	struct tcpulse_counts __percpu *counts = tcpulse_peak_counts(tn);

	preempt_disable();
	tcpulse_peak_set(tn, 100, 0);
	tcpulse_peak_look(counts, TCPULSE_PEAK_STATE);
	tcpulse_peak_set(tn, 99, 0);
	tcpulse_peak_look(counts, TCPULSE_PEAK_STATE);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, tcpulse_peak_get(counts, TCPULSE_PEAK_STATE), 100U);
}

/* What one CPU saw and is over counts for this second, not for the next. */
static void tcpulse_tick_nets(struct kunit *test)
{
	struct tcpulse_net *tn = test->priv;
	struct tcpulse_counts __percpu *counts = tcpulse_peak_counts(tn);
	int cpu;

	tcpulse_peak_set(tn, 3, 0);
	for_each_possible_cpu(cpu) {
		per_cpu_ptr(counts, cpu)->peak[TCPULSE_PEAK_STATE] = 50 + cpu;
		per_cpu_ptr(counts, cpu)->countdown[TCPULSE_PEAK_STATE] = 9;
	}
	tn->awake = tcpulse_minute_now();
	KUNIT_EXPECT_TRUE(test, tcpulse_tick_net(tn));
	KUNIT_EXPECT_EQ(test, tn->peaks.ever[TCPULSE_V4][TCPULSE_PEAK_STATE],
			49U + nr_cpu_ids);
	KUNIT_EXPECT_EQ(test, tcpulse_peak_last_minute(tn), 49U + nr_cpu_ids);
	KUNIT_EXPECT_EQ(test, tcpulse_peak_get(counts, TCPULSE_PEAK_STATE), 0U);
	KUNIT_EXPECT_EQ(test, tn->peaks.level[TCPULSE_V4][TCPULSE_PEAK_STATE], 3U);
	for_each_possible_cpu(cpu)
		KUNIT_EXPECT_EQ(test, (int)per_cpu_ptr(counts, cpu)
						   ->countdown[TCPULSE_PEAK_STATE],
				0);
	KUNIT_EXPECT_EQ(test, tn->peaks.ever[TCPULSE_V6][TCPULSE_PEAK_STATE], 0U);
}

/* A reading finds what is there now, seen by a probe or not; states 1 to 11. */
static void tcpulse_peak_collects(struct kunit *test)
{
	struct tcpulse_net *tn = test->priv;
	int state;

	for (state = 1; state < TCPULSE_STATES; state++)
		per_cpu_ptr(tcpulse_peak_counts(tn), 0)->pop[state] = 10 * state;
	tcpulse_peak_last_minute(tn);
	for (state = 1; state < TCPULSE_STATES; state++)
		KUNIT_EXPECT_EQ(test, tn->peaks.ever[TCPULSE_V4][state],
				10U * state);
}

/* Nothing has moved: it sleeps, until some CPU enters a state, or leaves one. */
static void tcpulse_peak_sleeps(struct kunit *test)
{
	struct tcpulse_net *tn = test->priv;
	int i;

	tcpulse_peak_woken = 0;
	for (i = 1; i <= 3; i++) {
		tcpulse_peak_enter(tn, TCP_ESTABLISHED);
		tcpulse_peak_enter(tn, TCP_CLOSE_WAIT);
		KUNIT_EXPECT_EQ(test, (int)tcpulse_peak_woken, i);
		KUNIT_EXPECT_NE(test, tn->awake, 0U);
		KUNIT_EXPECT_TRUE(test, tcpulse_tick_net(tn));
		KUNIT_EXPECT_NE(test, tn->awake, 0U);
		KUNIT_EXPECT_FALSE(test, tcpulse_tick_net(tn));
		KUNIT_EXPECT_EQ(test, tn->awake, 0U);
	}
	tcpulse_peak_leave(tn, TCP_LISTEN);
	KUNIT_EXPECT_NE(test, tn->awake, 0U);
	KUNIT_EXPECT_FALSE(test, tcpulse_tick_net(tn));
	KUNIT_EXPECT_EQ(test, tn->peaks.level[TCPULSE_V4][TCP_ESTABLISHED], 3U);
}

/* A minisock ends unheard: with one there it stays awake. */
static void tcpulse_peak_stays_awake(struct kunit *test)
{
	static const int states[] = { TCP_SYN_RECV, TCP_FIN_WAIT2, TCP_TIME_WAIT };
	struct tcpulse_net *tn = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		tcpulse_peak_put(tn, states[i], 1);
		tn->awake = tcpulse_minute_now();
		KUNIT_EXPECT_TRUE(test, tcpulse_tick_net(tn));
		KUNIT_EXPECT_TRUE(test, tcpulse_tick_net(tn));
		tcpulse_peak_put(tn, states[i], 0);
		KUNIT_EXPECT_FALSE(test, tcpulse_tick_net(tn));
	}
}

/*
 * What was there when it fell asleep was there until it woke up; of that the last
 * minute has what is not older.
 */
static void tcpulse_peak_held_minute(struct kunit *test)
{
	const u32 now = 100, oldest = now - 2 * TCPULSE_MINUTE_SLOTS;
	u32 looked, woke;

	for (looked = oldest; looked <= now; looked++) {
		KUNIT_EXPECT_EQ(test, tcpulse_peak_after_sleep(test->priv, looked, 0, now),
				looked < now ? 7U : 3U);
		for (woke = looked; woke <= now; woke++)
			KUNIT_EXPECT_EQ_MSG(test,
					    tcpulse_peak_after_sleep(test->priv, looked,
								     woke, now),
					    looked < woke && now - woke < TCPULSE_MINUTE_SLOTS ?
					    7U : 3U,
					    "slept from %u to %u", looked, woke);
	}
}

/* What the documentation calls peak_slack. */
static void tcpulse_peak_strides(struct kunit *test)
{
	const unsigned int cpus = num_possible_cpus();

	KUNIT_EXPECT_EQ(test, tcpulse_peak_stride, cpus > 4 ? 4 * cpus : 16U);
	KUNIT_EXPECT_EQ(test, tcpulse_peak_slack(),
			num_online_cpus() * (tcpulse_peak_stride - 1));
}

static int tcpulse_peak_begin(struct kunit *test)
{
	struct tcpulse_net *tn = kunit_kzalloc(test, sizeof(*tn), GFP_KERNEL);

	if (!tn)
		return -ENOMEM;
	tn->pcpu = alloc_percpu(struct tcpulse_cpu);
	if (!tn->pcpu)
		return -ENOMEM;
	tcpulse_awake_init(tn);
	tcpulse_peak_init(tn);
	test->priv = tn;
	return 0;
}

static void tcpulse_peak_end(struct kunit *test)
{
	struct tcpulse_net *tn = test->priv;

	if (tn)
		free_percpu(tn->pcpu);
}

/* The module's own start: KUnit first comes here while that can be called. */
static int __ref tcpulse_peak_prepare(struct kunit_suite *suite)
{
	if (!tcpulse_peak_stride)
		tcpulse_peak_setup();
	return 0;
}

static struct kunit_case tcpulse_peak_cases[] = {
	KUNIT_CASE(tcpulse_peak_sums),
	KUNIT_CASE(tcpulse_peak_keeps),
	KUNIT_CASE(tcpulse_tick_nets),
	KUNIT_CASE(tcpulse_peak_collects),
	KUNIT_CASE(tcpulse_peak_sleeps),
	KUNIT_CASE(tcpulse_peak_stays_awake),
	KUNIT_CASE(tcpulse_peak_held_minute),
	KUNIT_CASE(tcpulse_peak_strides),
	{}
};

struct kunit_suite tcpulse_peak_suite = {
	.name = "tcpulse_peak",
	.suite_init = tcpulse_peak_prepare,
	.init = tcpulse_peak_begin,
	.exit = tcpulse_peak_end,
	.test_cases = tcpulse_peak_cases,
};
