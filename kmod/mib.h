/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own counters (LINUX_MIB_*, TCP_MIB_*) of a namespace: each CPU
 * has its own, which only grow.
 */
#ifndef _TCPULSE_MIB_H
#define _TCPULSE_MIB_H

#include <linux/percpu.h>
#include <net/net_namespace.h>
#include <net/snmp.h>

unsigned long tcpulse_mib_sum(const struct net *net, int mib);

/* Of one CPU; snmp_fold_field() is not exported on 7.2. */
static inline unsigned long tcpulse_mib_cpu(const struct net *net, int cpu,
					    int mib)
{
	return READ_ONCE(per_cpu_ptr(net->mib.net_statistics, cpu)->mibs[mib]);
}

/* Of this CPU. Context: preemption off. */
static __always_inline unsigned long tcpulse_mib_here(const struct net *net,
						      int mib)
{
	return this_cpu_read(net->mib.net_statistics->mibs[mib]);
}

/* InSegs of this CPU. Context: preemption off. */
static __always_inline unsigned long
tcpulse_mib_received_here(const struct net *net)
{
	return this_cpu_read(net->mib.tcp_statistics->mibs[TCP_MIB_INSEGS]);
}

/* Of this CPU, the sum of those of enum tcpulse_mib. Context: preemption off. */
static __always_inline unsigned long
tcpulse_mib_listeners_here(const struct net *net)
{
	struct linux_mib __percpu *mib = net->mib.net_statistics;

	return this_cpu_read(mib->mibs[LINUX_MIB_LISTENOVERFLOWS]) +
	       this_cpu_read(mib->mibs[LINUX_MIB_LISTENDROPS]) +
	       this_cpu_read(mib->mibs[LINUX_MIB_TCPREQQFULLDROP]) +
	       this_cpu_read(mib->mibs[LINUX_MIB_TCPREQQFULLDOCOOKIES]) +
	       this_cpu_read(mib->mibs[LINUX_MIB_SYNCOOKIESSENT]) +
	       this_cpu_read(mib->mibs[LINUX_MIB_SYNCOOKIESRECV]) +
	       this_cpu_read(mib->mibs[LINUX_MIB_SYNCOOKIESFAILED]) +
	       this_cpu_read(mib->mibs[LINUX_MIB_EMBRYONICRSTS]) +
	       this_cpu_read(mib->mibs[LINUX_MIB_TCPFASTOPENPASSIVE]);
}

#endif /* _TCPULSE_MIB_H */
