/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which transitions TCP has in Linux. RFC 9293's LISTEN to SYN-SENT and
 * SYN-RECV to LISTEN do not exist here: the listener is a socket of its own.
 */
#ifndef _TCPULSE_TRANSITION_H
#define _TCPULSE_TRANSITION_H

#include <linux/bits.h>
#include <linux/types.h>
#include <net/sock.h>
#include <net/tcp_states.h>

static inline bool tcpulse_transition_is_regular(int from, int to)
{
	static const u16 regular[] = {
		[TCP_ESTABLISHED] = TCPF_FIN_WAIT1 | TCPF_CLOSE_WAIT | TCPF_CLOSE,
		[TCP_SYN_SENT] = TCPF_SYN_RECV | TCPF_ESTABLISHED | TCPF_CLOSE,
		[TCP_SYN_RECV] = TCPF_ESTABLISHED | TCPF_FIN_WAIT1 |
				 TCPF_CLOSE_WAIT | TCPF_CLOSE,
		[TCP_FIN_WAIT1] = TCPF_FIN_WAIT2 | TCPF_CLOSING | TCPF_CLOSE,
		[TCP_FIN_WAIT2] = TCPF_TIME_WAIT | TCPF_CLOSE,
		[TCP_TIME_WAIT] = TCPF_CLOSE,
		[TCP_CLOSE] = TCPF_SYN_SENT | TCPF_LISTEN,
		[TCP_CLOSE_WAIT] = TCPF_LAST_ACK | TCPF_CLOSE,
		[TCP_LAST_ACK] = TCPF_CLOSE,
		[TCP_LISTEN] = TCPF_SYN_RECV | TCPF_CLOSE,
		[TCP_CLOSING] = TCPF_TIME_WAIT | TCPF_CLOSE,
	};

	return regular[from] & BIT(to);
}

/**
 * tcpulse_transition_is_birth() - is a child born, or does a socket change state?
 * @sk: socket
 * @to: state it enters
 *
 * A child is a copy of its listener and seems to leave the state that this one is in:
 * mostly LISTEN, but the owner of a listener may have disconnected it a moment ago and
 * connected it again. What else enters SYN-RECV does so for a segment that found it in
 * the table of connections, while a copy is in none: sk_clone_lock() sees to that.
 *
 * Return: whether it is born.
 */
static inline bool tcpulse_transition_is_birth(const struct sock *sk, int to)
{
	return to == TCP_SYN_RECV && sk_unhashed(sk);
}

#endif /* _TCPULSE_TRANSITION_H */
