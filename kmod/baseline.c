// SPDX-License-Identifier: GPL-2.0
/*
 * Adopts what existed when the module was loaded, exactly and under traffic.
 *
 * Probes first, then a scan of the kernel's tables: whatever the probes miss is
 * in the tables, and the other way round. What both see must be counted once,
 * so meanwhile every event and every step of the scan asks the table of known
 * objects of known.c, under a bucket lock. An event of an object that is not known
 * and is not being born proves that it was there before: it is adopted, with
 * the state it leaves. The scan adopts what had no event.
 *
 * That a socket is scanned and changes state at the same moment is no problem:
 * the event comes before the store, so either the scan finds it known, or the
 * event finds it adopted, with the old state in both cases.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>
#include <net/inet_hashtables.h>
#include <net/inet_timewait_sock.h>
#include <net/request_sock.h>

#include "baseline.h"
#include "counters.h"
#include "known.h"
#include "listener.h"
#include "net.h"
#include "timewait.h"

static u64 tcpulse_baseline_ns;

u64 tcpulse_baseline_us(void)
{
	return div_u64(tcpulse_baseline_ns, NSEC_PER_USEC);
}

/* An armed minisock, or one that will be and whose probe counts it then. */
static bool tcpulse_baseline_reqsk_is_armed(const struct request_sock *req)
{
	return refcount_read(&req->rsk_refcnt) && timer_pending(&req->rsk_timer);
}

static void tcpulse_baseline_count(struct tcpulse_counts __percpu *counts,
				   const struct sock *sk, int state)
{
	if (state == TCP_TIME_WAIT)
		tcpulse_timewait_adopt(counts, inet_twsk(sk));
	else if (state == TCP_NEW_SYN_RECV)
		tcpulse_count_adopted(counts, sk, TCP_SYN_RECV);
	else
		tcpulse_count_adopted_socket(counts, sk, state);
}

static bool tcpulse_baseline_exists(const struct sock *sk, int state)
{
	switch (state) {
	case TCP_NEW_SYN_RECV:
		return tcpulse_baseline_reqsk_is_armed(inet_reqsk(sk));
	case TCP_TIME_WAIT:
		return timer_pending(&inet_twsk(sk)->tw_timer);
	default:
		return state != TCP_CLOSE && sk->sk_protocol == IPPROTO_TCP;
	}
}

/* Context: preemption off. Return: whether it is to be counted, and is. */
static bool tcpulse_baseline_adopt(const struct sock *sk)
{
	struct tcpulse_cpu __percpu *pcpu = tcpulse_net_cpu(sock_net(sk));
	const int state = READ_ONCE(sk->sk_state);

	if (!pcpu || !tcpulse_baseline_exists(sk, state))
		return false;
	tcpulse_baseline_count(tcpulse_counts(pcpu, sk->sk_family), sk, state);
	return true;
}

/* A listener leaves this table before it says that it closes. */
static void tcpulse_baseline_scan_listeners(struct inet_hashinfo *hashinfo)
{
	const struct hlist_nulls_node *node;
	const struct sock *sk;
	unsigned int i;

	for (i = 0; i <= hashinfo->lhash2_mask; i++) {
		struct inet_listen_hashbucket *head = &hashinfo->lhash2[i];

		if (hlist_nulls_empty(&head->nulls_head))
			continue;
		spin_lock_bh(&head->lock);
		sk_nulls_for_each(sk, node, &head->nulls_head)
			if (tcpulse_known_found(sk, tcpulse_baseline_adopt))
				tcpulse_listener_open(sk, true);
		spin_unlock_bh(&head->lock);
		cond_resched();
	}
}

static void tcpulse_baseline_scan_connections(struct inet_hashinfo *hashinfo)
{
	const struct hlist_nulls_node *node;
	const struct sock *sk;
	unsigned int i;

	for (i = 0; i <= hashinfo->ehash_mask; i++) {
		struct hlist_nulls_head *chain = &hashinfo->ehash[i].chain;

		if (hlist_nulls_empty(chain))
			continue;
		spin_lock_bh(inet_ehash_lockp(hashinfo, i));
		sk_nulls_for_each(sk, node, chain)
			tcpulse_known_found(sk, tcpulse_baseline_adopt);
		spin_unlock_bh(inet_ehash_lockp(hashinfo, i));
		cond_resched();
	}
}

/*
 * All namespaces share one table, but for those with a table of connections of
 * their own (net.ipv4.tcp_child_ehash_entries); listeners are always shared.
 */
static void tcpulse_baseline_scan_tables(void)
{
	struct inet_hashinfo *shared = init_net.ipv4.tcp_death_row.hashinfo;
	struct net *net;

	tcpulse_baseline_scan_listeners(shared);
	tcpulse_baseline_scan_connections(shared);

	down_read(&net_rwsem);
	for_each_net(net)
		if (net->ipv4.tcp_death_row.hashinfo != shared)
			tcpulse_baseline_scan_connections(net->ipv4.tcp_death_row.hashinfo);
	up_read(&net_rwsem);
}

static void tcpulse_baseline_start_all(void)
{
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net)
		tcpulse_net_start(net);
	up_read(&net_rwsem);
}

/*
 * Whoever passed a tracepoint just before the probes were attached has stored
 * the new state, put the socket into its table, or armed the timer when this
 * returns: softirqs and sections with preemption off by RCU, tasks that were
 * preempted halfway by RCU tasks.
 */
static void tcpulse_baseline_wait(void)
{
	tracepoint_synchronize_unregister();
	synchronize_rcu();
	synchronize_rcu_tasks();
}

/**
 * tcpulse_baseline_scan() - count what was there, and what comes from now on
 *
 * Context: Process context, may sleep; all probes are attached.
 * Return: 0, or -ENOMEM when something could not be remembered.
 */
int tcpulse_baseline_scan(void)
{
	const u64 start = ktime_get_ns();

	tcpulse_baseline_start_all();
	tcpulse_known_enter(TCPULSE_ADOPTING);
	tcpulse_baseline_wait();
	tcpulse_baseline_scan_tables();
	tcpulse_known_enter(TCPULSE_ADOPTED);
	tcpulse_baseline_ns = ktime_get_ns() - start;

	/* Who is still in the table may yet have failed. */
	synchronize_rcu();
	if (!tcpulse_known_all()) {
		pr_err("not loaded: no memory to adopt all existing sockets\n");
		return -ENOMEM;
	}
	return 0;
}
