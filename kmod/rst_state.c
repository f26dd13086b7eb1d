// SPDX-License-Identifier: GPL-2.0
/*
 * In what state was the connection that sent a RST? The packet does not tell:
 * an aborted socket is closed before, and an answer to a segment is sent through
 * a socket of the kernel's own. So the last state is kept at each close, and the
 * tracepoint before an answer says for which socket it is, see answer.c.
 */
#include <net/dst_metadata.h>
#include <net/inet_timewait_sock.h>
#include <net/ip6_fib.h>
#include <net/tcp.h>

#include "answer.h"
#include "rst_state.h"
#include "tuple.h"

DEFINE_PER_CPU(struct tcpulse_closed, tcpulse_closed);

/* Return: the state that @sk left, if @was says so, else 0. */
static int tcpulse_rst_state_left_by(unsigned long was, const struct sock *sk)
{
	was -= tcpulse_rst_state_key(sk);
	return was < TCPULSE_STATES ? was : 0;
}

/* The last one first: an address may be there twice. */
static int tcpulse_rst_state_left_on(int cpu, const struct sock *sk)
{
	const struct tcpulse_closed *closed = per_cpu_ptr(&tcpulse_closed, cpu);
	const unsigned int tasks = READ_ONCE(closed->tasks);
	unsigned int i;
	int state = 0;

	for (i = 0; !state && i < TCPULSE_CLOSED_TASKS; i++)
		state = tcpulse_rst_state_left_by(READ_ONCE(closed->task[(tasks - i) %
							TCPULSE_CLOSED_TASKS]),
					      sk);
	return state;
}

/*
 * Mostly a task closed it here a moment ago; it may have moved since, and then
 * the CPU it came from still knows.
 */
static int tcpulse_rst_state_left(const struct sock *sk)
{
	int cpu, state;

	if (in_serving_softirq())
		return tcpulse_rst_state_left_by(this_cpu_read(tcpulse_closed.softirq),
						 sk) ?: TCP_CLOSE;
	state = tcpulse_rst_state_left_on(raw_smp_processor_id(), sk);
	for_each_possible_cpu(cpu) {
		if (state)
			return state;
		state = tcpulse_rst_state_left_on(cpu, sk);
	}
	return state ?: TCP_CLOSE;
}

static int tcpulse_rst_state_of_socket(const struct sock *sk)
{
	const int state = READ_ONCE(sk->sk_state);

	return state == TCP_CLOSE ? tcpulse_rst_state_left(sk) : state;
}

/* --- answers ------------------------------------------------------------- */

/* What is no full socket. */
static int tcpulse_rst_state_of_small(const struct sock *sk)
{
	switch (READ_ONCE(sk->sk_state)) {
	case TCP_NEW_SYN_RECV:
		return TCP_SYN_RECV;
	case TCP_TIME_WAIT:
		return READ_ONCE(inet_twsk(sk)->tw_substate);
	default:
		return 0;
	}
}

/* Return: state of the request or minisock of a segment, 0 when it has none. */
static int tcpulse_rst_state_find(const struct net *net,
				  const struct tcpulse_tuple *tuple)
{
	struct sock *sk;
	int state = 0;

	rcu_read_lock();
	sk = tcpulse_tuple_connection(net, tuple);
	if (sk) {
		state = tcpulse_rst_state_of_small(sk);
		sock_gen_put(sk);
	}
	rcu_read_unlock();
	return state;
}

/* A listener answers for its requests. */
static int tcpulse_rst_state_of_listener(const struct net *net,
					 const struct tcpulse_tuple *tuple)
{
	return tcpulse_rst_state_find(net, tuple) == TCP_SYN_RECV ? TCP_SYN_RECV :
								 TCP_LISTEN;
}

/**
 * tcpulse_rst_state_announce() - a segment is about to be answered with RST
 * @net: namespace
 * @sk: socket or minisock it was for, NULL for none
 * @skb: the segment
 *
 * Context: preemption off.
 */
