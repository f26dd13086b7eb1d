/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_REFUSED_H
#define _TCPULSE_REFUSED_H

#include "tcpulse.h"

struct net;

/**
 * struct tcpulse_refused - all refusals of a namespace
 * @open: how many listeners there are
 * @closed: how many have closed
 * @generation: see struct tcpulse_listeners
 * @listening: refusals of those that are listening
 * @listening_minute: of these, in the last minute
 * @gone: refusals of those that have closed
 * @gone_minute: of these, in the last minute
 * @gone_last: when one of them was last seen to drop something, ns of CLOCK_BOOTTIME; 0
 *	when never
 * @kernel: what the kernel has counted
 * @unattributed: of this, what no listener explains
 * @unattributed_minute: of this, in the last minute
 * @unattributed_last: when it grew last, as @gone_last
 */
struct tcpulse_refused {
	u64 open;
	u64 closed;
	u64 generation;
	u64 listening[TCPULSE_REFUSALS];
	u64 listening_minute[TCPULSE_REFUSALS];
	u64 gone[TCPULSE_REFUSALS];
	u64 gone_minute[TCPULSE_REFUSALS];
	u64 gone_last;
	u64 kernel[TCPULSE_MIBS];
	u64 unattributed[TCPULSE_MIBS];
	u64 unattributed_minute[TCPULSE_MIBS];
	u64 unattributed_last;
};

/**
 * struct tcpulse_refused_time_wait - minisocks that the kernel refused to create
 * @count: since counting began
 * @minute: of these, in the last minute
 * @last: when it was seen last, ns of CLOCK_BOOTTIME; 0 when never
 */
struct tcpulse_refused_time_wait {
	u64 count;
	u64 minute;
	u64 last;
};

void tcpulse_refused_read(const struct net *net, struct tcpulse_refused *all);
void tcpulse_refused_read_time_wait(const struct net *net,
				    struct tcpulse_refused_time_wait *refused);
bool tcpulse_refused_tick(struct tcpulse_net *tn);

#endif /* _TCPULSE_REFUSED_H */
