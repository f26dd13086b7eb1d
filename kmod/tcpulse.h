/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the module share: the counters of one CPU in one network
 * namespace, and the state of one namespace. No code but accessors.
 */
#ifndef _TCPULSE_H
#define _TCPULSE_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/socket.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/tcp_states.h>
#include <uapi/linux/tcpulse.h>

#include "minute_max.h"
#include "param.h"
#include "recent.h"

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
 * enum tcpulse_mib - the kernel's own counters that tell of a listener
 * @TCPULSE_MIB_OVERFLOWS: ListenOverflows
 * @TCPULSE_MIB_DROPS: ListenDrops
 * @TCPULSE_MIB_FULL_DROP: TCPReqQFullDrop
 * @TCPULSE_MIB_FULL_COOKIE: TCPReqQFullDoCookies
 * @TCPULSE_MIB_COOKIE_SENT: SyncookiesSent
 * @TCPULSE_MIB_COOKIE_VALID: SyncookiesRecv
 * @TCPULSE_MIB_COOKIE_INVALID: SyncookiesFailed
 * @TCPULSE_MIB_EMBRYONIC_RESET: EmbryonicRsts
 * @TCPULSE_MIB_FASTOPEN: TCPFastOpenPassive; refuses nothing, but fills the
 *	accept queue with no request sock before
 * @TCPULSE_MIBS: how many there are
 */
enum tcpulse_mib {
	TCPULSE_MIB_OVERFLOWS,
	TCPULSE_MIB_DROPS,
	TCPULSE_MIB_FULL_DROP,
	TCPULSE_MIB_FULL_COOKIE,
	TCPULSE_MIB_COOKIE_SENT,
	TCPULSE_MIB_COOKIE_VALID,
	TCPULSE_MIB_COOKIE_INVALID,
	TCPULSE_MIB_EMBRYONIC_RESET,
	TCPULSE_MIB_FASTOPEN,
	TCPULSE_MIBS
};

/* How a connection came to be: by connect(), or by a listener. */
enum {
	TCPULSE_ACTIVE,
	TCPULSE_PASSIVE,
	TCPULSE_HANDSHAKES
};

/* Buckets of handshake.h; one more for what could not be measured, and for what failed. */
#define TCPULSE_HANDSHAKE_SLOTS 17
enum {
	TCPULSE_HANDSHAKE_UNMEASURED = TCPULSE_HANDSHAKE_SLOTS,
	TCPULSE_HANDSHAKE_FAILED,
	TCPULSE_HANDSHAKE_COUNTS
};

/**
 * struct tcpulse_counts - counters of one family on one CPU in one namespace
 * @edge: inet_sock_set_state events, by old and new state; and from no state, or to none,
 *	what changed its family, which addrform.c counts
 * @minisock: see enum tcpulse_minisock_event
 * @pop: population by difference; negative where sockets are born on one CPU
 *	and die on another, only the sum over all CPUs means something
 * @handshake: how long handshakes took, see handshake.h
 * @countdown: entries into a state until the next look for a peak
 * @peak: largest sum over all CPUs that this CPU saw within this second
 * @awake: of struct tcpulse_net; constant
 *
 * Written by this CPU only, from any context, with single instructions
 * (this_cpu_inc()) as a softirq may interrupt a probe in process context; read
 * by every CPU. Exception: @countdown and @peak are set to 0 by peak.c, once a
 * second if they are not.
 */
struct tcpulse_counts {
	unsigned long edge[TCPULSE_STATES][TCPULSE_STATES];
	unsigned long minisock[TCPULSE_MINISOCK_EVENTS];
	long pop[TCPULSE_STATES];
	unsigned long handshake[TCPULSE_HANDSHAKES][TCPULSE_HANDSHAKE_COUNTS];
	s32 countdown[TCPULSE_STATES];
	u32 peak[TCPULSE_STATES];
	u32 *awake;
};

/* The attributes of the counters are consecutive. */
#define TCPULSE_SEGMENT_FIRST TCPULSE_A_SEGMENT_SYN_IN
#define TCPULSE_SEGMENTS \
	(TCPULSE_A_SEGMENT_SYN_ACK_RETRANS - TCPULSE_SEGMENT_FIRST + 1)

/**
 * struct tcpulse_segment - segments of one IP version on one CPU
 * @count: by TCPULSE_A_SEGMENT_*, from TCPULSE_SEGMENT_FIRST on
 * @reset: RSTs sent, by state of who sent them
 *
 * As struct tcpulse_counts.
 */
struct tcpulse_segment {
	unsigned long count[TCPULSE_SEGMENTS];
	unsigned long reset[TCPULSE_STATES];
};

/**
 * struct tcpulse_cpu - counters of one CPU in one namespace
 * @family: by family
 * @segment: by IP version
 * @recycled: this CPU's TWRecycled as last seen, in the kernel's counters
 * @mib_seen: the same of those that tell of a listener
 * @mib_sum: sum of @mib_seen
 * @cookies: this CPU's SyncookiesSent as last seen, by who counts segments
 * @settles: what a listener refuses is attributed to it
 * @lost: events with a state this module does not know
 *
 * As struct tcpulse_counts.
 */
struct tcpulse_cpu {
	struct tcpulse_counts family[TCPULSE_FAMILIES];
	struct tcpulse_segment segment[TCPULSE_FAMILIES];
	unsigned long recycled;
	unsigned long mib_seen[TCPULSE_MIBS];
	unsigned long mib_sum;
	unsigned long cookies;
	bool settles;
	unsigned int lost;
};

/* What a namespace may cost, a CPU. */
#define TCPULSE_CPU_SIZE_MAX 4096

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

