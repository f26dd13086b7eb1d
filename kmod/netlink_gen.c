// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	netlink/specs/tcpulse.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/tcpulse.h>

/* Common nested types */
const struct nla_policy tcpulse_change_nl_policy[TCPULSE_A_CHANGE_V6ONLY + 1] = {
	[TCPULSE_A_CHANGE_SEQUENCE] = { .type = NLA_U64, },
	[TCPULSE_A_CHANGE_TRANSACTION] = { .type = NLA_U64, },
	[TCPULSE_A_CHANGE_ACTION] = NLA_POLICY_RANGE(NLA_U8, 1, 7),
	[TCPULSE_A_CHANGE_PARAM] = { .type = NLA_NUL_STRING, },
	[TCPULSE_A_CHANGE_LISTENER_ID] = { .type = NLA_U64, },
	[TCPULSE_A_CHANGE_FAMILY] = { .type = NLA_U16, },
	[TCPULSE_A_CHANGE_ADDRESS] = { .type = NLA_BINARY, },
	[TCPULSE_A_CHANGE_PORT] = { .type = NLA_U16, },
	[TCPULSE_A_CHANGE_ASKED] = { .type = NLA_U32, },
	[TCPULSE_A_CHANGE_OLD] = { .type = NLA_S64, },
	[TCPULSE_A_CHANGE_OLD_HIGH] = { .type = NLA_S64, },
	[TCPULSE_A_CHANGE_NEW] = { .type = NLA_S64, },
	[TCPULSE_A_CHANGE_NEW_HIGH] = { .type = NLA_S64, },
	[TCPULSE_A_CHANGE_TIME_MS] = { .type = NLA_U64, },
	[TCPULSE_A_CHANGE_PID] = { .type = NLA_U32, },
	[TCPULSE_A_CHANGE_UID] = { .type = NLA_U32, },
	[TCPULSE_A_CHANGE_COMMAND] = { .type = NLA_NUL_STRING, },
	[TCPULSE_A_CHANGE_IFINDEX] = { .type = NLA_U32, },
	[TCPULSE_A_CHANGE_V6ONLY] = { .type = NLA_FLAG, },
};

const struct nla_policy tcpulse_listener_limit_nl_policy[TCPULSE_A_LISTENER_LIMIT_LIMIT + 1] = {
	[TCPULSE_A_LISTENER_LIMIT_ID] = { .type = NLA_U64, },
	[TCPULSE_A_LISTENER_LIMIT_FAMILY] = { .type = NLA_U16, },
	[TCPULSE_A_LISTENER_LIMIT_ADDRESS] = { .type = NLA_BINARY, },
	[TCPULSE_A_LISTENER_LIMIT_PORT] = { .type = NLA_U16, },
	[TCPULSE_A_LISTENER_LIMIT_LIMIT] = { .type = NLA_U32, },
};

const struct nla_policy tcpulse_param_value_nl_policy[TCPULSE_A_PARAM_VALUE_HIGH + 1] = {
	[TCPULSE_A_PARAM_NAME] = { .type = NLA_NUL_STRING, },
	[TCPULSE_A_PARAM_VALUE] = { .type = NLA_S64, },
	[TCPULSE_A_PARAM_VALUE_HIGH] = { .type = NLA_S64, },
};

/* TCPULSE_CMD_INFO_GET - do */
const struct nla_policy tcpulse_info_get_nl_policy[TCPULSE_A_INFO_VERSION + 1] = {
};

/* TCPULSE_CMD_STATE_GET - do */
const struct nla_policy tcpulse_state_get_nl_policy[TCPULSE_A_STATES_FAMILY + 1] = {
	[TCPULSE_A_STATES_FAMILY] = { .type = NLA_U16, },
};

/* TCPULSE_CMD_TRANSITION_GET - do */
const struct nla_policy tcpulse_transition_get_nl_policy[TCPULSE_A_TRANSITIONS_FAMILY + 1] = {
	[TCPULSE_A_TRANSITIONS_FAMILY] = { .type = NLA_U16, },
};

