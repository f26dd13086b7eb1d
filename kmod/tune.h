/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_TUNE_H
#define _TCPULSE_TUNE_H

#include <linux/list.h>
#include <linux/types.h>

#include "history.h"
#include "tcpulse.h"

/* Values of one transaction, at most: listeners of a SO_REUSEPORT group. */
#define TCPULSE_TUNE_MAX 256

/* What a change may have to wait for its confirmation, at most. */
#define TCPULSE_TUNE_SECONDS_MAX 86400

/**
 * struct tcpulse_transaction - values that are changed together
 * @number: of the transaction, in its namespace; 0 for a dry run
 * @deadline: when the old values are put back, ns of CLOCK_BOOTTIME; 0 when
 *	they are not
 * @by: who asked for it
 * @spare: rows for the history, as many as it may still need
 * @n: how many values
 * @size: how many fit
 * @change: the values
 */
struct tcpulse_transaction {
	u64 number;
	u64 deadline;
	struct tcpulse_actor by;
	struct list_head spare;
	unsigned int n;
	unsigned int size;
	struct tcpulse_change change[];
};

struct netlink_ext_ack;

struct tcpulse_transaction *tcpulse_tune_alloc(unsigned int size);
void tcpulse_tune_free(struct tcpulse_transaction *tx);
bool tcpulse_tune_changed(const struct tcpulse_change *change);
int tcpulse_tune_apply(struct net *net, struct tcpulse_transaction *tx,
		       u32 seconds, struct netlink_ext_ack *extack);
int tcpulse_tune_try(struct net *net, struct tcpulse_transaction *tx,
		     u32 seconds, struct netlink_ext_ack *extack);
void tcpulse_tune_settle(struct net *net, struct tcpulse_transaction *tx,
			 enum tcpulse_action action,
			 const struct tcpulse_actor *by);
void tcpulse_tune_actor(struct tcpulse_actor *by);

void tcpulse_tune_init_net(struct net *net);
void tcpulse_tune_close(struct net *net);
void tcpulse_tune_exit_net(struct net *net);
void tcpulse_tune_stop(void);

#endif /* _TCPULSE_TUNE_H */
