// SPDX-License-Identifier: GPL-2.0
/*
 * TIME_WAIT minisocks: what remains of a connection that this side closed
 * first, in substate FIN_WAIT2 until the peer's FIN comes, then in TIME_WAIT.
 * One lives from the first arming of its timer to the last stop.
 *
 * The FIN changes the substate and arms the timer again, mostly in the same
 * wheel bucket, which no tracepoint reports. So each minisock counted under
 * FIN_WAIT2 stands in the set of fin_wait2.c, and is moved by the first to see
 * the new substate: the free of the segment that brought the FIN, a stop
 * of the timer, or whoever has just put it into the set.
 *
 * Why a minisock ended is told by what comes next on the same CPU: the expiry
 * of its timer, or the free of the segment that was in hand when it ended.
 */
#include <linux/preempt.h>
#include <linux/tcp.h>
#include <net/inet_timewait_sock.h>
#include <net/tcp.h>

#include "edge.h"
#include "fin_wait2.h"
#include "hand.h"
#include "known.h"
#include "mib.h"
#include "net.h"
#include "timewait.h"
#include "tuple.h"

/* A minisock in the table is referenced by its timer and by two tables. */
#define TCPULSE_TIMEWAIT_REFS 3

/**
 * struct tcpulse_timewait_last - the last minisock stopped on this CPU
 * @tw: which; compared only, never dereferenced, NULL once it is known to
 *	have expired, to be armed again, or what segment ended it
 * @net: its namespace; compared only
 * @family: its family
 * @ports: its ports as in struct sock_common; 0 unless a segment in hand may
 *	be what ended it
 * @hand: that segment
 * @tuple: whose it must be
 * @set: 0 or TCPULSE_TW_FW2, under which of the two it was counted
 * @reused: it was counted as reused, by what TWRecycled said
 */
struct tcpulse_timewait_last {
	const struct inet_timewait_sock *tw;
	const struct net *net;
	unsigned short family;
	__portpair ports;
	struct tcpulse_hand hand;
	struct tcpulse_tuple tuple;
	int set;
	bool reused;
};

/* Written with interrupts off, or by a softirq that no timer probe interrupts. */
static DEFINE_PER_CPU(struct tcpulse_timewait_last, tcpulse_timewait_last);

static int tcpulse_timewait_state(int set)
{
	return set ? TCP_FIN_WAIT2 : TCP_TIME_WAIT;
}

/* The FIN has come for a minisock that was counted under FIN_WAIT2. */
static void tcpulse_timewait_fin(struct tcpulse_counts __percpu *counts)
{
	tcpulse_edge_minisock(counts, TCPULSE_TW_FIN, TCP_FIN_WAIT2,
			      TCP_TIME_WAIT, TCPULSE_EDGE_MOVES);
}

/* Return: the set under which a minisock is to be counted. */
static int tcpulse_timewait_classify(const struct inet_timewait_sock *tw)
{
	if (READ_ONCE(tw->tw_substate) != TCP_FIN_WAIT2)
		return 0;
	return tcpulse_fin_wait2_add(tw) ? TCPULSE_TW_FW2 : 0;
}

/*
 * From 6.12 on others find a minisock before its timer is armed, so the FIN may
 * have come between tcpulse_timewait_classify() and now. Who frees the segment
 * reads the substate first and the set after it; here it is the other way
 * round, so that one of us sees both.
 */
static void tcpulse_timewait_recheck(struct tcpulse_counts __percpu *counts,
				     const struct inet_timewait_sock *tw)
{
	smp_mb(); /* pairs with tcpulse_timewait_see_fin() */
	if (READ_ONCE(tw->tw_substate) == TCP_TIME_WAIT &&
	    tcpulse_fin_wait2_del(tw))
		tcpulse_timewait_fin(counts);
}

/**
 * tcpulse_timewait_adopt() - count a minisock that was there before us
 * @counts: counters of its namespace and family
 * @tw: minisock, with its timer armed
 *
 * Context: preemption off, nobody may stop its timer meanwhile.
 */
