/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_NETLINK_CHANGE_H
#define _TCPULSE_NETLINK_CHANGE_H

#include "tune.h"

struct pid_namespace;
struct user_namespace;

/**
 * struct tcpulse_nl_reader - whose numbers of users and processes are told
 * @user_ns: numbers users
 * @pid_ns: numbers processes; NULL for the namespace that each is in
 */
struct tcpulse_nl_reader {
	struct user_namespace *user_ns;
	struct pid_namespace *pid_ns;
};

/* Roomy for one change, all attributes that exclude each other included. */
#define TCPULSE_NL_CHANGE_SIZE 256

struct tcpulse_nl_reader tcpulse_nl_asker(const struct sk_buff *skb);
int tcpulse_nl_fill_change(struct sk_buff *msg, int attr,
			   const struct tcpulse_nl_reader *reader,
			   const struct tcpulse_change *change);
int tcpulse_nl_put_value(struct sk_buff *msg, int attr, int attr_high,
			 const struct tcpulse_param *param,
			 const struct tcpulse_value *value);

#endif /* _TCPULSE_NETLINK_CHANGE_H */
