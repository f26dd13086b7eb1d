/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_TUNE_H
#define _TCPULSE_TUNE_H

#include <linux/in6.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#include "param.h"
#include "tcpulse.h"

/* Values of one transaction, at most: listeners of a SO_REUSEPORT group. */
#define TCPULSE_TUNE_MAX 256

/* What a change may have to wait for its confirmation, at most. */
#define TCPULSE_TUNE_SECONDS_MAX 86400

/**
 * struct tcpulse_actor - who asked for a change
 * @pid: process, as its own PID namespace numbers it
 * @uid: its user
 * @command: its name
 */
struct tcpulse_actor {
	u32 pid;
	kuid_t uid;
	char command[TASK_COMM_LEN];
};

/**
 * struct tcpulse_change - what happened to one value
 * @node: in the history, or among the spare rows of a transaction
 * @sequence: of the row, in its namespace
 * @transaction: what it was part of
 * @time_ms: when, CLOCK_REALTIME
 * @action: enum tcpulse_action
 * @param: parameter; NULL for the limit of a listener
 * @listener: id of the listener
 * @family: of the listener
 * @port: of the listener
 * @ifindex: of the listener, 0 when bound to no interface
 * @v6only: the listener takes no IPv4 connections, though AF_INET6
 * @address: of the listener
 * @asked: the backlog the listener's application asked for, if @asked_known
 * @asked_known: see @asked
 * @old: value before
 * @new: value after
 * @by: who asked for it
 */
struct tcpulse_change {
	struct list_head node;
	u64 sequence;
	u64 transaction;
	u64 time_ms;
	u8 action;
	const struct tcpulse_param *param;
	u64 listener;
	u16 family;
	u16 port;
	u32 ifindex;
	bool v6only;
	struct in6_addr address;
	u32 asked;
	bool asked_known;
	struct tcpulse_value old;
	struct tcpulse_value new;
	struct tcpulse_actor by;
};

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
