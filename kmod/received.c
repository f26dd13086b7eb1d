// SPDX-License-Identifier: GPL-2.0
/*
 * Of the segments that pass LOCAL_IN: does TCP get it? IPv6 looks at extension headers
 * after that, one by one, and may refuse what is behind them, send it elsewhere, or keep
 * it until its other fragments are there.
 */
#include <linux/ipv6.h>
#include <net/ipv6.h>

#include "received.h"

DEFINE_PER_CPU(struct tcpulse_received, tcpulse_received);

#if IS_ENABLED(CONFIG_IPV6)
static bool tcpulse_received_has(const struct sk_buff *skb, int header, int flags)
{
	int offset = 0;

	return ipv6_find_hdr(skb, &offset, header, NULL, &flags) >= 0;
}

/*
 * What is authenticated comes by once more, without that header; what has a next address
 * in a routing header goes there first.
 */
static bool tcpulse_received_goes_elsewhere(const struct sk_buff *skb)
{
	return tcpulse_received_has(skb, NEXTHDR_AUTH, 0) ||
	       tcpulse_received_has(skb, NEXTHDR_ROUTING, IP6_FH_F_SKIP_RH);
}

/**
 * tcpulse_received_behind() - find TCP behind extension headers
 * @skb: packet of IPv6 at LOCAL_IN
 *
 * A fragment is none: which of them completes the segment, no hook sees.
 *
 * Context: softirq.
 * Return: offset of the TCP header, or negative if none comes to TCP from here.
 */
int tcpulse_received_behind(const struct sk_buff *skb)
{
	u8 nexthdr = ipv6_hdr(skb)->nexthdr;
	__be16 frag_off = 0;
	int offset;

	offset = ipv6_skip_exthdr(skb, skb_network_offset(skb) +
				  (int)sizeof(struct ipv6hdr), &nexthdr, &frag_off);
	if (offset < 0 || nexthdr != IPPROTO_TCP ||
	    frag_off & htons(IP6_OFFSET | IP6_MF) ||
	    tcpulse_received_goes_elsewhere(skb))
		return -1;
	return offset;
}
#endif

/**
 * tcpulse_received_remember() - a segment was counted, which may still be refused
 * @net: namespace
 * @skb: packet
 * @th: TCP header
 * @payload: how many bytes come after that
 *
 * Context: softirq.
 */
void tcpulse_received_remember(const struct net *net, const struct sk_buff *skb,
			       const struct tcphdr *th, int payload)
{
	struct tcpulse_received *received = this_cpu_ptr(&tcpulse_received);

	received->net = net;
	received->skb = skb;
	received->hand = tcpulse_hand(net);
	received->th = *th;
	received->payload = payload;
}

/**
 * tcpulse_received_take() - was what is being freed the segment remembered?
 * @net: its namespace
 * @skb: packet
 *
 * TCP has counted no segment since: it was refused before.
 *
 * Context: softirq.
 * Return: the segment, until the next one is remembered, or NULL; it is asked once.
 */
const struct tcpulse_received *
tcpulse_received_take(const struct net *net, const struct sk_buff *skb)
{
	struct tcpulse_received *received = this_cpu_ptr(&tcpulse_received);

	if (received->skb != skb || received->net != net)
		return NULL;
	received->skb = NULL;
	return tcpulse_hand_is(&received->hand, net) ? received : NULL;
}
