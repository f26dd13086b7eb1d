// SPDX-License-Identifier: GPL-2.0
/* Who is found in a table of connections of our own, with two chains. */
#include <kunit/test.h>
#include <linux/rculist_nulls.h>

#include "../ehash.h"
#include "suites.h"

#define TCPULSE_EHASH_CHAINS 2
/* Of chain 1. */
#define TCPULSE_EHASH_HASH 0x12345671

struct tcpulse_fake_table {
	struct inet_hashinfo info;
	struct inet_ehash_bucket chain[TCPULSE_EHASH_CHAINS];
	struct net net;
	struct net other_net;
	struct sock old;
	struct sock sk[2];
};

static void tcpulse_ehash_fill(struct tcpulse_fake_table *t, struct sock *sk,
			       int family)
{
	memset(sk, 0, sizeof(*sk));
	sk->sk_hash = TCPULSE_EHASH_HASH;
	sk->sk_family = family;
	sk->sk_portpair = (__force __portpair)0x00501f90;
	if (family == AF_INET)
		sk->sk_addrpair = (__force __addrpair)0x7f0000017f000002ULL;
	else
		sk->sk_v6_daddr.s6_addr[15] = 1;
	write_pnet(&sk->sk_net, &t->net);
}

/* An empty table, and three objects of one identity that are not in it. */
static void tcpulse_ehash_reset(struct tcpulse_fake_table *t, int family)
{
	int i;

	t->info.ehash = t->chain;
	t->info.ehash_mask = TCPULSE_EHASH_CHAINS - 1;
	t->net.ipv4.tcp_death_row.hashinfo = &t->info;
	t->other_net.ipv4.tcp_death_row.hashinfo = &t->info;
	for (i = 0; i < TCPULSE_EHASH_CHAINS; i++)
		INIT_HLIST_NULLS_HEAD(&t->chain[i].chain, i);
	tcpulse_ehash_fill(t, &t->old, family);
	tcpulse_ehash_fill(t, &t->sk[0], family);
	tcpulse_ehash_fill(t, &t->sk[1], family);
}

static void tcpulse_ehash_add(struct tcpulse_fake_table *t, struct sock *sk)
{
	hlist_nulls_add_head_rcu(&sk->sk_nulls_node, &t->chain[1].chain);
}

static const struct sock *tcpulse_ehash_find(struct tcpulse_fake_table *t)
{
	const struct sock *found;

	rcu_read_lock();
	found = tcpulse_ehash_successor(&t->old, t->old.sk_portpair);
	rcu_read_unlock();
	return found;
}

static void tcpulse_ehash_found(struct kunit *test)
{
	struct tcpulse_fake_table *t = test->priv;
	const int families[] = { AF_INET, AF_INET6 };
	const struct sock *nobody = NULL;
	int i;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		tcpulse_ehash_reset(t, families[i]);
		KUNIT_EXPECT_PTR_EQ(test, tcpulse_ehash_find(t), nobody);
		/* not itself, in front of the others or behind them */
		tcpulse_ehash_add(t, &t->old);
		KUNIT_EXPECT_PTR_EQ(test, tcpulse_ehash_find(t), nobody);
		tcpulse_ehash_add(t, &t->sk[0]);
		KUNIT_EXPECT_PTR_EQ(test, tcpulse_ehash_find(t),
				    (const struct sock *)&t->sk[0]);
		tcpulse_ehash_add(t, &t->sk[1]);
		KUNIT_EXPECT_PTR_EQ(test, tcpulse_ehash_find(t),
				    (const struct sock *)&t->sk[1]);
	}
}

static void tcpulse_ehash_other_hash(struct tcpulse_fake_table *t)
{
	/* of the same chain */
	t->sk[0].sk_hash ^= 0x100;
}

static void tcpulse_ehash_other_ports(struct tcpulse_fake_table *t)
{
	t->sk[0].sk_portpair = (__force __portpair)0x00501f91;
}

