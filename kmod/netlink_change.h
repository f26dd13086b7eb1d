/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_NETLINK_CHANGE_H
#define _TCPULSE_NETLINK_CHANGE_H

#include "tune.h"

/* Roomy for one change, all attributes that exclude each other included. */
#define TCPULSE_NL_CHANGE_SIZE 256

int tcpulse_nl_fill_change(struct sk_buff *msg, int attr,
			   const struct net *net,
			   const struct tcpulse_change *change);
int tcpulse_nl_put_value(struct sk_buff *msg, int attr, int attr_high,
			 const struct tcpulse_param *param,
			 const struct tcpulse_value *value);

#endif /* _TCPULSE_NETLINK_CHANGE_H */
