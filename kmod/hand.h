/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which segment TCP has in hand. What one event leaves for the next one holds for the
 * same segment only, and another one may look the same.
 *
 * TCP counts each segment it gets, in InSegs of its CPU and namespace, before anything
 * else, and has done with it when it gets the next one there. Who has softirqs off
 * without being in one is a thread that polls a device, a writer of tun, or no receiver
 * at all, as ss -K: there it also is the same task.
 */
#ifndef _TCPULSE_HAND_H
#define _TCPULSE_HAND_H

#include <linux/preempt.h>
#include <linux/sched.h>

#include "mib.h"

/**
 * struct tcpulse_hand - a segment in hand, or none and who has none
 * @task: who has it, when that is not a softirq; compared only
 * @received: segments that TCP has got on this CPU so far
 */
struct tcpulse_hand {
	const struct task_struct *task;
	unsigned long received;
};

/* Context: softirqs off. */
static inline struct tcpulse_hand tcpulse_hand(const struct net *net)
{
	return (struct tcpulse_hand) {
		.task = in_serving_softirq() ? NULL : current,
		.received = tcpulse_mib_received_here(net),
	};
}

/* Whether @hand, of this CPU and namespace, is still in hand. Context: as above. */
static inline bool tcpulse_hand_is(const struct tcpulse_hand *hand,
				   const struct net *net)
{
	const struct tcpulse_hand now = tcpulse_hand(net);

	return hand->task == now.task && hand->received == now.received;
}

#endif /* _TCPULSE_HAND_H */