void tcpulse_timewait_adopt(struct tcpulse_counts __percpu *counts,
			    const struct inet_timewait_sock *tw)
{
	const int set = tcpulse_timewait_classify(tw);

	tcpulse_count_adopted(counts, (const struct sock *)tw,
			      tcpulse_timewait_state(set));
	if (set)
		tcpulse_timewait_recheck(counts, tw);
}

/*
 * A timer is armed again right after it was stopped, on the same CPU: by a
 * segment for the minisock, which holds a reference to it, or when the timers
 * of a CPU that went offline move, which is the one case with softirqs on. While
 * the module is being loaded the stop may have been missed.
 */
static bool tcpulse_timewait_is_restart(const struct inet_timewait_sock *tw)
{
	const bool known = !in_softirq() ||
			   refcount_read(&tw->tw_refcnt) > TCPULSE_TIMEWAIT_REFS;

	if (static_branch_unlikely(&tcpulse_known_key))
		return known;
	return known && this_cpu_read(tcpulse_timewait_last.tw) == tw;
}

/*
 * TWRecycled may have counted one that expired on another CPU meanwhile, and
 * whose end this stop was taken for: what comes next knows better.
 */
static void tcpulse_timewait_not_reused(struct tcpulse_cpu __percpu *pcpu,
					const struct inet_timewait_sock *tw)
{
	struct tcpulse_timewait_last *last = this_cpu_ptr(&tcpulse_timewait_last);
	struct tcpulse_counts __percpu *counts;

	if (likely(!last->reused) || last->tw != tw)
		return;
	last->reused = false;
	counts = tcpulse_counts(pcpu, last->family);
	tcpulse_edge_not_why(counts, last->set + TCPULSE_TW_REUSED);
}

/* The timer of @tw counts as armed for the first time, or again. */
static void tcpulse_timewait_begin(struct tcpulse_counts __percpu *counts,
				   const struct inet_timewait_sock *tw,
				   bool restart)
{
	const int set = tcpulse_timewait_classify(tw);
	const int state = tcpulse_timewait_state(set);
	const int event = set + (restart ? TCPULSE_TW_RESTARTED :
					   TCPULSE_TW_BORN);

	/* FIN_WAIT2 does not grow: the socket is still counted there. */
	if (set || restart)
		tcpulse_edge_minisock(counts, event, TCP_CLOSE, state,
				      TCPULSE_EDGE_STAYS);
	else
		tcpulse_edge_minisock(counts, event, TCP_CLOSE, state,
				      TCPULSE_EDGE_BEGINS);
	if (set)
		tcpulse_timewait_recheck(counts, tw);
}

/**
 * tcpulse_timewait_armed() - the timer of a minisock was armed
 * @tw: minisock
 *
 * Context: hard interrupts off, timer base locked.
 */
void tcpulse_timewait_armed(const struct inet_timewait_sock *tw)
{
	struct tcpulse_cpu __percpu *pcpu = tcpulse_net_cpu(twsk_net(tw));
	const bool restart = tcpulse_timewait_is_restart(tw);
	struct tcpulse_counts __percpu *counts;

	if (restart && likely(pcpu))
		tcpulse_timewait_not_reused(pcpu, tw);
	this_cpu_write(tcpulse_timewait_last.tw, NULL);
	this_cpu_write(tcpulse_timewait_last.ports, 0);
	if (unlikely(!pcpu))
		return;
	counts = tcpulse_counts(pcpu, tw->tw_family);
	switch (tcpulse_known_armed(tw, !restart)) {
	case TCPULSE_ARMED_KNOWN:
		break;
	case TCPULSE_ARMED_ADOPTED:
		tcpulse_timewait_adopt(counts, tw);
		break;
	case TCPULSE_ARMED:
		tcpulse_timewait_begin(counts, tw, restart);
		break;
	}
}