/**
 * struct tcpulse_peaks - largest populations of a namespace
 * @lock: serialises tcpulse_peak_collect(); process context only
 * @level: populations when they were looked at last; under @lock
 * @ever: since counting began; under @lock
 * @minute: over the last minute; under @lock
 */
struct tcpulse_peaks {
	struct mutex lock; /* see above */
	u32 level[TCPULSE_FAMILIES][TCPULSE_STATES];
	u32 ever[TCPULSE_FAMILIES][TCPULSE_STATES];
	struct tcpulse_minute minute[TCPULSE_FAMILIES][TCPULSE_STATES];
};

/* The attributes of a refusal are consecutive: they index the counters. */
#define TCPULSE_REFUSALS (TCPULSE_A_REFUSALS_MAX + 1)

/**
 * struct tcpulse_listeners - the listening sockets of a namespace
 * @mutex: held by readers of records, and by who removes one
 * @table: struct tcpulse_listener by id, also of those that have just closed;
 *	its lock protects @open, @closed and @generation too
 * @open: how many are listening
 * @closed: how many have just closed, and have a record still
 * @generation: grows when one comes or goes
 * @lost: how many found no memory for a record
 * @gone: what those refused that are not in @table any more; under @mutex
 * @n_gone: how many these are; under @mutex
 * @gone_recent: of what @gone is of, the last minute; under @mutex
 * @unattributed: what the kernel has counted and no listener explains; under @mutex
 * @kernel_sum: the kernel's counters of refusals as a second began; see refused.c
 * @kernel_moved: it was not what it had been a second before
 * @time_wait_refused: minisocks that the kernel refused to create; under @mutex
 * @work: removes records before the next second, when there are many
 */
struct tcpulse_listeners {
	struct mutex mutex; /* see above */
	struct xarray table;
	u64 open;
	u64 closed;
	u64 generation;
	atomic_long_t lost;
	u64 gone[TCPULSE_REFUSALS];
	u64 n_gone;
	struct tcpulse_recent gone_recent[TCPULSE_REFUSALS];
	struct tcpulse_recent unattributed[TCPULSE_MIBS];
	u64 kernel_sum;
	bool kernel_moved;
	struct tcpulse_recent time_wait_refused;
	struct work_struct work;
};

/* LOCAL_IN and LOCAL_OUT of each IP version. */
#define TCPULSE_SEGMENT_HOOKS (IS_ENABLED(CONFIG_IPV6) ? 4 : 2)

/**
 * struct tcpulse_segments - counting of segments in a namespace
 * @mutex: protects all of this; @enabled is read without
 * @enabled: they are counted
 * @since: since when, ns of CLOCK_BOOTTIME
 * @ns: how long they were counted before that
 * @ops: netfilter hooks, as registered
 */
struct tcpulse_segments {
	struct mutex mutex; /* see above */
	bool enabled;
	u64 since;
	u64 ns;
	struct nf_hook_ops ops[TCPULSE_SEGMENT_HOOKS];
};

struct tcpulse_transaction;

/**
 * struct tcpulse_tuning - what tcpulse has changed in a namespace
 * @mutex: protects all of this; serialises changes with each other and with
 *	readings of parameters
 * @net: the namespace
 * @closed: no more changes: the namespace or the module is going
 * @loaded: the parameters when counting began; constant
 * @transactions: number of the last transaction
 * @pending: the one that waits to be confirmed, or NULL
 * @timer: when it has waited long enough
 * @work: puts the old values back then
 * @history: struct tcpulse_change, the last ones
 * @n_history: how many these are
 * @sequence: number of the last of them
 */
struct tcpulse_tuning {
	struct mutex mutex; /* see above */
	struct net *net;
	bool closed;
	struct tcpulse_value loaded[TCPULSE_PARAMS];
	u64 transactions;
	struct tcpulse_transaction *pending;
	struct hrtimer timer;
	struct work_struct work;
	struct list_head history;
	unsigned int n_history;
	u64 sequence;
};

/**
 * struct tcpulse_net - state of one network namespace
 * @live: the counters, for the probes: they read it once, with preemption
 *	off; NULL before the namespace is set up and from .pre_exit on
 * @pcpu: the counters, for readers; lives from .init to .exit
 * @awake: since when populations move, as tcpulse_minute_now(); 0 when they do
 *	not. The probes read it, and one of them writes it when it is 0; see awake.c.
 *	Not beside @live, which every event reads
 * @peaks: largest populations
 * @listeners: listening sockets
 * @segments: counting of segments
 * @tuning: what was changed
 * @since: when counting began here, CLOCK_REALTIME, in seconds
 * @started: the same moment, CLOCK_BOOTTIME, in ns
 * @refused: the kernel's TCPTimeWaitOverflow at that moment
 * @base: sockets found or adopted when the module was loaded
 * @base_sockets: of @base those of IPv4 that are full sockets
 * @mib_start: the kernel's counters that tell of a listener, at the moment
 *	when all listeners were in the table
 *
 * Lives in memory of the namespace's pernet array until all exits have run.
 */
struct tcpulse_net {
	struct tcpulse_cpu __percpu *live;
	struct tcpulse_cpu __percpu *pcpu;
	u32 awake ____cacheline_aligned_in_smp;
	struct tcpulse_peaks peaks;
	struct tcpulse_listeners listeners;
	struct tcpulse_segments segments;
	struct tcpulse_tuning tuning;
	time64_t since;
	u64 started;
	unsigned long refused;
	atomic_t base[TCPULSE_FAMILIES][TCPULSE_STATES];
	atomic_t base_sockets;
	atomic_long_t mib_start[TCPULSE_MIBS];
};

#endif /* _TCPULSE_H */
