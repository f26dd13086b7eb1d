/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What can be read from a packet that is being freed. Most are none of ours.
 */
#ifndef _TCPULSE_PACKET_H
#define _TCPULSE_PACKET_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/preempt.h>
#include <linux/tcp.h>
#include <net/dst.h>
#include <net/dst_metadata.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>

/*
 * The TCP header of a segment that was received, routed and is being freed in a
 * softirq; NULL for any other packet. What a tunnel in metadata mode hands on has
 * a dst before it is routed, one without a device: DST_METADATA tells, which
 * metadata_dst_alloc() and nobody else sets.
 */
static __always_inline const struct tcphdr *
tcpulse_packet_tcp(const struct sk_buff *skb)
{
	if (!in_softirq() || !skb->skb_iif || !skb_valid_dst(skb) ||
	    !skb_transport_header_was_set(skb) ||
	    skb_tail_pointer(skb) - skb_transport_header(skb) <
	    (int)sizeof(struct tcphdr))
		return NULL;
	if (skb->protocol == htons(ETH_P_IP))
		return ip_hdr(skb)->protocol == IPPROTO_TCP ? tcp_hdr(skb) : NULL;
	/* Extension headers are not worth a walk: who looks, looks it up. */
	if (skb->protocol == htons(ETH_P_IPV6))
		return ipv6_hdr(skb)->nexthdr == IPPROTO_TCP ||
		       ipv6_ext_hdr(ipv6_hdr(skb)->nexthdr) ? tcp_hdr(skb) : NULL;
	return NULL;
}

/*
 * Of a packet that tcpulse_packet_tcp() took: every dst but one of metadata has a
 * device from dst_init() or its maker on, as long as it is referenced. skb->dev is
 * gone when TCP has had the segment.
 */
static __always_inline struct net *tcpulse_packet_net(const struct sk_buff *skb)
{
	return dev_net(skb_dst(skb)->dev);
}

/* Whether it was for this host, not on its way through. */
static inline bool tcpulse_packet_is_local(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return skb_rtable(skb)->rt_flags & RTCF_LOCAL;
	return ((const struct rt6_info *)skb_dst(skb))->rt6i_flags &
	       (RTF_LOCAL | RTF_ANYCAST) ||
	       ipv6_addr_is_multicast(&ipv6_hdr(skb)->daddr);
}

#endif /* _TCPULSE_PACKET_H */