/*
 * connect() that takes over a minisock counts TWRecycled and ends the minisock
 * in one section with softirqs off: nothing else comes between on this CPU.
 */
static bool tcpulse_timewait_is_recycled(struct tcpulse_cpu __percpu *pcpu,
					 const struct net *net)
{
	unsigned long now = tcpulse_mib_here(net, LINUX_MIB_TIMEWAITRECYCLED);

	if (now == this_cpu_read(pcpu->recycled))
		return false;
	this_cpu_write(pcpu->recycled, now);
	return true;
}

/* The segment in hand, if there is one. */
static void tcpulse_timewait_suspect(struct tcpulse_timewait_last *last,
				     const struct inet_timewait_sock *tw)
{
	last->hand = tcpulse_hand(last->net);
	tcpulse_tuple_minisock(&last->tuple, tw);
	last->ports = tw->__tw_common.skc_portpair;
}

/* Remember who it was until we know why. */
static void tcpulse_timewait_remember(struct tcpulse_cpu __percpu *pcpu,
				      const struct inet_timewait_sock *tw,
				      int set)
{
	struct tcpulse_timewait_last *last = this_cpu_ptr(&tcpulse_timewait_last);

	last->tw = tw;
	last->net = twsk_net(tw);
	last->family = tw->tw_family;
	last->ports = 0;
	last->set = set;
	last->reused = tcpulse_timewait_is_recycled(pcpu, last->net);
	if (last->reused)
		tcpulse_edge_why(tcpulse_counts(pcpu, last->family),
				 set + TCPULSE_TW_REUSED);
	else if (in_softirq())
		tcpulse_timewait_suspect(last, tw);
}

/**
 * tcpulse_timewait_stopped() - the timer of a minisock expired, was deleted, or
 *	is about to be armed again
 * @tw: minisock
 *
 * Context: hard interrupts off, timer base locked.
 */
void tcpulse_timewait_stopped(const struct inet_timewait_sock *tw)
{
	struct tcpulse_cpu __percpu *pcpu = tcpulse_net_cpu(twsk_net(tw));
	const bool is_ours = tcpulse_known_stopped(tw);
	struct tcpulse_counts __percpu *counts;
	int set;

	/* Also in a dying namespace: the address will be used again. */
	set = tcpulse_fin_wait2_del(tw) ? TCPULSE_TW_FW2 : 0;
	if (unlikely(!pcpu))
		return;
	if (unlikely(!is_ours)) {
		/* Not the reason of the next one's end. */
		tcpulse_timewait_is_recycled(pcpu, twsk_net(tw));
		return;
	}
	counts = tcpulse_counts(pcpu, tw->tw_family);
	if (set && READ_ONCE(tw->tw_substate) == TCP_TIME_WAIT) {
		tcpulse_timewait_fin(counts);
		set = 0;
	}
	tcpulse_edge_minisock(counts, set + TCPULSE_TW_STOPPED,
			      tcpulse_timewait_state(set), TCP_CLOSE,
			      TCPULSE_EDGE_ENDS);
	tcpulse_timewait_remember(pcpu, tw, set);
}

/**
 * tcpulse_timewait_expired() - the timer of a minisock ran out
 * @tw: minisock, just stopped on this CPU
 *
 * Context: softirq.
 */
void tcpulse_timewait_expired(const struct inet_timewait_sock *tw)
{
	struct tcpulse_timewait_last *last = this_cpu_ptr(&tcpulse_timewait_last);
	struct tcpulse_cpu __percpu *pcpu = tcpulse_net_cpu(twsk_net(tw));

	if (last->tw != tw || unlikely(!pcpu))
		return;
	tcpulse_timewait_not_reused(pcpu, tw);
	tcpulse_edge_why(tcpulse_counts(pcpu, last->family),
			 last->set + TCPULSE_TW_EXPIRED);
	last->tw = NULL;
	last->ports = 0;
}

/*
 * A segment is freed. If it was in hand when the last minisock was stopped, and is one
 * of its connection, then that was what ended it. With another one in hand it never will
 * be known: ss -K ended it, or what was in hand has been kept.
 */
