/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_RECEIVED_H
#define _TCPULSE_RECEIVED_H

#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/net_namespace.h>

#include "hand.h"

/**
 * struct tcpulse_received - a segment that IPv6 may still refuse
 * @net: its namespace, compared only
 * @skb: the segment, compared only
 * @hand: the segment before it
 * @th: its TCP header
 * @payload: how many bytes come after that
 */
struct tcpulse_received {
	const struct net *net;
	const struct sk_buff *skb;
	struct tcpulse_hand hand;
	struct tcphdr th;
	int payload;
};

DECLARE_PER_CPU(struct tcpulse_received, tcpulse_received);

/* Most of what is freed is not. Context: any; asked again with softirqs off. */
static __always_inline bool
tcpulse_received_may_be(const struct sk_buff *skb)
{
	return unlikely(this_cpu_read(tcpulse_received.skb) == skb);
}

int tcpulse_received_behind(const struct sk_buff *skb);
void tcpulse_received_remember(const struct net *net, const struct sk_buff *skb,
			       const struct tcphdr *th, int payload);
const struct tcpulse_received *
tcpulse_received_take(const struct net *net, const struct sk_buff *skb);

#endif /* _TCPULSE_RECEIVED_H */
