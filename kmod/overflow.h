/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_OVERFLOW_H
#define _TCPULSE_OVERFLOW_H

#include <linux/percpu.h>
#include <net/net_namespace.h>
#include <net/snmp.h>

#include "tcpulse.h"

struct sk_buff;
struct tcphdr;

int tcpulse_overflow_init(void);
void tcpulse_overflow_exit(void);
u64 tcpulse_overflow_kernel(const struct net *net, enum tcpulse_mib i);
void tcpulse_overflow_settle(struct tcpulse_cpu __percpu *pcpu, struct net *net,
			     const struct sk_buff *skb,
			     const struct tcphdr *th);

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
	struct linux_mib __percpu *mib = net->mib.net_statistics;
	unsigned long sum;

	sum = this_cpu_read(mib->mibs[LINUX_MIB_LISTENOVERFLOWS]) +
	      this_cpu_read(mib->mibs[LINUX_MIB_LISTENDROPS]) +
	      this_cpu_read(mib->mibs[LINUX_MIB_TCPREQQFULLDROP]) +
	      this_cpu_read(mib->mibs[LINUX_MIB_TCPREQQFULLDOCOOKIES]) +
	      this_cpu_read(mib->mibs[LINUX_MIB_SYNCOOKIESSENT]) +
	      this_cpu_read(mib->mibs[LINUX_MIB_SYNCOOKIESRECV]) +
	      this_cpu_read(mib->mibs[LINUX_MIB_SYNCOOKIESFAILED]) +
	      this_cpu_read(mib->mibs[LINUX_MIB_EMBRYONICRSTS]) +
	      this_cpu_read(mib->mibs[LINUX_MIB_TCPFASTOPENPASSIVE]);
	return unlikely(sum != this_cpu_read(pcpu->mib_sum));
}

#endif /* _TCPULSE_OVERFLOW_H */
