// SPDX-License-Identifier: GPL-2.0
/* Which bucket a handshake goes to, around every edge of every bucket. */
#include <kunit/test.h>
#include <linux/percpu.h>
#include <linux/tcp.h>

#include "../handshake.h"
#include "suites.h"

static void tcpulse_handshake_check(struct kunit *test, u32 us)
{
	const int slot = tcpulse_handshake_slot(us);

	KUNIT_ASSERT_GE(test, slot, 0);
	KUNIT_ASSERT_LT(test, slot, TCPULSE_HANDSHAKE_SLOTS);
	KUNIT_EXPECT_GE_MSG(test, (u64)us, tcpulse_handshake_from_us(slot),
			    "slot %d", slot);
	if (slot < TCPULSE_HANDSHAKE_SLOTS - 1)
		KUNIT_EXPECT_LT_MSG(test, (u64)us,
				    tcpulse_handshake_from_us(slot + 1),
				    "slot %d", slot);
}

static void tcpulse_handshake_edges(struct kunit *test)
{
	int bit, off;

	for (bit = 0; bit < 32; bit++)
		for (off = -1; off <= 1; off++)
			tcpulse_handshake_check(test, BIT(bit) + off);
	tcpulse_handshake_check(test, 0);
	tcpulse_handshake_check(test, U32_MAX);
}

/* What the documentation says of the buckets. */
static void tcpulse_handshake_bounds(struct kunit *test)
{
	int slot;

	KUNIT_EXPECT_EQ(test, tcpulse_handshake_from_us(0), 0ULL);
	for (slot = 1; slot < TCPULSE_HANDSHAKE_SLOTS; slot++)
		KUNIT_EXPECT_EQ(test, tcpulse_handshake_from_us(slot),
				16ULL << slot);
	KUNIT_EXPECT_EQ(test, tcpulse_handshake_from_us(16), 1ULL << 20);
}

struct tcpulse_handshake_row {
	u32 srtt_us;
	int oldstate;
	int way;
	int slot;
};

static const struct tcpulse_handshake_row tcpulse_handshake_rows[] = {
	/* no sample, and one of less than a microsecond */
	{ 0, TCP_SYN_SENT, TCPULSE_ACTIVE, TCPULSE_HANDSHAKE_UNMEASURED },
	{ 7, TCP_SYN_RECV, TCPULSE_PASSIVE, TCPULSE_HANDSHAKE_UNMEASURED },
	{ 1 << 3, TCP_SYN_SENT, TCPULSE_ACTIVE, 0 },
	{ 31 << 3, TCP_SYN_RECV, TCPULSE_PASSIVE, 0 },
	{ 32 << 3, TCP_SYN_RECV, TCPULSE_PASSIVE, 1 },
	{ 1000 << 3, TCP_SYN_SENT, TCPULSE_ACTIVE, 5 },
	{ U32_MAX, TCP_SYN_SENT, TCPULSE_ACTIVE, TCPULSE_HANDSHAKE_SLOTS - 1 },
};

struct tcpulse_fake_handshake {
	struct tcpulse_counts __percpu *counts;
	struct tcp_sock tp;
};

static u64 tcpulse_handshake_sum(struct tcpulse_counts __percpu *counts,
				 int way, int slot)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu_ptr(counts, cpu)->handshake[way][slot];
	return sum;
}

static void tcpulse_handshake_counted(struct kunit *test)
{
	struct tcpulse_fake_handshake *fake = test->priv;
	struct tcpulse_counts __percpu *counts = fake->counts;
	int i;

	for (i = 0; i < ARRAY_SIZE(tcpulse_handshake_rows); i++) {
		const struct tcpulse_handshake_row *row =
			&tcpulse_handshake_rows[i];
		const u64 before = tcpulse_handshake_sum(counts, row->way,
							 row->slot);

		fake->tp.srtt_us = row->srtt_us;
		fake->tp.segs_out = 1;
		preempt_disable();
		tcpulse_handshake_count(counts, (const struct sock *)&fake->tp,
					row->oldstate);
		preempt_enable();
		KUNIT_EXPECT_EQ_MSG(test, tcpulse_handshake_sum(counts, row->way,
								row->slot),
				    before + 1, "row %d", i);
	}
}

/* Who owns the socket tells a child from what connect(2) has opened. */
static void tcpulse_handshake_owner(struct kunit *test)
{
	const struct {
		bool owned, own;
		socket_state state;
		int way;
	} rows[] = {
		{ false, false, SS_UNCONNECTED, TCPULSE_PASSIVE },
		{ true, true, SS_CONNECTED, TCPULSE_PASSIVE },
		{ true, true, SS_CONNECTING, TCPULSE_ACTIVE },
		{ true, true, SS_DISCONNECTING, TCPULSE_ACTIVE },
		{ true, false, SS_CONNECTING, TCPULSE_PASSIVE },
	};
	struct tcpulse_fake_handshake *fake = test->priv;
	struct sock *sk = (struct sock *)&fake->tp;
	struct socket owner = { };
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		owner.state = rows[i].state;
		owner.sk = rows[i].own ? sk : NULL;
		sk->sk_socket = rows[i].owned ? &owner : NULL;
		KUNIT_EXPECT_EQ_MSG(test, tcpulse_handshake_way(sk, TCP_SYN_RECV),
				    rows[i].way, "row %d", i);
		KUNIT_EXPECT_EQ_MSG(test, tcpulse_handshake_way(sk, TCP_SYN_SENT),
				    TCPULSE_ACTIVE, "row %d", i);
	}
	sk->sk_socket = NULL;
}

/* Of what connect(2) establishes with TCP_REPAIR. */
static void tcpulse_handshake_without_syn(struct kunit *test)
{
	struct tcpulse_fake_handshake *fake = test->priv;
	u64 sum = 0;
	int slot;

	fake->tp.srtt_us = 1000 << 3;
	preempt_disable();
	tcpulse_handshake_count(fake->counts, (const struct sock *)&fake->tp,
				TCP_SYN_SENT);
	preempt_enable();
	for (slot = 0; slot < TCPULSE_HANDSHAKE_COUNTS; slot++)
		sum += tcpulse_handshake_sum(fake->counts, TCPULSE_ACTIVE, slot);
	KUNIT_EXPECT_EQ(test, sum, 0);
}

static int tcpulse_handshake_begin(struct kunit *test)
{
	struct tcpulse_fake_handshake *fake = kunit_kzalloc(test, sizeof(*fake),
							    GFP_KERNEL);

	if (!fake)
		return -ENOMEM;
	fake->counts = alloc_percpu(struct tcpulse_counts);
	test->priv = fake;
	return fake->counts ? 0 : -ENOMEM;
}

static void tcpulse_handshake_end(struct kunit *test)
{
	struct tcpulse_fake_handshake *fake = test->priv;

	if (fake)
		free_percpu(fake->counts);
}

static struct kunit_case tcpulse_handshake_cases[] = {
	KUNIT_CASE(tcpulse_handshake_edges),
	KUNIT_CASE(tcpulse_handshake_bounds),
	KUNIT_CASE(tcpulse_handshake_counted),
	KUNIT_CASE(tcpulse_handshake_owner),
	KUNIT_CASE(tcpulse_handshake_without_syn),
	{}
};

struct kunit_suite tcpulse_handshake_suite = {
	.name = "tcpulse_handshake",
	.init = tcpulse_handshake_begin,
	.exit = tcpulse_handshake_end,
	.test_cases = tcpulse_handshake_cases,
};
