// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	netlink/specs/tcpulse.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/tcpulse.h>

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

/* Ops table for tcpulse */
const struct genl_ops tcpulse_nl_ops[8] = {
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
};
