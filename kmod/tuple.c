// SPDX-License-Identifier: GPL-2.0
/*
 * Keys of segments and sockets, and look-ups by them.
 */
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/string.h>
#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/inet_sock.h>
#include <net/inet_timewait_sock.h>
#include <net/tcp.h>

#include "tuple.h"

/**
 * tcpulse_tuple_received() - what TCP looks up when it gets a segment
 * @tuple: result
 * @skb: segment that TCP has had, with its dst; of one that it has not had, the
 *	interfaces are anything
 * @th: its TCP header
 *
 * Interfaces are not skb_iif: what comes by lo is for the device that has the address,
 * what comes by a VRF for the VRF and the device below. TCP has put them into the
 * control block of what it had.
 */
void tcpulse_tuple_received(struct tcpulse_tuple *tuple,
			    const struct sk_buff *skb, const struct tcphdr *th)
{
	memset(tuple, 0, sizeof(*tuple));
	tuple->sport = th->source;
	tuple->hnum = ntohs(th->dest);
	if (skb->protocol == htons(ETH_P_IP)) {
		tuple->family = AF_INET;
		tuple->saddr.s6_addr32[0] = ip_hdr(skb)->saddr;
		tuple->daddr.s6_addr32[0] = ip_hdr(skb)->daddr;
		tuple->dif = inet_iif(skb);
		tuple->sdif = tcp_v4_sdif((struct sk_buff *)skb);
		return;
	}
#if IS_ENABLED(CONFIG_IPV6)
	tuple->family = AF_INET6;
	tuple->saddr = ipv6_hdr(skb)->saddr;
	tuple->daddr = ipv6_hdr(skb)->daddr;
	tuple->dif = tcp_v6_iif_l3_slave(skb);
	tuple->sdif = tcp_v6_sdif(skb);
#endif
}

/* The ports of the segment of ours that an ICMP error quotes at @offset. */
static bool tcpulse_tuple_ports(struct tcpulse_tuple *tuple,
				const struct sk_buff *skb, int offset)
{
	const __be16 *port;
	__be16 copy[2];

	port = skb_header_pointer(skb, offset, sizeof(copy), copy);
	if (!port)
		return false;
	tuple->hnum = ntohs(port[0]);
	tuple->sport = port[1];
	return true;
}

static bool tcpulse_tuple_quoted4(struct tcpulse_tuple *tuple,
				  const struct sk_buff *skb, int offset)
{
	const struct iphdr *iph;
	struct iphdr copy;

	iph = skb_header_pointer(skb, offset, sizeof(copy), &copy);
	if (!iph || iph->protocol != IPPROTO_TCP)
		return false;
	tuple->family = AF_INET;
	tuple->saddr.s6_addr32[0] = iph->daddr;
	tuple->daddr.s6_addr32[0] = iph->saddr;
	tuple->dif = inet_iif(skb);
	tuple->sdif = inet_sdif(skb);
	return tcpulse_tuple_ports(tuple, skb, offset + iph->ihl * 4);
}

#if IS_ENABLED(CONFIG_IPV6)
static bool tcpulse_tuple_quoted6(struct tcpulse_tuple *tuple,
				  const struct sk_buff *skb, int offset)
{
	const struct ipv6hdr *iph;
	struct ipv6hdr copy;

	iph = skb_header_pointer(skb, offset, sizeof(copy), &copy);
	if (!iph || iph->nexthdr != IPPROTO_TCP)
		return false;
	tuple->family = AF_INET6;
	tuple->saddr = iph->daddr;
	tuple->daddr = iph->saddr;
	tuple->dif = inet6_iif(skb);
	tuple->sdif = inet6_sdif(skb);
	return tcpulse_tuple_ports(tuple, skb, offset + sizeof(*iph));
}
#endif

/**
 * tcpulse_tuple_quoted() - what TCP looks up when it gets an ICMP error
 * @tuple: result
 * @skb: received and routed, any protocol but TCP
 *
 * Of a segment of IPv6 with extension headers nothing is said.
 *
 * Return: whether it is an error about a segment of ours.
 */
bool tcpulse_tuple_quoted(struct tcpulse_tuple *tuple, const struct sk_buff *skb)
{
	const int offset = skb_transport_offset(skb) + (int)sizeof(struct icmphdr);

	memset(tuple, 0, sizeof(*tuple));
	if (skb->protocol == htons(ETH_P_IP))
		return ip_hdr(skb)->protocol == IPPROTO_ICMP &&
		       tcpulse_tuple_quoted4(tuple, skb, offset);
#if IS_ENABLED(CONFIG_IPV6)
	if (skb->protocol == htons(ETH_P_IPV6))
		return ipv6_hdr(skb)->nexthdr == IPPROTO_ICMPV6 &&
		       tcpulse_tuple_quoted6(tuple, skb, offset);
#endif
	return false;
}

