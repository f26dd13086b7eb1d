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

/* Ops table for tcpulse */
const struct genl_ops tcpulse_nl_ops[3] = {
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
};
