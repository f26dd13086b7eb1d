// SPDX-License-Identifier: GPL-2.0
/*
 * In what state was the connection that sent a RST? The packet does not tell:
 * an aborted socket is closed before, and an answer to a segment is sent through
 * a socket of the kernel's own. So the last state is kept at each close, the
 * tracepoint before an answer says for which socket it is, and everything that
 * is no full socket is still in the tables when its RST leaves.
 */
#include <net/dst_metadata.h>
#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/inet_timewait_sock.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "reset.h"

DEFINE_PER_CPU(struct tcpulse_closed, tcpulse_closed);

/**
 * struct tcpulse_announced - the answer that is to be sent on this CPU
 * @ports: of the RST, 0 when there is none
 * @state: state of the socket that sends it
 */
struct tcpulse_announced {
	__portpair ports;
	int state;
};

static DEFINE_PER_CPU(struct tcpulse_announced, tcpulse_announced);

/* Return: the state that @sk left, if @was says so, else 0. */
static int tcpulse_reset_left_by(unsigned long was, const struct sock *sk)
{
	was -= tcpulse_reset_key(sk);
	return was < TCPULSE_STATES ? was : 0;
}

/* The last one first: an address may be there twice. */
static int tcpulse_reset_left_on(int cpu, const struct sock *sk)
{
	const struct tcpulse_closed *closed = per_cpu_ptr(&tcpulse_closed, cpu);
	const unsigned int tasks = READ_ONCE(closed->tasks);
	unsigned int i;
	int state = 0;

	for (i = 0; !state && i < TCPULSE_CLOSED_TASKS; i++)
		state = tcpulse_reset_left_by(READ_ONCE(closed->task[(tasks - i) %
							TCPULSE_CLOSED_TASKS]),
					      sk);
	return state;
}

/*
 * Mostly a task closed it here a moment ago; it may have moved since, and then
 * the CPU it came from still knows.
 */
static int tcpulse_reset_left(const struct sock *sk)
{
	int cpu, state;

	if (in_serving_softirq())
		return tcpulse_reset_left_by(this_cpu_read(tcpulse_closed.softirq),
					     sk) ?: TCP_CLOSE;
	state = tcpulse_reset_left_on(raw_smp_processor_id(), sk);
	for_each_possible_cpu(cpu) {
		if (state)
			return state;
		state = tcpulse_reset_left_on(cpu, sk);
	}
	return state ?: TCP_CLOSE;
}

static int tcpulse_reset_of_socket(const struct sock *sk)
{
	const int state = READ_ONCE(sk->sk_state);

	return state == TCP_CLOSE ? tcpulse_reset_left(sk) : state;
}

/**
 * tcpulse_reset_announce() - a segment is about to be answered with RST
 * @sk: full socket it was for, no listener
 *
 * Context: preemption off.
 */
void tcpulse_reset_announce(const struct sock *sk)
{
	const __portpair ports = INET_COMBINED_PORTS(sk->sk_dport,
					ntohs(inet_sk(sk)->inet_sport));

	this_cpu_write(tcpulse_announced.state, tcpulse_reset_of_socket(sk));
	this_cpu_write(tcpulse_announced.ports, ports);
}

/* Return: the state, or 0 when the RST is another one. */
static int tcpulse_reset_announced(const struct tcphdr *th)
{
	const __portpair ports = INET_COMBINED_PORTS(th->dest,
						     ntohs(th->source));

	if (this_cpu_read(tcpulse_announced.ports) != ports)
		return 0;
	this_cpu_write(tcpulse_announced.ports, 0);
	return this_cpu_read(tcpulse_announced.state);
}

static struct sock *tcpulse_reset_find(const struct net *net,
				       const struct sk_buff *skb,
				       const struct tcphdr *th, int dif)
{
	if (skb->protocol == htons(ETH_P_IP))
		return tcpulse_inet_lookup(net, ip_hdr(skb)->daddr, th->dest,
					   ip_hdr(skb)->saddr,
					   ntohs(th->source), dif, 0);
#if IS_ENABLED(CONFIG_IPV6)
	return tcpulse_inet6_lookup((struct net *)net, &ipv6_hdr(skb)->daddr,
				    th->dest, &ipv6_hdr(skb)->saddr,
				    ntohs(th->source), dif, 0);
#else
	return NULL;
#endif
}

static bool tcpulse_reset_is_listener(const struct net *net,
				      const struct sk_buff *skb,
				      const struct tcphdr *th, int dif)
{
	if (skb->protocol == htons(ETH_P_IP))
		return tcpulse_inet_lookup_listener(net, ip_hdr(skb)->daddr,
						    th->dest, ip_hdr(skb)->saddr,
						    ntohs(th->source), dif, 0);
#if IS_ENABLED(CONFIG_IPV6)
	return tcpulse_inet6_lookup_listener(net, &ipv6_hdr(skb)->daddr, th->dest,
					     &ipv6_hdr(skb)->saddr,
					     ntohs(th->source), dif, 0);
#else
	return false;
#endif
}

static int tcpulse_reset_state_of(const struct sock *sk)
{
	switch (READ_ONCE(sk->sk_state)) {
	case TCP_NEW_SYN_RECV:
		return TCP_SYN_RECV;
	case TCP_TIME_WAIT:
		return READ_ONCE(inet_twsk(sk)->tw_substate);
	default:
		return READ_ONCE(sk->sk_state);
	}
}

static int tcpulse_reset_look_up(const struct net *net,
				 const struct sk_buff *skb,
				 const struct tcphdr *th)
{
	/* A dst has a device, see packet.h. */
	const int dif = skb_valid_dst(skb) ?
			READ_ONCE(skb_dst(skb)->dev)->ifindex : 0;
	struct sock *sk = tcpulse_reset_find(net, skb, th, dif);
	int state;

	if (!sk)
		return tcpulse_reset_is_listener(net, skb, th, dif) ?
		       TCP_LISTEN : TCP_CLOSE;
	state = tcpulse_reset_state_of(sk);
	sock_gen_put(sk);
	return state;
}

/**
 * tcpulse_reset_state() - the state of the connection that sends a RST
 * @net: namespace
 * @sk: socket that sends it: the connection's own, or one of the kernel's
 * @skb: the RST
 * @th: its TCP header
 *
 * Context: RCU, softirq or process context.
 * Return: TCP_CLOSE for none, TCP_LISTEN for a listener that has no such
 *	connection.
 */
int tcpulse_reset_state(const struct net *net, const struct sock *sk,
			const struct sk_buff *skb, const struct tcphdr *th)
{
	int state;

	/*
	 * 7.x lets a listener own what is sent for one of its request socks; a raw
	 * or packet socket may send a RST in anybody's name.
	 */
	if (sk && sk_fullsock(sk) && sk_is_tcp(sk) &&
	    READ_ONCE(sk->sk_state) != TCP_LISTEN)
		return tcpulse_reset_of_socket(sk);
	state = tcpulse_reset_announced(th);
	return state ?: tcpulse_reset_look_up(net, skb, th);
}
