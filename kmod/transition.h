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

#endif /* _TCPULSE_TRANSITION_H */
