/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long handshakes took, in buckets of powers of two: the round trip that
 * TCP measured for its SYN, or SYN-ACK, when the connection is established.
 */
#ifndef _TCPULSE_HANDSHAKE_H
#define _TCPULSE_HANDSHAKE_H

#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/net.h>
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
 * A socket of connect(2) whose SYN met the peer's, or its own (simultaneous open),
 * leaves SYN_RECV as the child of a listener does. A child has no struct socket until
 * accept(2) gives it one that is connected: sk_clone_lock() takes the listener's away,
 * inet_accept() does both under the lock of the child. That of connect(2) is not
 * connected before the handshake is, whatever shutdown(2) makes of it. It is there as
 * long as the socket is owned: sock_orphan() comes after the last change of state that
 * its owner makes, under the lock that all changes of state have. A child that joins an
 * MPTCP connection gets that one's while in SYN_RECV, which may never have been told
 * that it is connected; it is not its own (__mptcp_finish_join(); taken back under the
 * same lock).
 */
static __always_inline int tcpulse_handshake_way(const struct sock *sk, int oldstate)
{
	const struct socket *owner = sk->sk_socket;

	if (oldstate == TCP_SYN_SENT)
		return TCPULSE_ACTIVE;
	return unlikely(owner) && READ_ONCE(owner->sk) == sk &&
	       READ_ONCE(owner->state) != SS_CONNECTED ?
	       TCPULSE_ACTIVE : TCPULSE_PASSIVE;
}

/*
 * The first sample is in srtt_us as it is, times 8; there is none when TCP
 * cannot tell which of several SYNs was answered.
 *
 * Context: preemption off, @sk locked; it goes to ESTABLISHED.
 */
static __always_inline void
tcpulse_handshake_count(struct tcpulse_counts __percpu *counts,
			const struct sock *sk, int oldstate)
{
	const u32 us = tcp_sk(sk)->srtt_us >> 3;
	const int way = tcpulse_handshake_way(sk, oldstate);

	if (!tcpulse_handshake_took_place(sk, way))
		return;
	this_cpu_inc(counts->handshake[way][us ? tcpulse_handshake_slot(us) :
						  TCPULSE_HANDSHAKE_UNMEASURED]);
}

/*
 * Without ESTABLISHED: one that is closed, by itself or its peer, while its handshake is
 * not done goes on from SYN_RECV, which is no failed attempt to the kernel either.
 * Others fail: refused, timed out, or the second child of one connection, which two of
 * its segments on two CPUs have made. Without a SYN there was no attempt.
 *
 * Context: as tcpulse_handshake_count(); @sk leaves SYN_SENT or SYN_RECV.
 */
static __always_inline void
tcpulse_handshake_none(struct tcpulse_counts __percpu *counts, const struct sock *sk,
		       int oldstate, int newstate)
{
	const int way = tcpulse_handshake_way(sk, oldstate);

	if (tcpulse_handshake_took_place(sk, way))
		this_cpu_inc(counts->handshake[way][newstate == TCP_CLOSE ?
						    TCPULSE_HANDSHAKE_FAILED :
						    TCPULSE_HANDSHAKE_UNMEASURED]);
}

#endif /* _TCPULSE_HANDSHAKE_H */
