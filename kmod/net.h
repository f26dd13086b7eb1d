/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a network namespace to our state of it.
 */
#ifndef _TCPULSE_NET_H
#define _TCPULSE_NET_H

#include <linux/rcupdate.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "tcpulse.h"

extern unsigned int tcpulse_net_id;

void tcpulse_net_start(struct net *net);

/* Process context, @net pinned by the caller. Never NULL. */
static inline struct tcpulse_net *tcpulse_net(const struct net *net)
{
	return net_generic(net, tcpulse_net_id);
}

/**
 * tcpulse_net_cpu() - counters of a namespace, for probes
 * @net: namespace of the socket at hand; may be on its way out
 *
 * net_generic() without its rcu_read_lock(), which is two calls an event on a
 * kernel with PREEMPT_RCU: with preemption off RCU waits for us all the same.
 * The array of a namespace that was allocated before this module came may
 * still be too short for our id.
 *
 * Context: preemption off.
 * Return: NULL where nothing is counted: before the namespace is set up and
 *	after it has begun to exit.
 */
static inline struct tcpulse_cpu __percpu *
tcpulse_net_cpu(const struct net *net)
{
	const struct net_generic *gen = rcu_dereference_sched(net->gen);
	const struct tcpulse_net *tn;

	if (unlikely(tcpulse_net_id >= gen->s.len))
		return NULL;
	tn = gen->ptr[tcpulse_net_id];
	return likely(tn) ? READ_ONCE(tn->live) : NULL;
}

#endif /* _TCPULSE_NET_H */
