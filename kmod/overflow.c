// SPDX-License-Identifier: GPL-2.0
/*
 * Which listener refused a connection, and why.
 *
 * The kernel decides, counts and goes on, and no tracepoint tells. But all this
 * happens in a softirq, from the moment a segment is taken up until it is
 * freed: so when a segment is freed and a counter of this CPU has grown since
 * the one before was, then it grew for this segment. Hence the sum over all
 * listeners is the kernel's own number, and never a guess at what its tests
 * must have said.
 *
 * Two other kinds of packets make the same counters grow, and are asked, too: ICMP
 * errors, which end requests, and DCCP's.
 *
 * What cannot be attributed to a listener is not counted here: it shows as the
 * difference. Such is a segment whose listener another CPU has closed while it was
 * on its way, or one that blame.c finds nobody for.
 */
#include <linux/cpu.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <net/inet_connection_sock.h>
#include <net/inet_sock.h>
#include <net/tcp.h>

#include "awake.h"
#include "blame.h"
#include "listener.h"
#include "mib.h"
#include "net.h"
#include "overflow.h"
#include "packet.h"
#include "tuple.h"

static void tcpulse_overflow_forget(const struct net *net);

static const int tcpulse_overflow_mib[TCPULSE_MIBS] = {
	[TCPULSE_MIB_OVERFLOWS] = LINUX_MIB_LISTENOVERFLOWS,
	[TCPULSE_MIB_DROPS] = LINUX_MIB_LISTENDROPS,
	[TCPULSE_MIB_FULL_DROP] = LINUX_MIB_TCPREQQFULLDROP,
	[TCPULSE_MIB_FULL_COOKIE] = LINUX_MIB_TCPREQQFULLDOCOOKIES,
	[TCPULSE_MIB_COOKIE_SENT] = LINUX_MIB_SYNCOOKIESSENT,
	[TCPULSE_MIB_COOKIE_VALID] = LINUX_MIB_SYNCOOKIESRECV,
	[TCPULSE_MIB_COOKIE_INVALID] = LINUX_MIB_SYNCOOKIESFAILED,
	[TCPULSE_MIB_EMBRYONIC_RESET] = LINUX_MIB_EMBRYONICRSTS,
	[TCPULSE_MIB_FASTOPEN] = LINUX_MIB_TCPFASTOPENPASSIVE,
};

/* --- when counting begins -------------------------------------------- */

/* No counter of @cpu may move meanwhile. */
static void tcpulse_overflow_start_cpu(struct tcpulse_net *tn,
				       const struct net *net, int cpu)
{
	struct tcpulse_cpu *c = per_cpu_ptr(tn->pcpu, cpu);
	int i;

	c->mib_sum = 0;
	for (i = 0; i < TCPULSE_MIBS; i++) {
		c->mib_seen[i] = tcpulse_mib_cpu(net, cpu, tcpulse_overflow_mib[i]);
		c->mib_sum += c->mib_seen[i];
		atomic_long_add(c->mib_seen[i], &tn->mib_start[i]);
	}
	c->settles = true;
}

/*
 * On that CPU, between two instructions of whatever counts there: a segment that it is
 * at is counted for what is left of it, which may be its cookie without its SYN.
 */
static void tcpulse_overflow_start_here(void *info)
{
	const struct net *net = info;

	tcpulse_overflow_start_cpu(tcpulse_net(net), net, smp_processor_id());
}

/* A namespace that was there before us: what is counted there goes on. */
static void tcpulse_overflow_start_old(struct net *net)
{
	int cpu;

	cpus_read_lock();
	for_each_possible_cpu(cpu)
		if (!cpu_online(cpu))
			tcpulse_overflow_start_cpu(tcpulse_net(net), net, cpu);
	on_each_cpu(tcpulse_overflow_start_here, net, 1);
	cpus_read_unlock();
}

/* A new namespace: nothing moves in it. */
static void tcpulse_overflow_start_new(struct net *net)
{
	int cpu;

	for_each_possible_cpu(cpu)
		tcpulse_overflow_start_cpu(tcpulse_net(net), net, cpu);
}

static bool tcpulse_overflow_loading = true;

static int __net_init tcpulse_overflow_init_net(struct net *net)
{
	if (tcpulse_overflow_loading)
		tcpulse_overflow_start_old(net);
	else
		tcpulse_overflow_start_new(net);
	return 0;
}

