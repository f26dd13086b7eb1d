/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadows <trace/events/tcp.h>: the prototype of a probe of tcp_send_reset.
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

#endif /* _TCPULSE_COMPAT_TRACE_TCP_H */
