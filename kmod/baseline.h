/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_BASELINE_H
#define _TCPULSE_BASELINE_H

#include <linux/jump_label.h>
#include <net/inet_timewait_sock.h>
#include <net/request_sock.h>
#include <net/sock.h>

#include "tcpulse.h"

/* On while the module is being loaded, see baseline.c. */
DECLARE_STATIC_KEY_FALSE(tcpulse_baseline_key);

int tcpulse_baseline_begin(void);
int tcpulse_baseline_scan(void);
void tcpulse_baseline_end(void);
u64 tcpulse_baseline_us(void);

/**
 * enum tcpulse_arming - what the arming of a minisock's timer means
 * @TCPULSE_ARMED: what it looks like, a birth or a restart
 * @TCPULSE_ARMED_ADOPTED: the minisock was there before us
 * @TCPULSE_ARMED_KNOWN: nothing, it has been counted already
 */
enum tcpulse_arming {
	TCPULSE_ARMED,
	TCPULSE_ARMED_ADOPTED,
	TCPULSE_ARMED_KNOWN,
};

bool tcpulse_baseline_socket(struct tcpulse_cpu __percpu *pcpu,
			     const struct sock *sk, int oldstate, int newstate);
enum tcpulse_arming __tcpulse_baseline_armed(const void *minisock, bool birth);
bool __tcpulse_baseline_stopped(const void *minisock);

/*
 * For probes: preemption off, any context. While the module is being loaded
 * they take care that everything that was there before is counted once.
 */

static __always_inline enum tcpulse_arming
tcpulse_baseline_armed(const void *minisock, bool birth)
{
	if (static_branch_unlikely(&tcpulse_baseline_key))
		return __tcpulse_baseline_armed(minisock, birth);
	return TCPULSE_ARMED;
}

/* Return: whether the event counts. */
static __always_inline bool tcpulse_baseline_stopped(const void *minisock)
{
	if (static_branch_unlikely(&tcpulse_baseline_key))
		return __tcpulse_baseline_stopped(minisock);
	return true;
}

#endif /* _TCPULSE_BASELINE_H */
