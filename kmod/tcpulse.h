/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the module share: the counters of one CPU in one network
 * namespace, and the state of one namespace. No code but accessors.
 */
#ifndef _TCPULSE_H
#define _TCPULSE_H

#include <linux/compiler.h>
#include <linux/mutex.h>
#include <linux/socket.h>
#include <linux/types.h>
#include <net/tcp_states.h>
#include <uapi/linux/tcpulse.h>

#define TCPULSE_VERSION "0.1.0"

/* The states of enum tcpulse_state are the kernel's; slot 0 stays empty. */
#define TCPULSE_STATES (TCPULSE_STATE_CLOSING + 1)

enum tcpulse_family {
	TCPULSE_V4,
	TCPULSE_V6,
	TCPULSE_FAMILIES
};

/* AF_INET6 sockets carrying IPv4 (v4-mapped) are V6, as ss shows them. */
static inline enum tcpulse_family tcpulse_family(unsigned short family)
{
	return family == AF_INET6 ? TCPULSE_V6 : TCPULSE_V4;
}

/**
 * enum tcpulse_minisock_event - what happens to request socks and TIME_WAIT
 *	minisocks, which no state tracepoint reports
 * @TCPULSE_REQ_BORN: a request sock's timer armed for the first time
 * @TCPULSE_REQ_RESTARTED: armed again: SYN-ACK retransmitted, or migrated
 * @TCPULSE_REQ_STOPPED: its timer expired or was deleted
 * @TCPULSE_REQ_TAKEN: of these, deleted because a child socket took over
 * @TCPULSE_TW_FROM_CLOSING: a minisock replaced a socket in CLOSING, not one
 *	in FIN_WAIT2
 * @TCPULSE_TW_FIN: a minisock went from FIN_WAIT2 to TIME_WAIT
 * @TCPULSE_TW_BORN: a minisock's timer armed for the first time
 * @TCPULSE_TW_RESTARTED: armed again, after having been stopped
 * @TCPULSE_TW_STOPPED: its timer expired, was deleted, or is being re-armed
 * @TCPULSE_TW_EXPIRED: of these, expired
 * @TCPULSE_TW_RESET: of these, deleted by a segment of the peer
 * @TCPULSE_TW_REUSED: of these, deleted for a new connection
 * @TCPULSE_MINISOCK_EVENTS: how many there are
 *
 * TCPULSE_TW_BORN and those after it exist twice: for minisocks counted under
 * TIME_WAIT, and, TCPULSE_TW_FW2 further on, for those under FIN_WAIT2.
 */
enum tcpulse_minisock_event {
	TCPULSE_REQ_BORN,
	TCPULSE_REQ_RESTARTED,
	TCPULSE_REQ_STOPPED,
	TCPULSE_REQ_TAKEN,
	TCPULSE_TW_FROM_CLOSING,
	TCPULSE_TW_FIN,
	TCPULSE_TW_BORN,
	TCPULSE_TW_RESTARTED,
	TCPULSE_TW_STOPPED,
	TCPULSE_TW_EXPIRED,
	TCPULSE_TW_RESET,
	TCPULSE_TW_REUSED,
	TCPULSE_MINISOCK_EVENTS = TCPULSE_TW_REUSED + 1 + 6
};

#define TCPULSE_TW_FW2 (TCPULSE_MINISOCK_EVENTS - TCPULSE_TW_REUSED - 1)

/**
 * struct tcpulse_counts - counters of one family on one CPU in one namespace
 * @edge: inet_sock_set_state events, by old and new state
 * @minisock: see enum tcpulse_minisock_event
 * @pop: population by difference; negative where sockets are born on one CPU
 *	and die on another, only the sum over all CPUs means something
 * @base: sockets found or adopted when the module was loaded
 * @countdown: entries into a state until the next look for a peak
 * @peak: largest sum over all CPUs that this CPU saw within this second
 *
 * Written by this CPU only, from any context, with single instructions
 * (this_cpu_inc()) as a softirq may interrupt a probe in process context; read
 * by every CPU. Exception: @countdown and @peak are set to 0 once a second, by
 * peak.c.
 */
struct tcpulse_counts {
	unsigned long edge[TCPULSE_STATES][TCPULSE_STATES];
	unsigned long minisock[TCPULSE_MINISOCK_EVENTS];
	long pop[TCPULSE_STATES];
	unsigned long base[TCPULSE_STATES];
	int countdown[TCPULSE_STATES];
	u32 peak[TCPULSE_STATES];
};

/**
 * struct tcpulse_cpu - counters of one CPU in one namespace
 * @family: by family
 * @recycled: this CPU's TWRecycled as last seen, in the kernel's counters
 * @lost: events with a state this module does not know
 *
 * As struct tcpulse_counts.
 */
struct tcpulse_cpu {
	struct tcpulse_counts family[TCPULSE_FAMILIES];
	unsigned long recycled;
	unsigned long lost;
};

/* @af: AF_INET or AF_INET6. */
static __always_inline struct tcpulse_counts __percpu *
tcpulse_counts(struct tcpulse_cpu __percpu *pcpu, unsigned short af)
{
	struct tcpulse_counts __percpu *counts;

	counts = &pcpu->family[tcpulse_family(af)];
	/* Computed once, not anew for each counter that is touched. */
	OPTIMIZER_HIDE_VAR(counts);
	return counts;
}

/* A minute in slots of five seconds, and the slot that is being filled. */
#define TCPULSE_PEAK_SLOT_SECS 5
#define TCPULSE_PEAK_SLOTS (60 / TCPULSE_PEAK_SLOT_SECS + 1)

/**
 * struct tcpulse_peaks - largest populations of a namespace
 * @lock: serialises tcpulse_peak_collect(); process context only
 * @ever: since counting began; under @lock
 * @slot: the last minute, a ring indexed by time; under @lock
 * @now: number of the slot being filled, in slots since boot; under @lock
 */
struct tcpulse_peaks {
	struct mutex lock; /* see above */
	u32 ever[TCPULSE_FAMILIES][TCPULSE_STATES];
	u32 slot[TCPULSE_PEAK_SLOTS][TCPULSE_FAMILIES][TCPULSE_STATES];
	u64 now;
};

/**
 * struct tcpulse_net - state of one network namespace
 * @live: the counters, for the probes: they read it once, with preemption
 *	off; NULL before the namespace is set up and from .pre_exit on
 * @pcpu: the counters, for readers; lives from .init to .exit
 * @peaks: largest populations
 * @since: when counting began here, CLOCK_REALTIME, in seconds
 * @started: the same moment, CLOCK_BOOTTIME, in ns
 * @refused: the kernel's TCPTimeWaitOverflow at that moment
 *
 * Lives in memory of the namespace's pernet array until all exits have run.
 */
struct tcpulse_net {
	struct tcpulse_cpu __percpu *live;
	struct tcpulse_cpu __percpu *pcpu;
	struct tcpulse_peaks peaks;
	time64_t since;
	u64 started;
	unsigned long refused;
};

#endif /* _TCPULSE_H */
