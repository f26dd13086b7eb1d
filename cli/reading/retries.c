// SPDX-License-Identifier: GPL-2.0
#include "host/sysctl_value.h"
#include "reading/retries.h"

#define AT(name) "/proc/sys/net/ipv4/tcp_" name

void retries_take(struct retries *retries)
{
	*retries = (struct retries){
		.syn = sysctl_value(AT("syn_retries"), 6),
		.linear_syns = sysctl_value(AT("syn_linear_timeouts"), 0),
		.synack = sysctl_value(AT("synack_retries"), 5),
		.retries2 = sysctl_value(AT("retries2"), 15),
		.orphan = sysctl_value(AT("orphan_retries"), 0),
		.keepalive_probes = sysctl_value(AT("keepalive_probes"), 9),
		.fin_timeout = sysctl_value(AT("fin_timeout"), 60),
	};
}
