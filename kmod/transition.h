/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which transitions TCP has in Linux. RFC 9293's LISTEN to SYN-SENT and
 * SYN-RECV to LISTEN do not exist here: the listener is a socket of its own.
 */
#ifndef _TCPULSE_TRANSITION_H
#define _TCPULSE_TRANSITION_H

#include <linux/bits.h>
#include <linux/types.h>
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
 * tcpulse_transition_source() - which state an event leaves
 * @from: state that the event says it leaves
 * @to: state it enters
 *
 * A child is a copy of its listener, which another CPU may have closed a moment
 * ago: then it seems to come from CLOSE, as nothing else in SYN-RECV does.
 *
 * Return: the state.
 */
static inline int tcpulse_transition_source(int from, int to)
{
	return from == TCP_CLOSE && to == TCP_SYN_RECV ? TCP_LISTEN : from;
}

#endif /* _TCPULSE_TRANSITION_H */