/* No probe counts in it any more. */
static void __net_exit tcpulse_overflow_exit_net(struct net *net)
{
	tcpulse_overflow_forget(net);
}

static struct pernet_operations tcpulse_overflow_ops = {
	.init = tcpulse_overflow_init_net,
	.exit = tcpulse_overflow_exit_net,
};

/**
 * tcpulse_overflow_init() - all listeners are in the table
 *
 * What was refused before cannot be attributed to a listener, or not to each.
 * Registering calls for every namespace there is, and none can slip through.
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative errno.
 */
int tcpulse_overflow_init(void)
{
	int err = register_pernet_subsys(&tcpulse_overflow_ops);

	tcpulse_overflow_loading = false;
	return err;
}

void tcpulse_overflow_exit(void)
{
	unregister_pernet_subsys(&tcpulse_overflow_ops);
}

/* What the kernel has counted itself since. Context: Process context. */
u64 tcpulse_overflow_kernel(const struct net *net, enum tcpulse_mib i)
{
	return tcpulse_mib_sum(net, tcpulse_overflow_mib[i]) -
	       atomic_long_read(&tcpulse_net(net)->mib_start[i]);
}

/* --- for what cause -------------------------------------------------- */

/**
 * struct tcpulse_overflow - what the kernel has counted for one segment
 * @by: these have grown, by one
 * @several: some by more, and nobody knows for whom
 *
 * What a fast open counts is seen later, if its data wait to be read: with the next
 * segment's, and is of no one there.
 */
struct tcpulse_overflow {
	bool by[TCPULSE_MIBS];
	bool several;
};

static struct tcpulse_overflow
tcpulse_overflow_take(struct tcpulse_cpu __percpu *pcpu, const struct net *net)
{
	struct tcpulse_cpu *c = this_cpu_ptr(pcpu);
	struct tcpulse_overflow of = { };
	unsigned long sum = 0;
	unsigned long now;
	int i;

	for (i = 0; i < TCPULSE_MIBS; i++) {
		now = tcpulse_mib_here(net, tcpulse_overflow_mib[i]);
		of.by[i] = now != c->mib_seen[i];
		if (i != TCPULSE_MIB_FASTOPEN && now > c->mib_seen[i] + 1)
			of.several = true;
		c->mib_seen[i] = now;
		sum += now;
	}
	c->mib_sum = sum;
	return of;
}

/* The kernel's own rule, asked again right after: see max-syn-backlog. */
static bool tcpulse_overflow_is_reserve(const struct net *net,
					const struct sock *sk)
{
	const int max = READ_ONCE(net->ipv4.sysctl_max_syn_backlog);

	return !READ_ONCE(net->ipv4.sysctl_tcp_syncookies) &&
	       max - inet_csk_reqsk_queue_len(sk) < max >> 2;
}

static void tcpulse_overflow_count_syn(struct tcpulse_refusals *refusals,
				       const struct tcpulse_overflow *of,
				       const struct net *net,
				       const struct sock *sk)
{
	const bool always = READ_ONCE(net->ipv4.sysctl_tcp_syncookies) == 2;

	if (of->by[TCPULSE_MIB_FULL_COOKIE])
		refusals->count[always ? TCPULSE_A_REFUSALS_SYN_ALWAYS_COOKIE :
				TCPULSE_A_REFUSALS_SYN_FULL_COOKIE]++;
	if (of->by[TCPULSE_MIB_COOKIE_SENT])
		refusals->count[TCPULSE_A_REFUSALS_COOKIES_SENT]++;
	if (!of->by[TCPULSE_MIB_DROPS])
		return;
	if (of->by[TCPULSE_MIB_FULL_DROP])
		refusals->count[TCPULSE_A_REFUSALS_SYN_FULL_DROP]++;
	else if (of->by[TCPULSE_MIB_OVERFLOWS])
		refusals->count[TCPULSE_A_REFUSALS_ACCEPT_FULL_SYN]++;
	else if (tcpulse_overflow_is_reserve(net, sk))
		refusals->count[TCPULSE_A_REFUSALS_MAX_SYN_BACKLOG]++;
	else
		refusals->count[TCPULSE_A_REFUSALS_OTHER_DROP]++;
}

