/* SPDX-License-Identifier: GPL-2.0 */
/* All that the module says of a namespace. */
#ifndef TRIAL_ASK_H
#define TRIAL_ASK_H

#include <stdbool.h>
#include <linux/tcpulse.h>
#include <linux/types.h>

#define STATES (TCPULSE_STATE_CLOSING + 1)
#define REASONS (TCPULSE_REASON_OTHER + 1)
#define ROWS_MAX 64

struct listener_row {
	__u64 id;
	__u64 inode;
	__u32 limit;
	__u32 depth[2];		/* SYN queue, accept queue */
	__u16 port;
	__u16 family;
	bool v6only;
	__u64 refusals[TCPULSE_A_REFUSALS_MAX + 1];
};

struct state_row {
	__u64 now;
	__u64 baseline;
	__u64 entered;
	__u64 left;
};

/* What comes after it is of the last minute, and is over without any traffic. */
#define TIME_WAIT_STILL TCPULSE_A_TIME_WAIT_OTHER

/* what does not change while nothing happens; two of them are compared as bytes */
struct reading_still {
	struct state_row state[2][STATES];
	unsigned int state_rows;
	__u64 time_wait[TIME_WAIT_STILL + 1];
	__u64 edge[2][STATES][STATES];
	__u64 ended[2][REASONS];	/* TIME_WAIT to CLOSED, why */
	__u64 unexpected_edges;
	__u64 unexpected;
	__u64 below_zero;
	__u64 addrform;
	__u64 lost_events;
	__u64 lost_fin_wait_2;
	__u64 segment[2][TCPULSE_A_SEGMENT_MAX + 1];
	__u64 reset[2];
	__u64 measured[2][2];		/* by family, active or passive */
	__u64 listening[TCPULSE_A_REFUSALS_MAX + 1];
	__u64 gone[TCPULSE_A_REFUSALS_MAX + 1];
	__u64 kernel[TCPULSE_A_KERNEL_COUNTERS_MAX + 1];
	__u64 unattributed[TCPULSE_A_KERNEL_COUNTERS_MAX + 1];
	__u64 listeners;
	__u64 lost_listeners;
	struct listener_row row[ROWS_MAX];
	unsigned int rows;
};

struct reading {
	struct reading_still still;
	bool moving;
	bool interrupted;
	const char *peak;	/* what is wrong with one, or NULL */
};

struct request;

/* false when the module did not answer, or not as it should */
bool ask_all(struct request *r, struct reading *to);

#endif