void tcpulse_rst_state_announce(const struct net *net, const struct sock *sk,
				const struct sk_buff *skb)
{
	struct tcpulse_tuple tuple;
	int state;

	tcpulse_tuple_received(&tuple, skb, tcp_hdr(skb));
	if (!sk)
		state = TCP_CLOSE;
	else if (!sk_fullsock(sk))
		state = tcpulse_rst_state_of_small(sk);
	else if (READ_ONCE(sk->sk_state) == TCP_LISTEN)
		state = tcpulse_rst_state_of_listener(net, &tuple);
	else
		state = tcpulse_rst_state_of_socket(sk);
	tcpulse_answer_announce(net, &tuple, state);
}

#if IS_ENABLED(CONFIG_IPV6)
/*
 * By the route: the device the packet goes by, and the one that has the address when that
 * is lo. A dst has a device, see packet.h; one of IPv6 may have an inet6_dev, which keeps
 * its device, and a packet of IPv6 may have one of IPv4, inside a tunnel.
 */
static int tcpulse_rst_state_by_route6(const struct net *net,
				       const struct sk_buff *skb,
				       struct tcpulse_tuple *tuple)
{
	const struct dst_entry *dst = skb_valid_dst(skb) ? skb_dst(skb) : NULL;
	const struct inet6_dev *idev;

	if (!dst || dst->ops->family != AF_INET6)
		return 0;
	idev = ip6_dst_idev(skb_dst(skb));
	tuple->dif = READ_ONCE(dst->dev)->ifindex;
	tuple->sdif = idev ? idev->dev->ifindex : 0;
	return tcpulse_rst_state_find(net, tuple);
}
#endif

/*
 * Up to 6.9 what minisocks send is not announced. Of IPv4 the kernel's socket that sends
 * it is bound to what the minisock is bound to, for the moment. Of IPv6 the route tells,
 * but for a minisock that is bound to another device than those two: that one is not
 * found.
 */
static int tcpulse_rst_state_of_minisock(const struct net *net, const struct sock *sk,
					 const struct sk_buff *skb,
					 struct tcpulse_tuple *tuple)
{
	int state;

	tuple->dif = sk && sk_fullsock(sk) ? READ_ONCE(sk->sk_bound_dev_if) : 0;
	state = tcpulse_rst_state_find(net, tuple);
#if IS_ENABLED(CONFIG_IPV6)
	if (!state && tuple->family == AF_INET6)
		state = tcpulse_rst_state_by_route6(net, skb, tuple);
#endif
	return state == TCP_SYN_RECV ? 0 : state;
}

/**
 * tcpulse_rst_state() - the state of the connection that sends a RST
 * @net: namespace
 * @f: IP version
 * @sk: socket that sends it: the connection's own, or one of the kernel's
 * @skb: the RST
 * @th: its TCP header
 *
 * Context: RCU, softirq or process context.
 * Return: TCP_CLOSE for none, TCP_LISTEN for a listener that has no such
 *	connection.
 */
int tcpulse_rst_state(const struct net *net, enum tcpulse_family f,
		      const struct sock *sk, const struct sk_buff *skb,
		      const struct tcphdr *th)
{
	struct tcpulse_tuple tuple;

	/*
	 * 7.x lets a listener own what is sent for one of its request socks; a raw
	 * or packet socket may send a RST in anybody's name.
	 */
	if (sk && sk_fullsock(sk) && sk_is_tcp(sk) &&
	    READ_ONCE(sk->sk_state) != TCP_LISTEN)
		return tcpulse_rst_state_of_socket(sk);
	tcpulse_tuple_sent(&tuple, f, skb, th);
	return tcpulse_answer_take(net, &tuple) ?:
	       tcpulse_rst_state_of_minisock(net, sk, skb, &tuple) ?: TCP_CLOSE;
}
