// SPDX-License-Identifier: GPL-2.0
/* Who changes its family, from what the kernel has in use, as it is said here. */
#include <kunit/test.h>
#include <linux/percpu.h>
#include <net/sock.h>

static int tcpulse_addrform_inuse;

static int tcpulse_addrform_get(struct net *net, struct proto *prot)
{
	return tcpulse_addrform_inuse;
}

#define sock_prot_inuse_get tcpulse_addrform_get

#include "../addrform.c"
#include "suites.h"

static struct tcpulse_counts *tcpulse_addrform_of(struct tcpulse_net *tn, int f)
{
	return &per_cpu_ptr(tn->pcpu, 0)->family[f];
}

static s64 tcpulse_addrform_established(struct tcpulse_net *tn, int f)
{
	s64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu_ptr(tn->pcpu, cpu)->family[f].pop[TCP_ESTABLISHED];
	return sum;
}

/* 2 adopted, 3 connected, 4 accepted, 5 closed: 4 are there. */
static void tcpulse_addrform_fill(struct tcpulse_net *tn)
{
	struct tcpulse_counts *v4 = tcpulse_addrform_of(tn, TCPULSE_V4);

	atomic_set(&tn->base_sockets, 2);
	v4->edge[TCP_CLOSE][TCP_SYN_SENT] = 3;
	v4->edge[TCP_LISTEN][TCP_SYN_RECV] = 4;
	v4->edge[TCP_ESTABLISHED][TCP_CLOSE] = 5;
	v4->edge[TCP_ESTABLISHED][TCP_FIN_WAIT1] = 6;
	v4->pop[TCP_ESTABLISHED] = 4;
	tcpulse_addrform_of(tn, TCPULSE_V6)->pop[TCP_ESTABLISHED] = 9;
	mutex_init(&tn->peaks.lock);
}

static void tcpulse_addrform_unknown(struct kunit *test, struct tcpulse_net *tn)
{
	tcpulse_addrform_inuse = 7;
	KUNIT_EXPECT_EQ(test, tcpulse_addrform_unseen(tn), 0);
	KUNIT_EXPECT_FALSE(test, tcpulse_addrform_follow(tn));
}

static void tcpulse_addrform_two(struct kunit *test, struct tcpulse_net *tn)
{
	tcpulse_addrform_inuse = 6;
	KUNIT_EXPECT_EQ(test, tcpulse_addrform_unseen(tn), 2);
	KUNIT_EXPECT_TRUE(test, tcpulse_addrform_follow(tn));
	KUNIT_EXPECT_EQ(test, tcpulse_addrform_established(tn, TCPULSE_V4), 6);
	KUNIT_EXPECT_EQ(test, tcpulse_addrform_established(tn, TCPULSE_V6), 7);
	KUNIT_EXPECT_FALSE(test, tcpulse_addrform_follow(tn));
}

/* One of those that is gone, and one that is on its way into the table. */
static void tcpulse_addrform_later(struct kunit *test, struct tcpulse_net *tn)
{
	struct tcpulse_counts *v4 = tcpulse_addrform_of(tn, TCPULSE_V4);

	v4->edge[TCP_FIN_WAIT2][TCP_CLOSE]++;
	tcpulse_addrform_inuse--;
	KUNIT_EXPECT_EQ(test, tcpulse_addrform_unseen(tn), 0);
	v4->edge[TCP_CLOSE][TCP_LISTEN]++;
	KUNIT_EXPECT_EQ(test, tcpulse_addrform_unseen(tn), 0);
	KUNIT_EXPECT_FALSE(test, tcpulse_addrform_follow(tn));
}

static void tcpulse_addrform_all(struct kunit *test)
{
	struct tcpulse_net *tn = kunit_kzalloc(test, sizeof(*tn), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, tn);
	tn->pcpu = alloc_percpu(struct tcpulse_cpu);
	KUNIT_ASSERT_NOT_NULL(test, (__force void *)tn->pcpu);
	tcpulse_addrform_fill(tn);
	tcpulse_addrform_unknown(test, tn);
	tcpulse_addrform_start();
	tcpulse_addrform_two(test, tn);
	tcpulse_addrform_later(test, tn);
	tcpulse_addrform_started = false;
	free_percpu(tn->pcpu);
}

static struct kunit_case tcpulse_addrform_cases[] = {
	KUNIT_CASE(tcpulse_addrform_all),
	{}
};

struct kunit_suite tcpulse_addrform_suite = {
	.name = "tcpulse_addrform",
	.test_cases = tcpulse_addrform_cases,
};
