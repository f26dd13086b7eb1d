// SPDX-License-Identifier: GPL-2.0
/*
 * How what happened to three kinds of objects becomes transitions of
 * connections, and how the counters of all CPUs become one number.
 */
#include <kunit/test.h>
#include <linux/percpu.h>

#include "../counters.c"
#include "suites.h"

struct tcpulse_fake_counters {
	struct tcpulse_sums sums;
	struct tcpulse_view view;
	struct tcpulse_net tn;
};

/*
 * Five SYNs: three became connections, after one SYN-ACK was sent again, and
 * two ended, after two more were. A timer that is re-armed is stopped first.
 */
static void tcpulse_counters_requests(struct kunit *test)
{
	struct tcpulse_fake_counters *c = test->priv;
	struct tcpulse_sum *sum = &c->sums.family[TCPULSE_V4];

	sum->minisock[TCPULSE_REQ_BORN] = 5;
	sum->minisock[TCPULSE_REQ_RESTARTED] = 3;
	sum->minisock[TCPULSE_REQ_STOPPED] = 5 + 3;
	sum->minisock[TCPULSE_REQ_TAKEN] = 3;
	/* the children's own births, and what became of them */
	sum->edge[TCP_LISTEN][TCP_SYN_RECV] = 3;
	sum->edge[TCP_SYN_RECV][TCP_ESTABLISHED] = 3;
	tcpulse_counters_fold(&c->view, &c->sums);

	KUNIT_EXPECT_EQ(test, c->view.edge[0][TCP_LISTEN][TCP_SYN_RECV], 5ULL);
	KUNIT_EXPECT_EQ(test, c->view.edge[0][TCP_SYN_RECV][TCP_CLOSE], 2ULL);
	KUNIT_EXPECT_EQ(test, tcpulse_counters_entered(&c->view, TCPULSE_V4,
						       TCP_SYN_RECV), 5ULL);
	KUNIT_EXPECT_EQ(test, tcpulse_counters_left(&c->view, TCPULSE_V4,
						    TCP_SYN_RECV), 5ULL);
}

/*
 * Six sockets close. From FIN_WAIT2 one goes to a minisock in TIME_WAIT, three
 * to minisocks in FIN_WAIT2, of which two get their FIN, and one to nothing;
 * one goes from CLOSING to TIME_WAIT. All minisocks end, one after a restart.
 */
static void tcpulse_counters_timewait(struct kunit *test)
{
	struct tcpulse_fake_counters *c = test->priv;
	struct tcpulse_sum *sum = &c->sums.family[TCPULSE_V6];
	u64 (*edge)[TCPULSE_STATES] = c->view.edge[TCPULSE_V6];
	u64 *fw2 = sum->minisock + TCPULSE_TW_FW2;

	sum->edge[TCP_FIN_WAIT2][TCP_CLOSE] = 5;
	sum->edge[TCP_CLOSING][TCP_CLOSE] = 1;
	sum->minisock[TCPULSE_TW_FROM_CLOSING] = 1;
	sum->minisock[TCPULSE_TW_BORN] = 2;
	fw2[TCPULSE_TW_BORN] = 3;
	sum->minisock[TCPULSE_TW_FIN] = 2;
	fw2[TCPULSE_TW_STOPPED] = 1;
	sum->minisock[TCPULSE_TW_STOPPED] = 4 + 1;
	sum->minisock[TCPULSE_TW_RESTARTED] = 1;
	tcpulse_counters_fold(&c->view, &c->sums);

	KUNIT_EXPECT_EQ(test, edge[TCP_CLOSING][TCP_CLOSE], 0ULL);
	KUNIT_EXPECT_EQ(test, edge[TCP_CLOSING][TCP_TIME_WAIT], 1ULL);
	KUNIT_EXPECT_EQ(test, edge[TCP_FIN_WAIT2][TCP_CLOSE], 2ULL);
	KUNIT_EXPECT_EQ(test, edge[TCP_FIN_WAIT2][TCP_TIME_WAIT], 3ULL);
	KUNIT_EXPECT_EQ(test, edge[TCP_TIME_WAIT][TCP_CLOSE], 4ULL);
	/* and nothing of the other family */
	KUNIT_EXPECT_EQ(test, tcpulse_counters_entered(&c->view, TCPULSE_V4,
						       TCP_CLOSE), 0ULL);
}

