// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints of packets that are freed: TCP has done with what it had in
 * hand. What that ended, refused or made is decided in timewait.c, overflow.c
 * and received.c.
 */
#include <linux/skbuff.h>
#include <linux/tcp.h>

#include "freed.h"
#include "net.h"
#include "overflow.h"
#include "packet.h"
#include "received.h"
#include "segment.h"
#include "timewait.h"

static noinline void tcpulse_freed_other(const struct sk_buff *skb)
{
	struct net *net = tcpulse_packet_net(skb);
	struct tcpulse_cpu __percpu *pcpu = net ? tcpulse_net_cpu(net) : NULL;

	if (pcpu && tcpulse_overflow_is_due(pcpu, net))
		tcpulse_overflow_settle_other(pcpu, net, skb);
}

static noinline void tcpulse_freed_early(const struct sk_buff *skb)
{
	struct net *net = tcpulse_packet_is_routed(skb) ? tcpulse_packet_net(skb) :
							  NULL;
	struct tcpulse_cpu __percpu *pcpu = net ? tcpulse_net_cpu(net) : NULL;

	if (pcpu)
		tcpulse_segment_refused(pcpu, net, skb);
}

/* A packet is freed, because nobody kept it or because it was of use. */
static __always_inline void tcpulse_freed(const struct sk_buff *skb, bool dropped)
{
	const struct tcphdr *th = tcpulse_packet_tcp(skb);
	struct tcpulse_cpu __percpu *pcpu;
	struct net *net;

	if (!th) {
		if (unlikely(tcpulse_packet_is_other(skb)))
			tcpulse_freed_other(skb);
		else if (tcpulse_received_may_be(skb))
			tcpulse_freed_early(skb);
		return;
	}
	net = tcpulse_packet_net(skb);
	pcpu = net ? tcpulse_net_cpu(net) : NULL;
	if (unlikely(!pcpu))
		return;
	if (dropped)
		tcpulse_timewait_dropped(pcpu, net, skb, th);
	else
		tcpulse_timewait_consumed(pcpu, net, skb, th);
	if (tcpulse_overflow_is_due(pcpu, net))
		tcpulse_overflow_settle(pcpu, net, skb, th);
}

/* Tracepoint kfree_skb. Context: any; preemptible and outside RCU on 7.x. */
TCPULSE_PROBE_KFREE_SKB(tcpulse_freed_kfree_skb)
{
	tcpulse_freed(skb, true);
}

/* Tracepoint consume_skb. Context: any; preemptible and outside RCU on 7.x. */
TCPULSE_PROBE_CONSUME_SKB(tcpulse_freed_consume_skb)
{
	tcpulse_freed(skb, false);
}
