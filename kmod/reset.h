/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_RESET_H
#define _TCPULSE_RESET_H

#include <linux/percpu.h>
#include <net/sock.h>

#include "tcpulse.h"

struct tcphdr;

/**
 * struct tcpulse_closed - the socket last closed on this CPU
 * @sk: which; compared only
 * @state: the state it left
 */
struct tcpulse_closed {
	const struct sock *sk;
	int state;
};

DECLARE_PER_CPU(struct tcpulse_closed, tcpulse_closed);

/* TCP closes a socket first and then sends the RST for it. */
static __always_inline void tcpulse_reset_closed(const struct sock *sk,
						 int oldstate)
{
	this_cpu_write(tcpulse_closed.sk, sk);
	this_cpu_write(tcpulse_closed.state, oldstate);
}

void tcpulse_reset_announce(const struct sock *sk);
int tcpulse_reset_state(const struct net *net, const struct sock *sk,
			const struct sk_buff *skb, const struct tcphdr *th);

#endif /* _TCPULSE_RESET_H */
