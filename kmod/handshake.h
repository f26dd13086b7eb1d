/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long handshakes took, in buckets of powers of two: the round trip that
 * TCP measured for its SYN, or SYN-ACK, when the connection is established.
 */
#ifndef _TCPULSE_HANDSHAKE_H
#define _TCPULSE_HANDSHAKE_H

#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/tcp.h>

#include "tcpulse.h"

/* Below 2^5 us is one bucket. */
#define TCPULSE_HANDSHAKE_SHIFT 5

static inline u64 tcpulse_handshake_from_us(int slot)
{
	return slot ? 1ULL << (slot + TCPULSE_HANDSHAKE_SHIFT - 1) : 0;
}

static __always_inline int tcpulse_handshake_slot(u32 us)
{
	return min_t(int, fls(us >> TCPULSE_HANDSHAKE_SHIFT),
		     TCPULSE_HANDSHAKE_SLOTS - 1);
}

/*
 * With TCP_REPAIR connect(2) establishes a connection without a segment: no SYN was
 * sent, which segs_out has counted otherwise.
 */
static __always_inline bool
tcpulse_handshake_took_place(const struct sock *sk, int way)
{
	return way == TCPULSE_PASSIVE || likely(tcp_sk(sk)->segs_out);
}

/*
 * The first sample is in srtt_us as it is, times 8; there is none when TCP
 * cannot tell which of several SYNs was answered.
 *
 * Context: preemption off; @sk goes to ESTABLISHED.
 */
static __always_inline void
tcpulse_handshake_count(struct tcpulse_counts __percpu *counts,
			const struct sock *sk, int oldstate)
{
	const u32 us = tcp_sk(sk)->srtt_us >> 3;
	const int way = oldstate == TCP_SYN_SENT ? TCPULSE_ACTIVE :
						   TCPULSE_PASSIVE;

	if (!tcpulse_handshake_took_place(sk, way))
		return;
	this_cpu_inc(counts->handshake[way][us ? tcpulse_handshake_slot(us) :
						  TCPULSE_HANDSHAKE_SLOTS]);
}

#endif /* _TCPULSE_HANDSHAKE_H */
