/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_RST_STATE_H
#define _TCPULSE_RST_STATE_H

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/tcp.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "tcpulse.h"

struct tcphdr;

/* Aborts that other tasks may begin on a CPU before one has sent its RST. */
#define TCPULSE_CLOSED_TASKS 64

/* Who leaves another state sends no RST of its own. */
#define TCPULSE_CLOSED_STATES \
	(TCPF_ESTABLISHED | TCPF_SYN_RECV | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | \
	 TCPF_CLOSE_WAIT | TCPF_LAST_ACK | TCPF_CLOSING)

/**
 * struct tcpulse_closed - sockets that were closed on this CPU
 * @softirq: by the softirq that is running, or ran last
 * @task: the last ones that tasks closed, a ring
 * @tasks: how many those were
 *
 * Each is tcpulse_rst_state_key() plus the state it left. A softirq sends its RST
 * before it closes another socket; a task may be interrupted by softirqs, make way
 * for other tasks and move to another CPU between the two.
 */
struct tcpulse_closed {
	unsigned long softirq;
	unsigned long task[TCPULSE_CLOSED_TASKS];
	unsigned int tasks;
};

DECLARE_PER_CPU(struct tcpulse_closed, tcpulse_closed);

/**
 * tcpulse_rst_state_key() - which connection is it?
 * @sk: full TCP socket, in a state of TCPULSE_CLOSED_STATES or just closed from one
 *
 * The kernel uses a socket's memory for the next one at once, and what its last
 * owner left may still be remembered on another CPU. So the next sequence number is
 * part of the key: it begins anywhere, and does not move between the close and the
 * RST, for the socket is locked. Addresses differ in the lower half.
 *
 * Return: a number whose lowest bits are 0, see tcpulse_rst_state_left_by().
 */
static __always_inline unsigned long tcpulse_rst_state_key(const struct sock *sk)
{
	return (unsigned long)sk ^
	       (unsigned long)READ_ONCE(tcp_sk(sk)->write_seq) << 32;
}

/* TCP closes a socket first and then sends the RST for it. */
static __always_inline void tcpulse_rst_state_closed(const struct sock *sk,
						     unsigned int oldstate)
{
	unsigned int i;

	if (in_serving_softirq()) {
		this_cpu_write(tcpulse_closed.softirq,
			       tcpulse_rst_state_key(sk) + oldstate);
	} else if ((1 << oldstate) & TCPULSE_CLOSED_STATES) {
		i = this_cpu_inc_return(tcpulse_closed.tasks);
		this_cpu_write(tcpulse_closed.task[i % TCPULSE_CLOSED_TASKS],
			       tcpulse_rst_state_key(sk) + oldstate);
	}
}

void tcpulse_rst_state_announce(const struct net *net, const struct sock *sk,
				const struct sk_buff *skb);
int tcpulse_rst_state(const struct net *net, enum tcpulse_family f,
		      const struct sock *sk, const struct sk_buff *skb,
		      const struct tcphdr *th);

#endif /* _TCPULSE_RST_STATE_H */