/* In the middle of a hand-over one may be missing; it is not 2^64 then. */
static void tcpulse_counters_clamped(struct kunit *test)
{
	const u64 from[] = { -1ULL, 0, 1, S64_MAX, (u64)S64_MIN, -1ULL };
	const u64 want[] = { 0, 0, 1, S64_MAX, 0, 0 };
	u64 to[ARRAY_SIZE(from) + 1];
	int i;

	memset(to, 0xa5, sizeof(to));
	tcpulse_counters_clamp(to, from, ARRAY_SIZE(from));
	for (i = 0; i < ARRAY_SIZE(from); i++)
		KUNIT_EXPECT_EQ_MSG(test, to[i], want[i], "number %d", i);
	KUNIT_EXPECT_EQ(test, to[i], 0xa5a5a5a5a5a5a5a5ULL);
}

/* Every edge has a number of its own, so that a wrong one shows. */
static void tcpulse_counters_sides(struct kunit *test)
{
	struct tcpulse_fake_counters *c = test->priv;
	int from, to, state;

	for (from = 0; from < TCPULSE_STATES; from++)
		for (to = 0; to < TCPULSE_STATES; to++)
			c->view.edge[0][from][to] = 1000 * from + to;
	for (state = 0; state < TCPULSE_STATES; state++) {
		const u64 births = state == TCP_LISTEN ?
				   1000 * TCP_LISTEN + TCP_SYN_RECV : 0;

		/* 0 + 1 + ... + 11 = 66 */
		KUNIT_EXPECT_EQ(test, tcpulse_counters_entered(&c->view, 0, state),
				1000ULL * 66 + 12 * state);
		KUNIT_EXPECT_EQ(test, tcpulse_counters_left(&c->view, 0, state),
				12000ULL * state + 66 - births);
	}
}

/* A socket born on one CPU may die on another. */
static void tcpulse_counters_cpus(struct kunit *test)
{
	struct tcpulse_fake_counters *c = test->priv;
	int cpu, n = 0;

	for_each_possible_cpu(cpu) {
		struct tcpulse_cpu *pcpu = per_cpu_ptr(c->tn.pcpu, cpu);
		struct tcpulse_counts *counts = &pcpu->family[TCPULSE_V6];

		counts->edge[TCP_CLOSE][TCP_SYN_SENT] = 10;
		counts->pop[TCP_SYN_SENT] = n++ ? -1 : 1000;
		pcpu->lost = 3;
	}
	atomic_set(&c->tn.base[TCPULSE_V6][TCP_CLOSING], 2);
	KUNIT_ASSERT_EQ(test, tcpulse_counters_read(&c->tn, &c->view), 0);
	KUNIT_EXPECT_FALSE(test, c->view.moving);
	KUNIT_EXPECT_EQ(test, c->view.edge[1][TCP_CLOSE][TCP_SYN_SENT], 10ULL * n);
	KUNIT_EXPECT_EQ(test, c->view.now[1][TCP_SYN_SENT], 1001ULL - n);
	KUNIT_EXPECT_EQ(test, c->view.base[1][TCP_CLOSING], 2ULL);
	KUNIT_EXPECT_EQ(test, c->view.lost, 3ULL * n);
	KUNIT_EXPECT_EQ(test, c->view.now[0][TCP_SYN_SENT], 0ULL);
}

static int tcpulse_counters_begin(struct kunit *test)
{
	struct tcpulse_fake_counters *c = kunit_kzalloc(test, sizeof(*c),
							GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	c->tn.pcpu = alloc_percpu(struct tcpulse_cpu);
	test->priv = c;
	return c->tn.pcpu ? 0 : -ENOMEM;
}

static void tcpulse_counters_end(struct kunit *test)
{
	struct tcpulse_fake_counters *c = test->priv;

	if (c)
		free_percpu(c->tn.pcpu);
}

static struct kunit_case tcpulse_counters_cases[] = {
	KUNIT_CASE(tcpulse_counters_requests),
	KUNIT_CASE(tcpulse_counters_timewait),
	KUNIT_CASE(tcpulse_counters_clamped),
	KUNIT_CASE(tcpulse_counters_sides),
	KUNIT_CASE(tcpulse_counters_cpus),
	{}
};

struct kunit_suite tcpulse_counters_suite = {
	.name = "tcpulse_counters",
	.init = tcpulse_counters_begin,
	.exit = tcpulse_counters_end,
	.test_cases = tcpulse_counters_cases,
};