/* TCPULSE_CMD_TIME_WAIT_GET - do */
const struct nla_policy tcpulse_time_wait_get_nl_policy[TCPULSE_A_TIME_WAIT_INFO_COUNTING_MS + 1] = {
};

/* TCPULSE_CMD_LISTENER_GET - do */
const struct nla_policy tcpulse_listener_get_nl_policy[TCPULSE_A_LISTENER_OVERFLOWING + 1] = {
	[TCPULSE_A_LISTENER_ID] = { .type = NLA_U64, },
	[TCPULSE_A_LISTENER_FAMILY] = { .type = NLA_U16, },
	[TCPULSE_A_LISTENER_ADDRESS] = { .type = NLA_BINARY, },
	[TCPULSE_A_LISTENER_PORT] = { .type = NLA_U16, },
	[TCPULSE_A_LISTENER_OVERFLOWING] = { .type = NLA_FLAG, },
};

/* TCPULSE_CMD_OVERFLOW_GET - do */
const struct nla_policy tcpulse_overflow_get_nl_policy[TCPULSE_A_OVERFLOW_COUNTING_MS + 1] = {
};

/* TCPULSE_CMD_SEGMENT_GET - do */
const struct nla_policy tcpulse_segment_get_nl_policy[TCPULSE_A_SEGMENTS_FAMILY + 1] = {
	[TCPULSE_A_SEGMENTS_FAMILY] = { .type = NLA_U16, },
};

/* TCPULSE_CMD_SEGMENT_SET - do */
const struct nla_policy tcpulse_segment_set_nl_policy[TCPULSE_A_SEGMENTS_ENABLED + 1] = {
	[TCPULSE_A_SEGMENTS_ENABLED] = { .type = NLA_U8, },
};

/* TCPULSE_CMD_PARAM_GET - do */
const struct nla_policy tcpulse_param_get_nl_policy[TCPULSE_A_PARAMS_NAME + 1] = {
	[TCPULSE_A_PARAMS_NAME] = { .type = NLA_NUL_STRING, },
};

/* TCPULSE_CMD_PARAM_SET - do */
const struct nla_policy tcpulse_param_set_nl_policy[TCPULSE_A_TUNING_DRY_RUN + 1] = {
	[TCPULSE_A_TUNING_PARAM] = NLA_POLICY_NESTED(tcpulse_param_value_nl_policy),
	[TCPULSE_A_TUNING_CONFIRM_SECONDS] = { .type = NLA_U32, },
	[TCPULSE_A_TUNING_DRY_RUN] = { .type = NLA_FLAG, },
};

/* TCPULSE_CMD_PARAM_CONFIRM - do */
const struct nla_policy tcpulse_param_confirm_nl_policy[TCPULSE_A_TUNING_TRANSACTION + 1] = {
	[TCPULSE_A_TUNING_TRANSACTION] = { .type = NLA_U64, },
};

/* TCPULSE_CMD_PARAM_REVERT - do */
const struct nla_policy tcpulse_param_revert_nl_policy[TCPULSE_A_TUNING_TRANSACTION + 1] = {
	[TCPULSE_A_TUNING_TRANSACTION] = { .type = NLA_U64, },
};

/* TCPULSE_CMD_LISTENER_SET - do */
const struct nla_policy tcpulse_listener_set_nl_policy[TCPULSE_A_TUNING_DRY_RUN + 1] = {
	[TCPULSE_A_TUNING_LISTENER] = NLA_POLICY_NESTED(tcpulse_listener_limit_nl_policy),
	[TCPULSE_A_TUNING_CONFIRM_SECONDS] = { .type = NLA_U32, },
	[TCPULSE_A_TUNING_DRY_RUN] = { .type = NLA_FLAG, },
};

/* TCPULSE_CMD_CHANGE_GET - do */
const struct nla_policy tcpulse_change_get_nl_policy[TCPULSE_A_CHANGES_CHANGE + 1] = {
};

