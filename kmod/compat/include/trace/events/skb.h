/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadows <trace/events/skb.h>: prototypes of probes of kfree_skb and consume_skb.
 * No include guard around the kernel's header: trace headers are read twice.
 */
#include_next <trace/events/skb.h>

#ifndef _TCPULSE_COMPAT_TRACE_SKB_H
#define _TCPULSE_COMPAT_TRACE_SKB_H

#include <linux/version.h>

/* 6.11 added the receiving socket, later made const */
#if TCPULSE_KERNEL_BEFORE(6, 11)
#define TCPULSE_PROBE_KFREE_SKB(probe)                                     \
	void probe(void *data, struct sk_buff *skb, void *location,        \
		   enum skb_drop_reason reason)
#elif TCPULSE_KERNEL_BEFORE(7, 0)
#define TCPULSE_PROBE_KFREE_SKB(probe)                                     \
	void probe(void *data, struct sk_buff *skb, void *location,        \
		   enum skb_drop_reason reason, struct sock *rx_sk)
#else
#define TCPULSE_PROBE_KFREE_SKB(probe)                                     \
	void probe(void *data, struct sk_buff *skb, void *location,        \
		   enum skb_drop_reason reason, const struct sock *rx_sk)
#endif

/* 6.3 added the location */
#if TCPULSE_KERNEL_BEFORE(6, 3)
#define TCPULSE_PROBE_CONSUME_SKB(probe) \
	void probe(void *data, struct sk_buff *skb)
#else
#define TCPULSE_PROBE_CONSUME_SKB(probe) \
	void probe(void *data, struct sk_buff *skb, void *location)
#endif

#endif /* _TCPULSE_COMPAT_TRACE_SKB_H */