/**
 * tcpulse_tuple_sent() - what TCP would look up when it got an answer
 * @tuple: result; without an interface, which a segment that is sent does not tell
 * @f: IP version, as the hook says: in a VRF @skb does not know yet
 * @skb: segment
 * @th: its TCP header
 */
void tcpulse_tuple_sent(struct tcpulse_tuple *tuple, enum tcpulse_family f,
			const struct sk_buff *skb, const struct tcphdr *th)
{
	memset(tuple, 0, sizeof(*tuple));
	tuple->sport = th->dest;
	tuple->hnum = ntohs(th->source);
	if (f == TCPULSE_V4) {
		tuple->family = AF_INET;
		tuple->saddr.s6_addr32[0] = ip_hdr(skb)->daddr;
		tuple->daddr.s6_addr32[0] = ip_hdr(skb)->saddr;
		return;
	}
#if IS_ENABLED(CONFIG_IPV6)
	tuple->family = AF_INET6;
	tuple->saddr = ipv6_hdr(skb)->daddr;
	tuple->daddr = ipv6_hdr(skb)->saddr;
#endif
}

/* Of any object in TCP's tables, by what all of them share, but its interface. */
static void tcpulse_tuple_addresses(struct tcpulse_tuple *tuple,
				    const struct sock_common *skc)
{
	memset(tuple, 0, sizeof(*tuple));
	tuple->sport = skc->skc_dport;
	tuple->hnum = skc->skc_num;
#if IS_ENABLED(CONFIG_IPV6)
	if (skc->skc_family == AF_INET6 &&
	    !ipv6_addr_v4mapped(&skc->skc_v6_daddr)) {
		tuple->family = AF_INET6;
		tuple->saddr = skc->skc_v6_daddr;
		tuple->daddr = skc->skc_v6_rcv_saddr;
		return;
	}
#endif
	tuple->family = AF_INET;
	tuple->saddr.s6_addr32[0] = skc->skc_daddr;
	tuple->daddr.s6_addr32[0] = skc->skc_rcv_saddr;
}

/**
 * tcpulse_tuple_child() - what the segments of a listener's child are looked up by
 * @tuple: result
 * @sk: child, bound to an interface if its listener is
 */
void tcpulse_tuple_child(struct tcpulse_tuple *tuple, const struct sock *sk)
{
	tcpulse_tuple_addresses(tuple, &sk->__sk_common);
	tuple->dif = sk->sk_bound_dev_if;
}

/**
 * tcpulse_tuple_minisock() - the same of a TIME_WAIT minisock
 * @tuple: result
 * @tw: minisock
 */
void tcpulse_tuple_minisock(struct tcpulse_tuple *tuple,
			    const struct inet_timewait_sock *tw)
{
	tcpulse_tuple_addresses(tuple, &tw->__tw_common);
	tuple->dif = tw->tw_bound_dev_if;
}

/* Whether both are of one connection; interfaces are not compared. */
bool tcpulse_tuple_is(const struct tcpulse_tuple *a,
		      const struct tcpulse_tuple *b)
{
	return a->sport == b->sport && a->hnum == b->hnum &&
	       a->family == b->family &&
	       !memcmp(&a->saddr, &b->saddr, sizeof(a->saddr)) &&
	       !memcmp(&a->daddr, &b->daddr, sizeof(a->daddr));
}

/**
 * tcpulse_tuple_connection() - find what is no listener
 * @net: namespace
 * @tuple: of a segment
 *
 * Context: RCU.
 * Return: full socket, request or minisock, with a reference for sock_gen_put();
 *	NULL if there is none.
 */
struct sock *tcpulse_tuple_connection(const struct net *net,
				      const struct tcpulse_tuple *tuple)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (tuple->family == AF_INET6)
		return tcpulse_inet6_lookup(net, &tuple->saddr, tuple->sport,
					    &tuple->daddr, tuple->hnum,
					    tuple->dif, tuple->sdif);
#endif
	return tcpulse_inet_lookup(net, tuple->saddr.s6_addr32[0], tuple->sport,
				   tuple->daddr.s6_addr32[0], tuple->hnum,
				   tuple->dif, tuple->sdif);
}

/**
 * tcpulse_tuple_listener() - find the listener, as the kernel chooses it
 * @net: namespace
 * @tuple: of a segment
 *
 * Context: RCU.
 * Return: listener, not referenced, or NULL.
 */
const struct sock *tcpulse_tuple_listener(const struct net *net,
					  const struct tcpulse_tuple *tuple)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (tuple->family == AF_INET6)
		return tcpulse_inet6_lookup_listener(net, &tuple->saddr,
						     tuple->sport, &tuple->daddr,
						     tuple->hnum, tuple->dif,
						     tuple->sdif);
#endif
	return tcpulse_inet_lookup_listener(net, tuple->saddr.s6_addr32[0],
					    tuple->sport,
					    tuple->daddr.s6_addr32[0],
					    tuple->hnum, tuple->dif,
					    tuple->sdif);
}
