/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_OVERFLOW_H
#define _TCPULSE_OVERFLOW_H

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <net/net_namespace.h>

#include "mib.h"
#include "tcpulse.h"

struct sk_buff;
struct sock;
struct tcphdr;

/**
 * struct tcpulse_overflow_child - the child that a SYN cookie has just made on this CPU,
 *	until it is known whose it is
 * @sk: child, compared only
 * @net: its namespace, compared only
 */
struct tcpulse_overflow_child {
	const struct sock *sk;
	const struct net *net;
};

DECLARE_PER_CPU(struct tcpulse_overflow_child, tcpulse_overflow_child);

int tcpulse_overflow_init(void);
void tcpulse_overflow_exit(void);
u64 tcpulse_overflow_kernel(const struct net *net, enum tcpulse_mib i);
void tcpulse_overflow_settle_cookie(const struct sock *child);
void tcpulse_overflow_settle(struct tcpulse_cpu __percpu *pcpu, struct net *net,
			     const struct sk_buff *skb,
			     const struct tcphdr *th);
void tcpulse_overflow_settle_other(struct tcpulse_cpu __percpu *pcpu,
				   struct net *net, const struct sk_buff *skb);

/**
 * tcpulse_overflow_is_due() - has the kernel counted something of a listener?
 * @pcpu: counters of the namespace
 * @net: namespace
 *
 * Each of the kernel's counters only grows, so their sum tells.
 *
 * Context: preemption off; a few words of this CPU's own memory.
 * Return: whether tcpulse_overflow_settle() has something to do.
 */
static __always_inline bool
tcpulse_overflow_is_due(struct tcpulse_cpu __percpu *pcpu, const struct net *net)
{
	return unlikely(tcpulse_mib_listeners_here(net) !=
			this_cpu_read(pcpu->mib_sum));
}

/**
 * tcpulse_overflow_child_born() - a listener has a child
 * @pcpu: counters of the namespace
 * @net: namespace
 * @child: it; has no peer's address yet up to 6.x
 *
 * Was it made by a cookie? Its segment is not seen when it is freed.
 *
 * Context: preemption off; in the softirq of that segment.
 */
static __always_inline void
tcpulse_overflow_child_born(struct tcpulse_cpu __percpu *pcpu,
			    const struct net *net, const struct sock *child)
{
	unsigned long now = tcpulse_mib_here(net, LINUX_MIB_SYNCOOKIESRECV);
	unsigned long seen = this_cpu_read(pcpu->mib_seen[TCPULSE_MIB_COOKIE_VALID]);

	if (likely(now == seen))
		return;
	this_cpu_add(pcpu->mib_sum, now - seen);
	this_cpu_write(pcpu->mib_seen[TCPULSE_MIB_COOKIE_VALID], now);
	if (!this_cpu_read(pcpu->settles))
		return;
	this_cpu_write(tcpulse_overflow_child.net, net);
	this_cpu_write(tcpulse_overflow_child.sk, child);
}

/*
 * A child's handshake ends, well or badly: now it has all addresses. In process
 * context only when accept() was faster than the softirq that made it.
 */
static __always_inline void tcpulse_overflow_child_done(const struct sock *child)
{
	if (unlikely(this_cpu_read(tcpulse_overflow_child.sk) == child) ||
	    unlikely(!in_softirq()))
		tcpulse_overflow_settle_cookie(child);
}

#endif /* _TCPULSE_OVERFLOW_H */
