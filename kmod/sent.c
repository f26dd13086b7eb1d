// SPDX-License-Identifier: GPL-2.0
/*
 * Of the segments that pass LOCAL_OUT: is it TCP that sends it, and is it sent only now?
 * Filters send in the name of others (REJECT, SYNPROXY), copy (dup, TEE) and hand on
 * (ip_vs), raw and packet sockets send what they like; and what goes through a VRF or
 * xfrm comes by once more, for rules that ask for the device below.
 */
#include <linux/preempt.h>
#include <linux/tcp.h>
#include <net/dst_metadata.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>

#include "mib.h"
#include "sent.h"

/*
 * VRF takes what is to leave by a device below it and asks LOCAL_OUT for itself: at once,
 * or, when it has a queue, by the segment going to it first, of which only the dst tells
 * for IPv6. The second time device and dst are those below.
 */
static bool tcpulse_sent_below_vrf(const struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	return state->out && netif_is_l3_slave(state->out) &&
	       skb_valid_dst(skb) &&
	       !netif_is_l3_master(READ_ONCE(skb_dst(skb)->dev));
}

/**
 * tcpulse_sent_before() - has the segment been here already?
 * @f: IP version
 * @skb: segment
 * @state: hook
 *
 * What has been transformed by xfrm, and is still TCP to look at, was here before: IPComp
 * leaves small packets as they are. Of IPv6 VRF does not take what is for the link.
 *
 * Context: RCU.
 * Return: whether it has.
 */
bool tcpulse_sent_before(enum tcpulse_family f, const struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	if (tcpulse_sent_is_transformed(f, skb))
		return true;
	return tcpulse_sent_below_vrf(skb, state) &&
	       (f == TCPULSE_V4 || !rt6_need_strict(&ipv6_hdr(skb)->daddr));
}

/* The kernel's own, by which TCP answers: raw, as those of users, who cannot make it. */
static bool tcpulse_sent_is_control(const struct sock *sk)
{
	return sk->sk_kern_sock && sk->sk_type == SOCK_RAW &&
	       sk->sk_protocol == IPPROTO_TCP;
}

/*
 * A SYN cookie is nobody's, so that a flood does not meet on one socket; but the kernel has
 * counted it just before, on this CPU, where a listener's SYNs never wait for a task. What
 * a task sends may be on its way to another CPU, whose count is another one.
 */
static bool tcpulse_sent_is_cookie(struct tcpulse_cpu __percpu *pcpu,
				   const struct net *net, const struct tcphdr *th)
{
	unsigned long now;

	if (!in_softirq() || !th->syn || !th->ack)
		return false;
	now = tcpulse_mib_here(net, LINUX_MIB_SYNCOOKIESSENT);
	if (now == this_cpu_read(pcpu->cookies))
		return false;
	this_cpu_write(pcpu->cookies, now);
	return true;
}

/**
 * tcpulse_sent_by_tcp() - has TCP sent it?
 * @pcpu: counters of the namespace
 * @skb: segment
 * @state: hook
 * @th: TCP header
 *
 * Who sends says so in @state, but a filter that rejects says it in the name of whose
 * segment it was; so the owner of @skb decides, which TCP sets, if there is one. RSTs of
 * IPv6 have none.
 *
 * Context: RCU.
 * Return: whether it has. A SYN cookie is asked about once.
 */
bool tcpulse_sent_by_tcp(struct tcpulse_cpu __percpu *pcpu,
			 const struct sk_buff *skb,
			 const struct nf_hook_state *state,
			 const struct tcphdr *th)
{
	if (skb->sk)
		return tcpulse_sent_is_owner(skb->sk) ||
		       tcpulse_sent_is_control(skb->sk);
	if (state->sk && sk_fullsock(state->sk) &&
	    tcpulse_sent_is_control(state->sk))
		return true;
	return tcpulse_sent_is_cookie(pcpu, state->net, th);
}

/**
 * tcpulse_sent_start() - begin to tell SYN cookies
 * @tn: per-netns state
 * @net: namespace, in which segments are not counted yet
 *
 * Context: Process context.
 */
void tcpulse_sent_start(struct tcpulse_net *tn, const struct net *net)
{
	int cpu;

	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu_ptr(tn->pcpu, cpu)->cookies,
			   tcpulse_mib_cpu(net, cpu, LINUX_MIB_SYNCOOKIESSENT));
}
