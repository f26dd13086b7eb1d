// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own counters, over all CPUs. What a probe reads of them is
 * inline in mib.h.
 */
#include <linux/cpumask.h>

#include "mib.h"

/* One of LINUX_MIB_*, over all CPUs. Context: any. */
unsigned long tcpulse_mib_sum(const struct net *net, int mib)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += tcpulse_mib_cpu(net, cpu, mib);
	return sum;
}
