/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_HISTORY_H
#define _TCPULSE_HISTORY_H

#include <linux/in6.h>
#include <linux/list.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#include "param.h"

struct net;

/* Rows a namespace remembers. */
#define TCPULSE_HISTORY_MAX 256

/**
 * struct tcpulse_actor - who asked for a change
 * @pid: process; what keeps an actor holds a reference, a transaction or a row of
 *	the history, and copies of it do not
 * @uid: its user
 * @command: its name
 */
struct tcpulse_actor {
	struct pid *pid;
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

int tcpulse_history_alloc(struct list_head *spare, unsigned int n);
void tcpulse_history_free(struct list_head *rows);
void tcpulse_history_add(struct net *net, struct list_head *spare,
			 const struct tcpulse_change *change);

#endif /* _TCPULSE_HISTORY_H */
