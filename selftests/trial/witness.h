/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel itself says of a namespace: sock_diag, as ss(8) asks it, and
 * the counters of /proc/net.
 */
#ifndef TRIAL_WITNESS_H
#define TRIAL_WITNESS_H

#include <stdbool.h>
#include <linux/inet_diag.h>
#include <linux/types.h>

#include "ask.h"
#include "draw.h"

enum mib {
	MIB_TW, MIB_TWKILLED, MIB_TW_OVERFLOW, MIB_LISTEN_OVERFLOWS, MIB_LISTEN_DROPS,
	MIB_REQQ_DROP, MIB_REQQ_COOKIES, MIB_COOKIES_SENT, MIB_COOKIES_RECV, MIB_COOKIES_FAILED,
	MIB_SYN_RETRANS, MIB_CURR_ESTAB, MIB_ESTAB_RESETS, MIB_OUT_RSTS, MIB_PASSIVE_OPENS,
	MIB_ACTIVE_OPENS, MIB_ALIVE, MIBS,
};

struct diag_listener {
	__u64 inode;
	__u32 depth;
	__u32 limit;
	__u32 drops;		/* sk_drops */
	__u16 port;
};

struct kernel {
	__u64 mib[MIBS];
	__u64 population[2][STATES];
	unsigned int strange;		/* in no state that there is */
	__u32 half_open[LISTENERS];
	struct diag_listener listener[ROWS_MAX];
	unsigned int listeners;
};

struct host;
/* What a message says besides. */
struct diag_extra {
	bool full;		/* a socket, not one of the small ones before and after it */
	__u32 drops;
};

typedef void (*witness_cb)(const struct inet_diag_msg *msg, const struct diag_extra *extra,
			   void *data);

bool witness_diag(struct host *h, witness_cb cb, void *data);
bool witness_read(struct host *h, struct kernel *to);
/* the counters only */
bool witness_counters(struct host *h, struct kernel *to);

/*
 * All that had begun on any CPU has ended: a hand-over between two kernel objects
 * is within an RCU read-side section, or one with softirqs off.
 */
void witness_barrier(void);

#endif