static void tcpulse_ehash_other_family(struct tcpulse_fake_table *t)
{
	t->sk[0].sk_family = t->old.sk_family == AF_INET ? AF_INET6 : AF_INET;
}

static void tcpulse_ehash_other_net(struct tcpulse_fake_table *t)
{
	write_pnet(&t->sk[0].sk_net, &t->other_net);
}

static void tcpulse_ehash_other_peer(struct tcpulse_fake_table *t)
{
	t->sk[0].sk_v6_daddr.s6_addr[0] ^= 1;
	t->sk[0].sk_daddr ^= htonl(1);
}

static void tcpulse_ehash_other_self(struct tcpulse_fake_table *t)
{
	t->sk[0].sk_v6_rcv_saddr.s6_addr[15] ^= 1;
	t->sk[0].sk_rcv_saddr ^= htonl(1);
}

/* What differs in one thing is another connection. */
static void tcpulse_ehash_differs(struct kunit *test)
{
	static void (*const spoil[])(struct tcpulse_fake_table *t) = {
		tcpulse_ehash_other_hash, tcpulse_ehash_other_ports,
		tcpulse_ehash_other_family, tcpulse_ehash_other_net,
		tcpulse_ehash_other_peer, tcpulse_ehash_other_self,
	};
	struct tcpulse_fake_table *t = test->priv;
	const int families[] = { AF_INET, AF_INET6 };
	const struct sock *nobody = NULL;
	int f, i;

	for (f = 0; f < ARRAY_SIZE(families); f++)
		for (i = 0; i < ARRAY_SIZE(spoil); i++) {
			tcpulse_ehash_reset(t, families[f]);
			tcpulse_ehash_add(t, &t->sk[0]);
			spoil[i](t);
			KUNIT_EXPECT_PTR_EQ_MSG(test, tcpulse_ehash_find(t),
						nobody, "family %d, thing %d",
						families[f], i);
		}
}

/* A chain that ends as another one does is not walked for ever. */
static void tcpulse_ehash_astray(struct kunit *test)
{
	struct tcpulse_fake_table *t = test->priv;
	const struct sock *nobody = NULL;

	tcpulse_ehash_reset(t, AF_INET);
	INIT_HLIST_NULLS_HEAD(&t->chain[1].chain, 0);
	KUNIT_EXPECT_PTR_EQ(test, tcpulse_ehash_find(t), nobody);
	tcpulse_ehash_add(t, &t->sk[0]);
	KUNIT_EXPECT_PTR_EQ(test, tcpulse_ehash_find(t),
			    (const struct sock *)&t->sk[0]);
}

/* A closed socket has its ports elsewhere: those asked for count. */
static void tcpulse_ehash_ports(struct kunit *test)
{
	struct tcpulse_fake_table *t = test->priv;

	tcpulse_ehash_reset(t, AF_INET);
	tcpulse_ehash_add(t, &t->sk[0]);
	t->old.sk_portpair = (__force __portpair)0;
	KUNIT_EXPECT_PTR_EQ(test, tcpulse_ehash_find(t),
			    (const struct sock *)NULL);
	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, tcpulse_ehash_successor(&t->old,
							  t->sk[0].sk_portpair),
			    (const struct sock *)&t->sk[0]);
	rcu_read_unlock();
}

static int tcpulse_ehash_begin(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct tcpulse_fake_table),
				   GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static struct kunit_case tcpulse_ehash_cases[] = {
	KUNIT_CASE(tcpulse_ehash_found),
	KUNIT_CASE(tcpulse_ehash_differs),
	KUNIT_CASE(tcpulse_ehash_astray),
	KUNIT_CASE(tcpulse_ehash_ports),
	{}
};

struct kunit_suite tcpulse_ehash_suite = {
	.name = "tcpulse_ehash",
	.init = tcpulse_ehash_begin,
	.test_cases = tcpulse_ehash_cases,
};