/* Ops table for tcpulse */
const struct genl_ops tcpulse_nl_ops[14] = {
	{
		.cmd		= TCPULSE_CMD_INFO_GET,
		.doit		= tcpulse_nl_info_get_doit,
		.policy		= tcpulse_info_get_nl_policy,
		.maxattr	= TCPULSE_A_INFO_VERSION,
	},
	{
		.cmd		= TCPULSE_CMD_STATE_GET,
		.doit		= tcpulse_nl_state_get_doit,
		.policy		= tcpulse_state_get_nl_policy,
		.maxattr	= TCPULSE_A_STATES_FAMILY,
	},
	{
		.cmd		= TCPULSE_CMD_TRANSITION_GET,
		.doit		= tcpulse_nl_transition_get_doit,
		.policy		= tcpulse_transition_get_nl_policy,
		.maxattr	= TCPULSE_A_TRANSITIONS_FAMILY,
	},
	{
		.cmd		= TCPULSE_CMD_TIME_WAIT_GET,
		.doit		= tcpulse_nl_time_wait_get_doit,
		.policy		= tcpulse_time_wait_get_nl_policy,
		.maxattr	= TCPULSE_A_TIME_WAIT_INFO_COUNTING_MS,
	},
	{
		.cmd		= TCPULSE_CMD_LISTENER_GET,
		.doit		= tcpulse_nl_listener_get_doit,
		.dumpit		= tcpulse_nl_listener_get_dumpit,
		.policy		= tcpulse_listener_get_nl_policy,
		.maxattr	= TCPULSE_A_LISTENER_OVERFLOWING,
	},
	{
		.cmd		= TCPULSE_CMD_OVERFLOW_GET,
		.doit		= tcpulse_nl_overflow_get_doit,
		.policy		= tcpulse_overflow_get_nl_policy,
		.maxattr	= TCPULSE_A_OVERFLOW_COUNTING_MS,
	},
	{
		.cmd		= TCPULSE_CMD_SEGMENT_GET,
		.doit		= tcpulse_nl_segment_get_doit,
		.policy		= tcpulse_segment_get_nl_policy,
		.maxattr	= TCPULSE_A_SEGMENTS_FAMILY,
	},
	{
		.cmd		= TCPULSE_CMD_SEGMENT_SET,
		.doit		= tcpulse_nl_segment_set_doit,
		.policy		= tcpulse_segment_set_nl_policy,
		.maxattr	= TCPULSE_A_SEGMENTS_ENABLED,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= TCPULSE_CMD_PARAM_GET,
		.doit		= tcpulse_nl_param_get_doit,
		.policy		= tcpulse_param_get_nl_policy,
		.maxattr	= TCPULSE_A_PARAMS_NAME,
	},
	{
		.cmd		= TCPULSE_CMD_PARAM_SET,
		.doit		= tcpulse_nl_param_set_doit,
		.policy		= tcpulse_param_set_nl_policy,
		.maxattr	= TCPULSE_A_TUNING_DRY_RUN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= TCPULSE_CMD_PARAM_CONFIRM,
		.doit		= tcpulse_nl_param_confirm_doit,
		.policy		= tcpulse_param_confirm_nl_policy,
		.maxattr	= TCPULSE_A_TUNING_TRANSACTION,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= TCPULSE_CMD_PARAM_REVERT,
		.doit		= tcpulse_nl_param_revert_doit,
		.policy		= tcpulse_param_revert_nl_policy,
		.maxattr	= TCPULSE_A_TUNING_TRANSACTION,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= TCPULSE_CMD_LISTENER_SET,
		.doit		= tcpulse_nl_listener_set_doit,
		.policy		= tcpulse_listener_set_nl_policy,
		.maxattr	= TCPULSE_A_TUNING_DRY_RUN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= TCPULSE_CMD_CHANGE_GET,
		.doit		= tcpulse_nl_change_get_doit,
		.policy		= tcpulse_change_get_nl_policy,
		.maxattr	= TCPULSE_A_CHANGES_CHANGE,
	},
};

const struct genl_multicast_group tcpulse_nl_mcgrps[1] = {
	[TCPULSE_NLGRP_ALERT] = { "alert", GENL_MCAST_CAP_NET_ADMIN, },
};
