// SPDX-License-Identifier: GPL-2.0
/*
 * Connections that setsockopt(IPV6_ADDRFORM) makes sockets of IPv4, as it may where they
 * are established and speak IPv4. No event tells. But the kernel counts the sockets of
 * TCP over IPv4 in its tables (sock_prot_inuse_add()), also when one changes over, and
 * so do we, by what came and what went. A socket too many, then, was one of IPv6.
 *
 * It is counted from then on as a transition that comes from no state, in the slot that no
 * state has: it enters ESTABLISHED of IPv4 and leaves that of IPv6.
 */
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "addrform.h"
#include "tcpulse.h"

#define TCPULSE_NO_STATE 0

/* What there was before us has been counted. */
static bool tcpulse_addrform_started;

/* Context: Process context. */
void tcpulse_addrform_start(void)
{
	/* Pairs with tcpulse_addrform_unseen(). */
	smp_store_release(&tcpulse_addrform_started, true);
}

static s64 tcpulse_addrform_came(const struct tcpulse_counts *counts)
{
	s64 sum = READ_ONCE(counts->edge[TCP_LISTEN][TCP_SYN_RECV]) +
		  READ_ONCE(counts->edge[TCPULSE_NO_STATE][TCP_ESTABLISHED]);
	int state;

	for (state = 1; state < TCPULSE_STATES; state++)
		sum += READ_ONCE(counts->edge[TCP_CLOSE][state]);
	return sum;
}

static s64 tcpulse_addrform_went(const struct tcpulse_counts *counts)
{
	s64 sum = 0;
	int state;

	for (state = 1; state < TCPULSE_STATES; state++)
		sum += READ_ONCE(counts->edge[state][TCP_CLOSE]);
	return sum;
}

static s64 tcpulse_addrform_sum(const struct tcpulse_net *tn,
				s64 (*of)(const struct tcpulse_counts *counts))
{
	s64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += of(&per_cpu_ptr(tn->pcpu, cpu)->family[TCPULSE_V4]);
	return sum;
}

/**
 * tcpulse_addrform_unseen() - how many have changed over and are counted as IPv6 still
 * @tn: per-netns state
 *
 * A socket is in the table after the event that says it comes, and out of it before the
 * one that says it goes: with what went asked first and what came last, the kernel can
 * only seem to have less than we know of, and never one too many that is none.
 *
 * Context: any; reads some thirty words a CPU.
 * Return: 0 also as long as it cannot be known.
 */
s64 tcpulse_addrform_unseen(const struct tcpulse_net *tn)
{
	s64 sockets;

	/* Pairs with tcpulse_addrform_start(). */
	if (!smp_load_acquire(&tcpulse_addrform_started))
		return 0;
	sockets = tcpulse_addrform_sum(tn, tcpulse_addrform_went);
	/* Each asked after the one before. */
	smp_rmb();
	sockets += sock_prot_inuse_get(tn->tuning.net, &tcp_prot);
	smp_rmb(); /* as above */
	sockets -= tcpulse_addrform_sum(tn, tcpulse_addrform_came) +
		   atomic_read(&tn->base_sockets);
	return max_t(s64, sockets, 0);
}

static void tcpulse_addrform_count(struct tcpulse_net *tn, s64 n)
{
	struct tcpulse_counts __percpu *from = &tn->pcpu->family[TCPULSE_V6];
	struct tcpulse_counts __percpu *to = &tn->pcpu->family[TCPULSE_V4];

	preempt_disable();
	this_cpu_add(from->edge[TCP_ESTABLISHED][TCPULSE_NO_STATE], n);
	this_cpu_add(to->edge[TCPULSE_NO_STATE][TCP_ESTABLISHED], n);
	this_cpu_sub(from->pop[TCP_ESTABLISHED], n);
	this_cpu_add(to->pop[TCP_ESTABLISHED], n);
	preempt_enable();
}

/**
 * tcpulse_addrform_follow() - count connections that have changed over
 * @tn: per-netns state, pinned by the caller
 *
 * Until then they are of IPv6; or, if they have changed state since, one too many there
 * and one too few of IPv4.
 *
 * Context: Process context, may sleep. Runs concurrently with every probe.
 * Return: whether there were any.
 */
bool tcpulse_addrform_follow(struct tcpulse_net *tn)
{
	s64 n;

	if (!tcpulse_addrform_unseen(tn))
		return false;
	mutex_lock(&tn->peaks.lock);
	n = tcpulse_addrform_unseen(tn);
	if (n)
		tcpulse_addrform_count(tn, n);
	mutex_unlock(&tn->peaks.lock);
	return n;
}