static bool tcpulse_timewait_is_ended_by(struct tcpulse_timewait_last *last,
					 const struct net *net,
					 const struct sk_buff *skb,
					 const struct tcphdr *th)
{
	struct tcpulse_tuple tuple;

	if (last->net != net)
		return false;
	if (!tcpulse_hand_is(&last->hand, net)) {
		last->ports = 0;
		return false;
	}
	if (last->ports != INET_COMBINED_PORTS(th->source, ntohs(th->dest)))
		return false;
	tcpulse_tuple_received(&tuple, skb, th);
	return tcpulse_tuple_is(&tuple, &last->tuple);
}

static void tcpulse_timewait_settle(struct tcpulse_cpu __percpu *pcpu,
				    const struct net *net,
				    const struct sk_buff *skb,
				    const struct tcphdr *th, bool syn)
{
	struct tcpulse_timewait_last *last = this_cpu_ptr(&tcpulse_timewait_last);

	if (!tcpulse_timewait_is_ended_by(last, net, skb, th))
		return;
	last->tw = NULL;
	last->ports = 0;
	tcpulse_edge_why(tcpulse_counts(pcpu, last->family),
			 last->set + (syn ? TCPULSE_TW_REUSED : TCPULSE_TW_RESET));
}

/*
 * A FIN that a minisock took is always freed by kfree_skb(), right after. One that TCP
 * never had may find a minisock too, of which it says no more than is so already.
 */
static void tcpulse_timewait_see_fin(struct tcpulse_cpu __percpu *pcpu,
				     struct net *net, const struct sk_buff *skb,
				     const struct tcphdr *th)
{
	const struct inet_timewait_sock *tw;
	struct tcpulse_tuple tuple;
	struct sock *sk;

	tcpulse_tuple_received(&tuple, skb, th);
	rcu_read_lock();
	sk = tcpulse_tuple_connection(net, &tuple);
	rcu_read_unlock();
	if (!sk)
		return;
	tw = inet_twsk(sk);
	if (sk->sk_state == TCP_TIME_WAIT &&
	    READ_ONCE(tw->tw_substate) == TCP_TIME_WAIT) {
		/* Pairs with tcpulse_timewait_recheck(). */
		smp_mb();
		if (tcpulse_fin_wait2_del(tw))
			tcpulse_timewait_fin(tcpulse_counts(pcpu,
							    tw->tw_family));
	}
	sock_gen_put(sk);
}

/**
 * tcpulse_timewait_dropped() - a segment that nobody kept is freed
 * @pcpu: counters of its namespace
 * @net: its namespace
 * @skb: segment
 * @th: its TCP header
 *
 * Context: softirq.
 */
void tcpulse_timewait_dropped(struct tcpulse_cpu __percpu *pcpu, struct net *net,
			      const struct sk_buff *skb, const struct tcphdr *th)
{
	/* A SYN that TIME_WAIT let through, and that the listener dropped. */
	if (this_cpu_read(tcpulse_timewait_last.ports))
		tcpulse_timewait_settle(pcpu, net, skb, th, th->syn &&
					!this_cpu_read(tcpulse_timewait_last.set));
	if (th->fin)
		tcpulse_timewait_see_fin(pcpu, net, skb, th);
}

/**
 * tcpulse_timewait_consumed() - a segment that was of use is freed
 * @pcpu: counters of its namespace
 * @net: its namespace
 * @skb: segment
 * @th: its TCP header
 *
 * After ending a minisock that can only be the SYN of a new connection.
 *
 * Context: softirq.
 */
void tcpulse_timewait_consumed(struct tcpulse_cpu __percpu *pcpu,
			       const struct net *net, const struct sk_buff *skb,
			       const struct tcphdr *th)
{
	if (unlikely(this_cpu_read(tcpulse_timewait_last.ports)))
		tcpulse_timewait_settle(pcpu, net, skb, th, true);
}
