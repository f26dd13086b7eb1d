/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadows <trace/events/skb.h>: prototypes of probes of kfree_skb and consume_skb.
 * No include guard around the kernel's header: trace headers are read twice.
 */
#include_next <trace/events/skb.h>

#ifndef _TCPULSE_COMPAT_TRACE_SKB_H
#define _TCPULSE_COMPAT_TRACE_SKB_H

#include <tcpulse/answers.h>

#if TCPULSE_HAVE_KFREE_SKB_RX_SK_CONST
#define TCPULSE_PROBE_KFREE_SKB(probe)                                     \
	void probe(void *data, struct sk_buff *skb, void *location,        \
		   enum skb_drop_reason reason, const struct sock *rx_sk)
#elif TCPULSE_HAVE_KFREE_SKB_RX_SK
#define TCPULSE_PROBE_KFREE_SKB(probe)                                     \
	void probe(void *data, struct sk_buff *skb, void *location,        \
		   enum skb_drop_reason reason, struct sock *rx_sk)
#else
#define TCPULSE_PROBE_KFREE_SKB(probe)                                     \
	void probe(void *data, struct sk_buff *skb, void *location,        \
		   enum skb_drop_reason reason)
#endif

#if TCPULSE_HAVE_CONSUME_SKB_LOCATION
#define TCPULSE_PROBE_CONSUME_SKB(probe) \
	void probe(void *data, struct sk_buff *skb, void *location)
#else
#define TCPULSE_PROBE_CONSUME_SKB(probe) \
	void probe(void *data, struct sk_buff *skb)
#endif

#endif /* _TCPULSE_COMPAT_TRACE_SKB_H */
