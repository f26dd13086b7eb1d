/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What can be read from a packet that is being freed. Most are none of ours.
 */
#ifndef _TCPULSE_PACKET_H
#define _TCPULSE_PACKET_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/preempt.h>
#include <linux/tcp.h>
#include <net/dst.h>
#include <net/dst_metadata.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>

/*
 * Behind extension headers. What skb_transport_header() was set to is TCP's header only
 * once IPv6 has come past them all, before that it is the first of them.
 */
static noinline_for_stack const struct tcphdr *
tcpulse_packet_tcp_far(const struct sk_buff *skb)
{
	const int start = skb_network_offset(skb) + (int)sizeof(struct ipv6hdr);
	u8 nexthdr = ipv6_hdr(skb)->nexthdr;
	__be16 frag_off = 0;
	int offset;

	offset = ipv6_skip_exthdr(skb, start, &nexthdr, &frag_off);
	return offset == skb_transport_offset(skb) && nexthdr == IPPROTO_TCP &&
	       !(frag_off & htons(IP6_OFFSET)) ? tcp_hdr(skb) : NULL;
}

/* Received, and has a dst of its own; being freed in a softirq. See below. */
static __always_inline bool tcpulse_packet_is_routed(const struct sk_buff *skb)
{
	return in_softirq() && skb->skb_iif && skb_valid_dst(skb);
}

/*
 * The TCP header of a segment that was received, routed and is being freed in a
 * softirq; NULL for any other packet. Who guarantees what is read, on 6.1 to 7.3:
 *
 * skb_iif: __netif_receive_skb_core(), so that it came from a device.
 * dst: skb_valid_dst(). What a tunnel in metadata mode hands on has a dst before it
 *	is routed, one without a device: DST_METADATA tells, which
 *	metadata_dst_alloc() and nobody else sets.
 * IP header: who routed it has read it, and pulled it into the linear part: no dst
 *	comes from a packet without.
 * TCP header: nobody. The transport header is where the receive path or GRO has put
 *	it, and must lie before the tail with all its bytes; a fragment has payload
 *	there.
 */
static __always_inline const struct tcphdr *
tcpulse_packet_tcp(const struct sk_buff *skb)
{
	if (!tcpulse_packet_is_routed(skb) ||
	    !skb_transport_header_was_set(skb) ||
	    skb_tail_pointer(skb) - skb_transport_header(skb) <
	    (int)sizeof(struct tcphdr))
		return NULL;
	if (skb->protocol == htons(ETH_P_IP))
		return ip_hdr(skb)->protocol == IPPROTO_TCP &&
		       !(ip_hdr(skb)->frag_off & htons(IP_OFFSET)) ?
		       tcp_hdr(skb) : NULL;
	if (skb->protocol != htons(ETH_P_IPV6))
		return NULL;
	if (likely(ipv6_hdr(skb)->nexthdr == IPPROTO_TCP))
		return tcp_hdr(skb);
	return ipv6_ext_hdr(ipv6_hdr(skb)->nexthdr) ?
	       tcpulse_packet_tcp_far(skb) : NULL;
}

/*
 * What else makes counters of listeners grow: an ICMP message about one of our segments,
 * and DCCP, which uses the same counters (up to 6.15). Reads of the IP header what
 * tcpulse_packet_tcp() reads, and nothing beyond: the message itself is read with
 * skb_header_pointer(), as nobody guarantees where it is.
 */
static __always_inline bool tcpulse_packet_is_other(const struct sk_buff *skb)
{
	u8 protocol;

	if (!tcpulse_packet_is_routed(skb) || !skb_transport_header_was_set(skb))
		return false;
	if (skb->protocol == htons(ETH_P_IP))
		protocol = ip_hdr(skb)->protocol;
	else if (skb->protocol == htons(ETH_P_IPV6))
		protocol = ipv6_hdr(skb)->nexthdr;
	else
		return false;
	return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6 ||
	       protocol == IPPROTO_DCCP;
}

/*
 * Of a packet that one of the above took: every dst but one of metadata has a
 * device from dst_init() or its maker on, as long as it is referenced. skb->dev is
 * gone when TCP has had the segment.
 *
 * When a device goes, dst_dev_put() gives its dsts another one, which belongs to
 * the first namespace whoever's they were: then nobody knows.
 *
 * Return: NULL when nobody knows.
 */
static __always_inline struct net *tcpulse_packet_net(const struct sk_buff *skb)
{
	const struct net_device *dev = READ_ONCE(skb_dst(skb)->dev);

	return likely(dev != blackhole_netdev) ? dev_net(dev) : NULL;
}

/*
 * Whether it was for this host, not on its way through. A bridge that hands packets to
 * netfilter gives them a dst of IPv4, whatever they are.
 */
static inline bool tcpulse_packet_is_local(const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	if (skb->protocol == htons(ETH_P_IP))
		return dst->ops->family == AF_INET &&
		       skb_rtable(skb)->rt_flags & RTCF_LOCAL;
	return dst->ops->family == AF_INET6 &&
	       (((const struct rt6_info *)dst)->rt6i_flags &
		(RTF_LOCAL | RTF_ANYCAST) ||
		ipv6_addr_is_multicast(&ipv6_hdr(skb)->daddr));
}

#endif /* _TCPULSE_PACKET_H */