static void tcpulse_overflow_count_ack(struct tcpulse_refusals *refusals,
				       const struct tcpulse_overflow *of)
{
	if (of->by[TCPULSE_MIB_COOKIE_VALID])
		refusals->count[TCPULSE_A_REFUSALS_COOKIES_VALID]++;
	if (of->by[TCPULSE_MIB_COOKIE_INVALID])
		refusals->count[TCPULSE_A_REFUSALS_COOKIES_INVALID]++;
	if (!of->by[TCPULSE_MIB_DROPS])
		return;
	if (!of->by[TCPULSE_MIB_OVERFLOWS])
		refusals->count[TCPULSE_A_REFUSALS_OTHER_DROP]++;
	else if (of->by[TCPULSE_MIB_COOKIE_VALID])
		refusals->count[TCPULSE_A_REFUSALS_ACCEPT_FULL_COOKIE]++;
	else
		refusals->count[TCPULSE_A_REFUSALS_ACCEPT_FULL_ACK]++;
	if (of->by[TCPULSE_MIB_EMBRYONIC_RESET])
		refusals->count[TCPULSE_A_REFUSALS_ABORT_RESET]++;
}

/* Somebody may be as fast as we. Return: is there room for the last minute? */
static bool tcpulse_overflow_remember(struct tcpulse_listener *listener)
{
	struct tcpulse_recent *recent;

	if (READ_ONCE(listener->recent))
		return true;
	recent = kcalloc(TCPULSE_REFUSALS, sizeof(*recent),
			 GFP_ATOMIC | __GFP_NOWARN);
	if (!recent)
		return false;
	/* Pairs with tcpulse_listener_recent(). */
	if (cmpxchg(&listener->recent, NULL, recent))
		kfree(recent);
	return true;
}

/* This CPU's counters of @listener; NULL without memory. */
static struct tcpulse_refusals *
tcpulse_overflow_refusals(struct tcpulse_listener *listener)
{
	struct tcpulse_refusals **slot = &listener->cpu[smp_processor_id()];

	if (!*slot && tcpulse_overflow_remember(listener))
		/* Pairs with tcpulse_listener_sum(). */
		smp_store_release(slot, kzalloc(sizeof(**slot),
						GFP_ATOMIC | __GFP_NOWARN));
	return *slot;
}

static void tcpulse_overflow_count(struct tcpulse_listener *listener,
				   const struct tcpulse_overflow *of,
				   const struct net *net, const struct sock *sk,
				   bool syn)
{
	struct tcpulse_refusals *refusals = tcpulse_overflow_refusals(listener);

	if (!refusals)
		return;
	if (syn)
		tcpulse_overflow_count_syn(refusals, of, net, sk);
	else
		tcpulse_overflow_count_ack(refusals, of);
	if (of->by[TCPULSE_MIB_DROPS])
		refusals->last = get_jiffies_64();
}

/*
 * The queues are as the kernel has just seen them, or has just made them by
 * accepting a cookie or a fast open: the time to look for a peak.
 *
 * Context: softirqs off.
 */
static void tcpulse_overflow_put_down(struct tcpulse_blame *blame,
				      const struct tcpulse_overflow *of, bool syn)
{
	struct tcpulse_listener *listener;
	const struct sock *sk;

	blame->drops = of->by[TCPULSE_MIB_DROPS];
	blame->cookies = of->by[TCPULSE_MIB_COOKIE_SENT] ||
			 of->by[TCPULSE_MIB_COOKIE_VALID] ||
			 of->by[TCPULSE_MIB_COOKIE_INVALID];
	rcu_read_lock();
	listener = tcpulse_blame_find(blame);
	if (listener) {
		sk = listener->sk;
		tcpulse_listener_raise(&listener->syn,
				       tcpulse_listener_syn_depth(sk), sk);
		tcpulse_listener_raise(&listener->accept,
				       tcpulse_listener_accept_depth(sk), sk);
		tcpulse_overflow_count(listener, of, blame->net, sk, syn);
	}
	rcu_read_unlock();
}

/*
 * Whatever was counted is looked at within a second. ORDER: after it was counted.
 *
 * Context: preemption off.
 */
static void tcpulse_overflow_rouse(struct tcpulse_cpu __percpu *pcpu)
{
	tcpulse_awake_rouse(&pcpu->family[TCPULSE_V4]);
}

