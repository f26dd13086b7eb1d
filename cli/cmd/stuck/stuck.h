/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tcpulse stuck walks the sockets for, and what it has found.
 */
#ifndef CLI_STUCK_H
#define CLI_STUCK_H

#include "host/procs.h"
#include "host/sockdiag.h"
#include "reading/accepting.h"
#include "reading/retries.h"
#include "rules/stuck.h"
#include "cmd/timewait/walk.h"

struct conn;
struct netns;
struct opts;

/* states that a connection can stay in */
#define STUCK_STATES \
	(STATE_BIT(TCPULSE_STATE_SYN_SENT) | STATE_BIT(TCPULSE_STATE_SYN_RECV) | \
	 STATE_BIT(TCPULSE_STATE_ESTABLISHED) | STATE_BIT(TCPULSE_STATE_FIN_WAIT_1) | \
	 STATE_BIT(TCPULSE_STATE_FIN_WAIT_2) | STATE_BIT(TCPULSE_STATE_CLOSE_WAIT) | \
	 STATE_BIT(TCPULSE_STATE_LAST_ACK) | STATE_BIT(TCPULSE_STATE_CLOSING))

/* Those that timewait --halfclosed is about. */
#define HALFCLOSED_STATES \
	(STATE_BIT(TCPULSE_STATE_CLOSE_WAIT) | STATE_BIT(TCPULSE_STATE_FIN_WAIT_2))

/**
 * struct stuck_key - what one group has in common; no padding
 * @id: the process, or the first listener; -1: none is known
 * @listeners: so many it may have been
 * @state: of struct stuck, as those that follow
 * @sport: 0 unless connections are told apart, as @src
 * @dst: of the family 0 unless peers are
 */
struct stuck_key {
	__s64 id;
	__u32 listeners, state, why, timer, owner;
	__u32 sport, dport;
	struct addr src, dst;
	__u32 unused;
};

/**
 * struct stuck_group - connections that have all of it in common
 * @key: that
 * @stuck: what is known of them
 * @holder: of OWNER_PROCESS
 * @others: processes that hold the same, besides
 * @peers: they have more than one
 * @longest: that whose peer has been silent longest, or was sent the most
 */
struct stuck_group {
	struct stuck_key key;
	struct stuck stuck;
	struct holder holder;
	size_t others;
	bool peers;
	struct diag_socket longest;
};

/**
 * struct stuck_sample - what was found in one namespace
 * @opts: the options
 * @after: how long a peer must have been silent
 * @retries: the parameters there
 * @walked: what it cost
 * @accepting: the listeners there
 * @procs: who holds what
 * @groups: struct stuck_group
 * @count: connections in them
 * @quiet: connections that would be there for a shorter time
 * @quiet_ms: the most of those times
 */
struct stuck_sample {
	const struct opts *opts;
	struct stuck_after after;
	struct retries retries;
	struct walked walked;
	struct accepting accepting;
	struct procs *procs;
	struct groups *groups;
	__u64 count, quiet;
	__u32 quiet_ms;
};

/* As struct view has them. */
int stuck_take(struct conn *conn, const struct opts *opts, void *sample);
void stuck_drop(void *sample);
int stuck_show(const struct opts *opts, const struct netns *ns, const void *sample,
	       const void *old);

/* Worst first: many before few, those only quiet last. For free(). */
struct stuck_group **stuck_sorted(const struct stuck_sample *sample, size_t *n);

/* Whose they are: cell or keys of the row at hand. */
void stuck_show_owner(const struct stuck_sample *sample,
		      const struct stuck_group *group);

#endif
