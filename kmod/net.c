// SPDX-License-Identifier: GPL-2.0
/*
 * Where the state of a namespace is found, and from when on it counts. What
 * becomes of it between birth and death is in pernet.c.
 */
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/timekeeping.h>

#include "mib.h"
#include "net.h"

unsigned int tcpulse_net_id __read_mostly;

/**
 * tcpulse_net_start() - counting in a namespace starts now
 * @net: namespace; no probe may be counting in it yet
 *
 * What the kernel counted before is not ours.
 *
 * Context: Process context.
 */
void tcpulse_net_start(struct net *net)
{
	struct tcpulse_net *tn = tcpulse_net(net);
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu_ptr(tn->pcpu, cpu)->recycled =
			tcpulse_mib_cpu(net, cpu, LINUX_MIB_TIMEWAITRECYCLED);
	tn->refused = tcpulse_mib_sum(net, LINUX_MIB_TCPTIMEWAITOVERFLOW);
	tn->since = ktime_get_real_seconds();
	tn->started = ktime_get_boottime_ns();
}
