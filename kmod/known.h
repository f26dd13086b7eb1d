/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What probes ask while the module is being loaded, so that everything that was
 * there before is counted once; see baseline.c.
 */
#ifndef _TCPULSE_KNOWN_H
#define _TCPULSE_KNOWN_H

#include <linux/jump_label.h>
#include <linux/types.h>

#include "tcpulse.h"

struct sock;

/* On while the module is being loaded. */
DECLARE_STATIC_KEY_FALSE(tcpulse_known_key);

/**
 * enum tcpulse_known_phase - what an event means while the key is on
 * @TCPULSE_ATTACHING: nothing: not all probes are attached, and a start without
 *	its stop would count for ever
 * @TCPULSE_ADOPTING: it counts, once the table of known objects was asked
 * @TCPULSE_ADOPTED: it counts, as if the key were off
 *
 * The key cannot say this: it is off for one CPU before it is for another, and
 * an object born where it is off would be taken for an unknown one where it is
 * still on. A variable is read in the order in which objects pass from CPU to
 * CPU.
 */
enum tcpulse_known_phase {
	TCPULSE_ATTACHING,
	TCPULSE_ADOPTING,
	TCPULSE_ADOPTED,
};

int tcpulse_known_begin(void);
void tcpulse_known_enter(enum tcpulse_known_phase phase);
bool tcpulse_known_found(const struct sock *sk,
			 bool (*adopt)(const struct sock *sk));
bool tcpulse_known_all(void);
void tcpulse_known_end(void);

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

bool tcpulse_known_socket(struct tcpulse_cpu __percpu *pcpu,
			  const struct sock *sk, int oldstate, int newstate);
enum tcpulse_arming __tcpulse_known_armed(const void *minisock, bool birth);
bool __tcpulse_known_stopped(const void *minisock);

/* For probes: preemption off, any context. */

static __always_inline enum tcpulse_arming
tcpulse_known_armed(const void *minisock, bool birth)
{
	if (static_branch_unlikely(&tcpulse_known_key))
		return __tcpulse_known_armed(minisock, birth);
	return TCPULSE_ARMED;
}

/* Return: whether the event counts. */
static __always_inline bool tcpulse_known_stopped(const void *minisock)
{
	if (static_branch_unlikely(&tcpulse_known_key))
		return __tcpulse_known_stopped(minisock);
	return true;
}

#endif /* _TCPULSE_KNOWN_H */
