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

extern const struct nla_policy tcpulse_time_wait_get_nl_policy[TCPULSE_A_TIME_WAIT_INFO_COUNTING_MS + 1];

extern const struct nla_policy tcpulse_listener_get_nl_policy[TCPULSE_A_LISTENER_OVERFLOWING + 1];

extern const struct nla_policy tcpulse_overflow_get_nl_policy[TCPULSE_A_OVERFLOW_COUNTING_MS + 1];

extern const struct nla_policy tcpulse_segment_get_nl_policy[TCPULSE_A_SEGMENTS_FAMILY + 1];

extern const struct nla_policy tcpulse_segment_set_nl_policy[TCPULSE_A_SEGMENTS_ENABLED + 1];

/* Ops table for tcpulse */
extern const struct genl_ops tcpulse_nl_ops[8];

int tcpulse_nl_info_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_state_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_transition_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_time_wait_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_listener_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_listener_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int tcpulse_nl_overflow_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_segment_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_segment_set_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* _LINUX_TCPULSE_GEN_H */
