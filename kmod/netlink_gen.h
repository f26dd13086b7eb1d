/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	netlink/specs/tcpulse.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_TCPULSE_GEN_H
#define _LINUX_TCPULSE_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/tcpulse.h>

/* Common nested types */
extern const struct nla_policy tcpulse_change_nl_policy[TCPULSE_A_CHANGE_V6ONLY + 1];
extern const struct nla_policy tcpulse_listener_limit_nl_policy[TCPULSE_A_LISTENER_LIMIT_LIMIT + 1];
extern const struct nla_policy tcpulse_param_value_nl_policy[TCPULSE_A_PARAM_VALUE_HIGH + 1];

extern const struct nla_policy tcpulse_info_get_nl_policy[TCPULSE_A_INFO_VERSION + 1];

extern const struct nla_policy tcpulse_state_get_nl_policy[TCPULSE_A_STATES_FAMILY + 1];

extern const struct nla_policy tcpulse_transition_get_nl_policy[TCPULSE_A_TRANSITIONS_FAMILY + 1];

extern const struct nla_policy tcpulse_time_wait_get_nl_policy[TCPULSE_A_TIME_WAIT_INFO_COUNTING_MS + 1];

extern const struct nla_policy tcpulse_listener_get_nl_policy[TCPULSE_A_LISTENER_OVERFLOWING + 1];

extern const struct nla_policy tcpulse_overflow_get_nl_policy[TCPULSE_A_OVERFLOW_COUNTING_MS + 1];

extern const struct nla_policy tcpulse_segment_get_nl_policy[TCPULSE_A_SEGMENTS_FAMILY + 1];

extern const struct nla_policy tcpulse_segment_set_nl_policy[TCPULSE_A_SEGMENTS_ENABLED + 1];

extern const struct nla_policy tcpulse_param_get_nl_policy[TCPULSE_A_PARAMS_NAME + 1];

extern const struct nla_policy tcpulse_param_set_nl_policy[TCPULSE_A_TUNING_DRY_RUN + 1];

extern const struct nla_policy tcpulse_param_confirm_nl_policy[TCPULSE_A_TUNING_TRANSACTION + 1];

extern const struct nla_policy tcpulse_param_revert_nl_policy[TCPULSE_A_TUNING_TRANSACTION + 1];

extern const struct nla_policy tcpulse_listener_set_nl_policy[TCPULSE_A_TUNING_DRY_RUN + 1];

extern const struct nla_policy tcpulse_change_get_nl_policy[TCPULSE_A_CHANGES_CHANGE + 1];

/* Ops table for tcpulse */
extern const struct genl_ops tcpulse_nl_ops[14];
extern const struct genl_multicast_group tcpulse_nl_mcgrps[1];

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
int tcpulse_nl_param_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_param_set_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_param_confirm_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_param_revert_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_listener_set_doit(struct sk_buff *skb, struct genl_info *info);
int tcpulse_nl_change_get_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	TCPULSE_NLGRP_ALERT,
};

#endif /* _LINUX_TCPULSE_GEN_H */