/* Is there something to settle for @skb? Then @of has it. */
static __always_inline bool tcpulse_overflow_due(struct tcpulse_cpu __percpu *pcpu,
						 struct net *net,
						 const struct sk_buff *skb,
						 struct tcpulse_overflow *of)
{
	if (!this_cpu_read(pcpu->settles) || !tcpulse_packet_is_local(skb))
		return false;
	*of = tcpulse_overflow_take(pcpu, net);
	if (of->several)
		tcpulse_overflow_rouse(pcpu);
	return !of->several;
}

/**
 * tcpulse_overflow_settle() - attribute what the kernel counted to a listener
 * @pcpu: counters of the namespace
 * @net: namespace
 * @skb: the segment that is being freed, with its routes and headers
 * @th: its TCP header
 *
 * Context: softirq.
 */
noinline void tcpulse_overflow_settle(struct tcpulse_cpu __percpu *pcpu,
				      struct net *net,
				      const struct sk_buff *skb,
				      const struct tcphdr *th)
{
	struct tcpulse_blame blame = { .net = net };
	struct tcpulse_overflow of;

	if (!tcpulse_overflow_due(pcpu, net, skb, &of))
		return;
	if (th->syn)
		blame.given = tcpulse_blame_given(net, skb);
	tcpulse_tuple_received(&blame.tuple, skb, th);
	tcpulse_overflow_put_down(&blame, &of, th->syn);
	tcpulse_overflow_rouse(pcpu);
}

/**
 * tcpulse_overflow_settle_other() - the same of what is no segment of TCP
 * @pcpu: counters of the namespace
 * @net: namespace
 * @skb: an ICMP message, which may have ended a request, or a packet of DCCP, which uses
 *	the same counters for its own
 *
 * Context: softirq.
 */
noinline void tcpulse_overflow_settle_other(struct tcpulse_cpu __percpu *pcpu,
					    struct net *net,
					    const struct sk_buff *skb)
{
	struct tcpulse_blame blame = { .net = net };
	struct tcpulse_overflow of;

	if (!tcpulse_overflow_due(pcpu, net, skb, &of))
		return;
	if (tcpulse_tuple_quoted(&blame.tuple, skb))
		tcpulse_overflow_put_down(&blame, &of, false);
	tcpulse_overflow_rouse(pcpu);
}

/* --- the child of a cookie -------------------------------------------- */

DEFINE_PER_CPU(struct tcpulse_overflow_child, tcpulse_overflow_child);

static bool tcpulse_overflow_claim_on(int cpu, const struct sock *child)
{
	const struct sock **slot = &per_cpu_ptr(&tcpulse_overflow_child, cpu)->sk;

	return READ_ONCE(*slot) == child && cmpxchg(slot, child, NULL) == child;
}

/* Return: whether @child was made by a cookie; it is asked once. */
static bool tcpulse_overflow_claim(const struct sock *child)
{
	int cpu;

	/* Mostly it was made here. */
	if (tcpulse_overflow_claim_on(smp_processor_id(), child))
		return true;
	for_each_possible_cpu(cpu)
		if (tcpulse_overflow_claim_on(cpu, child))
			return true;
	return false;
}

/**
 * tcpulse_overflow_settle_cookie() - put a valid cookie down to its listener
 * @child: what it made, maybe; with all addresses
 *
 * Context: preemption off.
 */
noinline void tcpulse_overflow_settle_cookie(const struct sock *child)
{
	const struct tcpulse_overflow of = {
		.by[TCPULSE_MIB_COOKIE_VALID] = true,
	};
	struct tcpulse_blame blame = { .net = sock_net(child) };

	if (!tcpulse_overflow_claim(child))
		return;
	tcpulse_tuple_child(&blame.tuple, child);
	/* The refusals of this CPU are written by softirqs. */
	local_bh_disable();
	tcpulse_overflow_put_down(&blame, &of, false);
	local_bh_enable();
}

/* What died with @net unheard would wait for a child with the same address elsewhere. */
static void tcpulse_overflow_forget(const struct net *net)
{
	struct tcpulse_overflow_child *slot;
	const struct sock *child;
	int cpu;

	for_each_possible_cpu(cpu) {
		slot = per_cpu_ptr(&tcpulse_overflow_child, cpu);
		child = READ_ONCE(slot->sk);
		if (child && READ_ONCE(slot->net) == net)
			cmpxchg(&slot->sk, child, NULL);
	}
}
