/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadows <trace/events/tcp.h>: prototypes of probes of tcp_send_reset and
 * tcp_retransmit_skb.
 * No include guard around the kernel's header: trace headers are read twice.
 */
#include_next <trace/events/tcp.h>

#ifndef _TCPULSE_COMPAT_TRACE_TCP_H
#define _TCPULSE_COMPAT_TRACE_TCP_H

#include <linux/version.h>

/* 6.10 added the reason: "rstreason: make it work in trace world" */
#if TCPULSE_KERNEL_BEFORE(6, 10)
#define TCPULSE_PROBE_SEND_RESET(probe)                           \
	void probe(void *data, const struct sock *sk,             \
		   const struct sk_buff *skb)
#else
#define TCPULSE_PROBE_SEND_RESET(probe)                           \
	void probe(void *data, const struct sock *sk,             \
		   const struct sk_buff *skb,                     \
		   const enum sk_rst_reason reason)
#endif

/* Before it had the error it came for successful ones only. */
#if TCPULSE_KERNEL_BEFORE(7, 0)
#define TCPULSE_PROBE_RETRANSMIT(probe)                           \
	void probe(void *data, const struct sock *sk,             \
		   const struct sk_buff *skb)
#define TCPULSE_RETRANSMIT_ERR 0
#else
#define TCPULSE_PROBE_RETRANSMIT(probe)                           \
	void probe(void *data, const struct sock *sk,             \
		   const struct sk_buff *skb, int err)
#define TCPULSE_RETRANSMIT_ERR err
#endif

#endif /* _TCPULSE_COMPAT_TRACE_TCP_H */
