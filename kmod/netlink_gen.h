/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	netlink/specs/tcpulse.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_TCPULSE_GEN_H
#define _LINUX_TCPULSE_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/tcpulse.h>

extern const struct nla_policy tcpulse_info_get_nl_policy[TCPULSE_A_INFO_VERSION + 1];

extern const struct nla_policy tcpulse_state_get_nl_policy[TCPULSE_A_STATES_FAMILY + 1];

extern const struct nla_policy tcpulse_transition_get_nl_policy[TCPULSE_A_TRANSITIONS_FAMILY + 1];

/* Ops table for tcpulse */
extern const struct genl_ops tcpulse_nl_ops[3];

int tcpulse_nl_info_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_state_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_transition_get_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* _LINUX_TCPULSE_GEN_H */
