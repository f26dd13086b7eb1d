// SPDX-License-Identifier: GPL-2.0
/*
 * Whose segment it was that the kernel refused.
 *
 * The kernel has forgotten. So its choice is made again, and what it has chosen otherwise
 * is not found that way: by a program of the owner of a group of SO_REUSEPORT, by one at
 * the device (bpf_sk_assign), by a rule (TPROXY). But each refusal also grows sk_drops of
 * the listener it was one of, and a listener whose sk_drops tells of no more than it has
 * been blamed for is innocent. Nobody is blamed then.
 *
 * What else than refusals grows sk_drops (a segment that a filter of the socket takes)
 * leaves room for as many wrong ones as there are CPUs, as long as it takes until the
 * listener refuses somebody itself.
 */
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <net/inet_sock.h>
#include <net/request_sock.h>
#include <net/sock_reuseport.h>
#include <net/tcp.h>

#include "blame.h"
#include "hand.h"
#include "listener.h"

/* --- who was chosen before TCP had the segment ------------------------ */

/**
 * struct tcpulse_given - a SYN that already has a listener, before TCP gets it
 * @net: its namespace, compared only
 * @skb: the segment, compared only
 * @sk: the listener, compared only
 * @hand: the segment before it
 *
 * A SYN that has none leaves all this as it was, of another segment.
 */
struct tcpulse_given {
	const struct net *net;
	const struct sk_buff *skb;
	const struct sock *sk;
	struct tcpulse_hand hand;
};

static DEFINE_PER_CPU(struct tcpulse_given, tcpulse_given);

/* Context: softirqs off, in RCU; @skb is a SYN on its way to TCP, and has a socket. */
noinline void tcpulse_blame_give(const struct net *net,
				 const struct sk_buff *skb)
{
	struct tcpulse_given *given = this_cpu_ptr(&tcpulse_given);

	given->net = net;
	given->skb = skb;
	given->sk = skb->sk;
	given->hand = tcpulse_hand(net);
}

/*
 * TCP has counted one segment since, and it is @skb: the addresses of both have been
 * those of other ones before.
 *
 * Context: softirqs off.
 * Return: the listener that was given to @skb, or NULL; by address.
 */
const struct sock *tcpulse_blame_given(const struct net *net,
				       const struct sk_buff *skb)
{
	const struct tcpulse_given *given = this_cpu_ptr(&tcpulse_given);
	struct tcpulse_hand hand = given->hand;

	hand.received++;
	return given->skb == skb && given->net == net &&
	       tcpulse_hand_is(&hand, net) ? given->sk : NULL;
}

/* --- who it was ---------------------------------------------------------- */

/* How much more it has dropped than it has been blamed for. */
static int tcpulse_blame_excess(const struct tcpulse_listener *listener,
				const struct sock *sk)
{
	return atomic_read(&sk->sk_drops) - atomic_read(&listener->blamed);
}

/*
 * Blames @listener for one drop, if there is one that nobody is blamed for. What was no
 * refusal is forgotten, but for as many as other CPUs may just be at. The kernel has
 * written sk_drops of the same listener a moment ago, for the same segment.
 */
static bool tcpulse_blame_claim(struct tcpulse_listener *listener,
				const struct sock *sk)
{
	int blamed = atomic_read(&listener->blamed);
	int excess;

	do {
		excess = atomic_read(&sk->sk_drops) - blamed;
		if (excess <= 0)
			return false;
		excess = max_t(int, excess - (int)num_online_cpus(), 1);
	} while (!atomic_try_cmpxchg(&listener->blamed, &blamed,
				     blamed + excess));
	return true;
}

/* A cookie is asked for, and its ACK looked at, when one has been sent of late. */
static bool tcpulse_blame_fits(const struct tcpulse_blame *blame,
			       const struct sock *sk)
{
	return !blame->cookies || !tcp_synq_no_recent_overflow(sk);
}

static struct tcpulse_listener *
tcpulse_blame_try(const struct tcpulse_blame *blame, const struct sock *sk)
{
	struct tcpulse_listener *listener = sk ? tcpulse_listener_find(sk) : NULL;

	if (!listener || !tcpulse_blame_fits(blame, sk))
		return NULL;
	return !blame->drops || tcpulse_blame_claim(listener, sk) ? listener : NULL;
}

/* A group may have 65535, and so many are looked at. */
#define TCPULSE_BLAME_SIBLINGS 64

/* From now on all that it has dropped until now is somebody's, or nobody's. */
static void tcpulse_blame_forget(const struct sock *sk)
{
	struct tcpulse_listener *listener = tcpulse_listener_find(sk);

	if (listener)
		atomic_set(&listener->blamed, atomic_read(&sk->sk_drops));
}

