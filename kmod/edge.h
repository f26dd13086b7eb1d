/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one place that each transition of a connection passes, whichever of its
 * objects makes it: a socket, a request sock or a minisock. It counts in the
 * counters of that kind of object, which counters.c folds into states, and the
 * populations follow.
 *
 * For probes, as all of counters.h. @how is constant wherever it can be, so that
 * nothing is left of it.
 */
#ifndef _TCPULSE_EDGE_H
#define _TCPULSE_EDGE_H

#include "counters.h"

/**
 * enum tcpulse_edge_how - what a transition does to the populations
 * @TCPULSE_EDGE_MOVES: one less where it comes from, one more where it goes
 * @TCPULSE_EDGE_BEGINS: an object begins where it goes, nothing ends
 * @TCPULSE_EDGE_STAYS: the same, while another object of the connection is or was
 *	just counted there, or will not be for long: no new maximum
 * @TCPULSE_EDGE_ENDS: an object ends, or goes to CLOSE, which is no population, or
 *	who calls counts where it goes
 */
enum tcpulse_edge_how {
	TCPULSE_EDGE_MOVES,
	TCPULSE_EDGE_BEGINS,
	TCPULSE_EDGE_STAYS,
	TCPULSE_EDGE_ENDS,
};

/**
 * __tcpulse_edge() - a transition that has just been counted
 * @counts: counters of the namespace, of the family of the object
 * @from: the state that is left, if one is
 * @to: the state that is entered
 * @how: what it does to the populations
 *
 * Context: preemption off, any context.
 */
static __always_inline void
__tcpulse_edge(struct tcpulse_counts __percpu *counts, unsigned long from,
	       unsigned long to, enum tcpulse_edge_how how)
{
	if (how == TCPULSE_EDGE_MOVES || how == TCPULSE_EDGE_ENDS)
		tcpulse_count_leave(counts, from);
	if (how == TCPULSE_EDGE_MOVES || how == TCPULSE_EDGE_BEGINS)
		tcpulse_count_enter(counts, to);
	else if (how == TCPULSE_EDGE_STAYS)
		tcpulse_count_stay(counts, to);
}

/* Of a socket; one that is born seems to leave LISTEN. */
static __always_inline void
tcpulse_edge_socket(struct tcpulse_counts __percpu *counts, unsigned long from,
		    unsigned long to, enum tcpulse_edge_how how)
{
	this_cpu_inc(counts->edge[from][to]);
	__tcpulse_edge(counts, from, to, how);
}

/* Of a request sock or a minisock; @event: see enum tcpulse_minisock_event. */
static __always_inline void
tcpulse_edge_minisock(struct tcpulse_counts __percpu *counts, int event,
		      unsigned long from, unsigned long to,
		      enum tcpulse_edge_how how)
{
	this_cpu_inc(counts->minisock[event]);
	__tcpulse_edge(counts, from, to, how);
}

/* Where it came from, or why it was: no transition of its own. */
static __always_inline void
tcpulse_edge_why(struct tcpulse_counts __percpu *counts, int event)
{
	this_cpu_inc(counts->minisock[event]);
}

/* That was wrong, or has become so. */
static __always_inline void
tcpulse_edge_not_why(struct tcpulse_counts __percpu *counts, int event)
{
	this_cpu_dec(counts->minisock[event]);
}

#endif /* _TCPULSE_EDGE_H */
