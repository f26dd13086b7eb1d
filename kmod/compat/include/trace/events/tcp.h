/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadows <trace/events/tcp.h>: prototypes of probes of tcp_send_reset and
 * tcp_retransmit_skb.
 * No include guard around the kernel's header: trace headers are read twice.
 */
#include_next <trace/events/tcp.h>

#ifndef _TCPULSE_COMPAT_TRACE_TCP_H
#define _TCPULSE_COMPAT_TRACE_TCP_H

#include <tcpulse/answers.h>

#if TCPULSE_HAVE_SEND_RESET_REASON
#define TCPULSE_PROBE_SEND_RESET(probe)                           \
	void probe(void *data, const struct sock *sk,             \
		   const struct sk_buff *skb,                     \
		   const enum sk_rst_reason reason)
#else
#define TCPULSE_PROBE_SEND_RESET(probe)                           \
	void probe(void *data, const struct sock *sk,             \
		   const struct sk_buff *skb)
#endif

/* Before it had the error it came for successful ones only. */
#if TCPULSE_HAVE_RETRANSMIT_ERR
#define TCPULSE_PROBE_RETRANSMIT(probe)                           \
	void probe(void *data, const struct sock *sk,             \
		   const struct sk_buff *skb, int err)
#define TCPULSE_RETRANSMIT_ERR err
#else
#define TCPULSE_PROBE_RETRANSMIT(probe)                           \
	void probe(void *data, const struct sock *sk,             \
		   const struct sk_buff *skb)
#define TCPULSE_RETRANSMIT_ERR 0
#endif

#endif /* _TCPULSE_COMPAT_TRACE_TCP_H */