static u16 tcpulse_blame_siblings(const struct sock_reuseport *group)
{
	const u16 n = READ_ONCE(group->num_socks);

	smp_rmb(); /* Pairs with reuseport_add_sock(). */
	return min_t(u16, n, TCPULSE_BLAME_SIBLINGS);
}

static bool tcpulse_blame_may(const struct sock *sk)
{
	const struct tcpulse_listener *listener = tcpulse_listener_find(sk);

	return listener && tcpulse_blame_excess(listener, sk) > 0;
}

/*
 * The only one of a group that has a drop too many. If there are several, some have
 * dropped what they did not refuse: that is forgotten, so that next time there is one.
 */
static const struct sock *
tcpulse_blame_sibling(const struct sock_reuseport *group)
{
	const u16 n = tcpulse_blame_siblings(group);
	const struct sock *found = NULL;
	u16 i, several = 0;

	for (i = 0; i < n; i++) {
		if (!tcpulse_blame_may(group->socks[i]))
			continue;
		found = group->socks[i];
		several++;
	}
	if (several <= 1)
		return found;
	for (i = 0; i < n; i++)
		tcpulse_blame_forget(group->socks[i]);
	return NULL;
}

/*
 * Without a program the choice is by address, and is made again as it was; but, since 6.6,
 * another one of the group may take what is given to one of them.
 */
static struct tcpulse_listener *
tcpulse_blame_choose(const struct tcpulse_blame *blame, const struct sock *sk,
		     bool given)
{
	const struct sock_reuseport *group = rcu_dereference(sk->sk_reuseport_cb);
	struct tcpulse_listener *listener = NULL;

	if (!group || !(given || rcu_access_pointer(group->prog)))
		listener = tcpulse_blame_try(blame, sk);
	if (!listener && group && blame->drops)
		listener = tcpulse_blame_try(blame, tcpulse_blame_sibling(group));
	return listener;
}

/*
 * Only known by its address: it may have closed, and be somebody else by now. What is
 * given is no listener, either, where a connection or a minisock was found early.
 */
static const struct sock *tcpulse_blame_check(const struct tcpulse_blame *blame)
{
	const struct sock *given = blame->given;
	const struct tcpulse_listener *listener =
		given ? tcpulse_listener_find(given) : NULL;

	return listener && tcpulse_listener_is_open(listener) &&
	       net_eq(sock_net(given), blame->net) ? given : NULL;
}

/* Who has no request: what TCP was given, or has looked for. */
static struct tcpulse_listener *
tcpulse_blame_chosen(const struct tcpulse_blame *blame)
{
	const struct sock *sk = tcpulse_blame_check(blame);

	if (sk)
		return tcpulse_blame_choose(blame, sk, true);
	sk = tcpulse_tuple_listener(blame->net, &blame->tuple);
	return sk ? tcpulse_blame_choose(blame, sk, false) : NULL;
}

/*
 * A listener that has closed hands its requests on to another one of its group
 * (tcp_migrate_req), by the hash of the connection, as reuseport_migrate_sock() does. A
 * look-up would hash with no address of ours where the listener is bound to none.
 */
static const struct sock *tcpulse_blame_migrated(const struct request_sock *req)
{
	return reuseport_select_sock(req->rsk_listener,
				     req_to_sk((struct request_sock *)req)->sk_hash,
				     NULL, 0);
}

static struct tcpulse_listener *
tcpulse_blame_request(const struct tcpulse_blame *blame,
		      const struct request_sock *req)
{
	const struct sock *sk = req->rsk_listener;

	if (READ_ONCE(sk->sk_state) == TCP_LISTEN)
		return tcpulse_blame_try(blame, sk);
	sk = tcpulse_blame_migrated(req);
	return sk ? tcpulse_blame_choose(blame, sk, false) :
		    tcpulse_blame_chosen(blame);
}

/**
 * tcpulse_blame_find() - the listener that refused, or answered with a cookie
 * @blame: what is known
 *
 * Context: RCU, softirqs off.
 * Return: its record, open, with one drop more that it is blamed for; NULL when it is not
 *	known.
 */
struct tcpulse_listener *tcpulse_blame_find(const struct tcpulse_blame *blame)
{
	struct sock *sk = tcpulse_tuple_connection(blame->net, &blame->tuple);
	struct tcpulse_listener *listener;

	if (!sk)
		return tcpulse_blame_chosen(blame);
	listener = sk->sk_state == TCP_NEW_SYN_RECV ?
		   tcpulse_blame_request(blame, inet_reqsk(sk)) :
		   tcpulse_blame_chosen(blame);
	sock_gen_put(sk);
	return listener;
}
