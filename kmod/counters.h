/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_COUNTERS_H
#define _TCPULSE_COUNTERS_H

#include <linux/percpu.h>
#include <net/sock.h>

#include "awake.h"
#include "net.h"
#include "peak.h"
#include "tcpulse.h"

/**
 * struct tcpulse_view - what one reading of a namespace says
 * @edge: transitions, all objects folded into the states of RFC 9293
 * @base: sockets that were in a state when the module was loaded
 * @now: sockets in a state
 * @minisock: see enum tcpulse_minisock_event
 * @lost: events with a state this module does not know
 * @below_zero: how many of @now were less than 0, and are 0 here; 0 if @moving
 * @moving: the counters changed while they were read
 */
struct tcpulse_view {
	u64 edge[TCPULSE_FAMILIES][TCPULSE_STATES][TCPULSE_STATES];
	u64 base[TCPULSE_FAMILIES][TCPULSE_STATES];
	u64 now[TCPULSE_FAMILIES][TCPULSE_STATES];
	u64 minisock[TCPULSE_FAMILIES][TCPULSE_MINISOCK_EVENTS];
	u64 lost;
	unsigned int below_zero;
	bool moving;
};

int tcpulse_counters_read(const struct tcpulse_net *tn,
			  struct tcpulse_view *view);
u64 tcpulse_counters_entered(const struct tcpulse_view *view,
			     enum tcpulse_family f, int state);
u64 tcpulse_counters_left(const struct tcpulse_view *view,
			  enum tcpulse_family f, int state);

/*
 * For probes: preemption off, any context. Each is one instruction on this
 * CPU's own memory where the architecture has one, so a softirq that
 * interrupts a probe in process context does no harm. Transitions pass edge.h.
 */
static __always_inline void
tcpulse_count_leave(struct tcpulse_counts __percpu *counts, unsigned long state)
{
	this_cpu_dec(counts->pop[state]);
}

/*
 * A population has changed, though no state was entered. On a CPU that counts down
 * the namespace is awake, or is about to find out that it is.
 */
static __always_inline void
tcpulse_count_moved(struct tcpulse_counts __percpu *counts, unsigned long state)
{
	if (unlikely(!this_cpu_read(counts->countdown[state])))
		tcpulse_awake_rouse(counts);
}

/* An object stays in @state, or comes back to it: no new maximum. */
static __always_inline void
tcpulse_count_stay(struct tcpulse_counts __percpu *counts, unsigned long state)
{
	this_cpu_inc(counts->pop[state]);
	tcpulse_count_moved(counts, state);
}

/* The population of @state grows; now and then we look at its sum. */
static __always_inline void
tcpulse_count_enter(struct tcpulse_counts __percpu *counts, unsigned long state)
{
	this_cpu_inc(counts->pop[state]);
	if (unlikely(this_cpu_dec_return(counts->countdown[state]) < 0))
		tcpulse_peak_look(counts, state);
}

/* @sk, of any kind, was there before us; @counts are those of its family. */
static inline void
tcpulse_count_adopted(struct tcpulse_counts __percpu *counts,
		      const struct sock *sk, unsigned long state)
{
	struct tcpulse_net *tn = tcpulse_net(sock_net(sk));

	atomic_inc(&tn->base[tcpulse_family(sk->sk_family)][state]);
	tcpulse_count_stay(counts, state);
}

/* The same of a full socket. */
static inline void
tcpulse_count_adopted_socket(struct tcpulse_counts __percpu *counts,
			     const struct sock *sk, unsigned long state)
{
	tcpulse_count_adopted(counts, sk, state);
	if (tcpulse_family(sk->sk_family) == TCPULSE_V4)
		atomic_inc(&tcpulse_net(sock_net(sk))->base_sockets);
}

#endif /* _TCPULSE_COUNTERS_H */
