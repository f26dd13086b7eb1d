// SPDX-License-Identifier: GPL-2.0
/*
 * What the module's replies about tuning consist of.
 */
#include <linux/tcpulse.h>

#include "module/attrs_tune.h"
#include "module/decode.h"

static const struct field param_fields[] = {
	[TCPULSE_A_PARAM_NAME] = { K_STRING, WHERE(param, name) },
	[TCPULSE_A_PARAM_UNIT] = { K_U8, WHERE(param, unit) },
	[TCPULSE_A_PARAM_EFFECT] = { K_U8, WHERE(param, effect) },
	[TCPULSE_A_PARAM_VALUE] = { K_U64, WHERE(param, value.low) },
	[TCPULSE_A_PARAM_VALUE_HIGH] = {
		K_U64, WHERE(param, value.high), .optional = true },
	[TCPULSE_A_PARAM_MINIMUM] = { K_U64, WHERE(param, minimum) },
	[TCPULSE_A_PARAM_MAXIMUM] = { K_U64, WHERE(param, maximum) },
	[TCPULSE_A_PARAM_LOADED] = { K_U64, WHERE(param, loaded.low) },
	[TCPULSE_A_PARAM_LOADED_HIGH] = {
		K_U64, WHERE(param, loaded.high), .optional = true },
	[TCPULSE_A_PARAM_DEFAULT] = { K_U64, WHERE(param, standard.low) },
	[TCPULSE_A_PARAM_DEFAULT_HIGH] = {
		K_U64, WHERE(param, standard.high), .optional = true },
	[TCPULSE_A_PARAM_READ_ONLY] = { K_FLAG, WHERE(param, read_only) },
};

static const struct nest param_nest = NEST(param);

static const struct field change_fields[] = {
	[TCPULSE_A_CHANGE_SEQUENCE] = {
		K_U64, WHERE(change, sequence), .optional = true },
	[TCPULSE_A_CHANGE_TRANSACTION] = {
		K_U64, WHERE(change, transaction), .optional = true },
	[TCPULSE_A_CHANGE_ACTION] = {
		K_U8, WHERE(change, action), .optional = true },
	[TCPULSE_A_CHANGE_PARAM] = {
		K_STRING, WHERE(change, param), .optional = true },
	[TCPULSE_A_CHANGE_LISTENER_ID] = {
		K_U64, WHERE(change, listener_id), .optional = true },
	[TCPULSE_A_CHANGE_FAMILY] = {
		K_U16, WHERE(change, family), .optional = true },
	[TCPULSE_A_CHANGE_ADDRESS] = {
		K_BINARY, WHERE(change, address), .optional = true,
		.max = 16 },
	[TCPULSE_A_CHANGE_PORT] = {
		K_U16, WHERE(change, port), .optional = true },
	[TCPULSE_A_CHANGE_ASKED] = {
		K_U32, WHERE(change, asked), .absent = true },
	[TCPULSE_A_CHANGE_OLD] = { K_U64, WHERE(change, before.low) },
	[TCPULSE_A_CHANGE_OLD_HIGH] = {
		K_U64, WHERE(change, before.high), .absent = true },
	[TCPULSE_A_CHANGE_NEW] = { K_U64, WHERE(change, after.low) },
	[TCPULSE_A_CHANGE_NEW_HIGH] = {
		K_U64, WHERE(change, after.high), .absent = true },
	[TCPULSE_A_CHANGE_TIME_MS] = {
		K_U64, WHERE(change, time_ms), .optional = true },
	[TCPULSE_A_CHANGE_PID] = {
		K_U32, WHERE(change, pid), .optional = true },
	[TCPULSE_A_CHANGE_UID] = {
		K_U32, WHERE(change, uid), .optional = true },
	[TCPULSE_A_CHANGE_COMMAND] = {
		K_STRING, WHERE(change, command), .optional = true },
	[TCPULSE_A_CHANGE_IFINDEX] = {
		K_U32, WHERE(change, ifindex), .optional = true },
	[TCPULSE_A_CHANGE_V6ONLY] = { K_FLAG, WHERE(change, v6only) },
};

static const struct nest change_nest = NEST(change);

#define CHANGES(type) \
	{ K_ROWS, WHERE(type, change), .nest = &change_nest, .optional = true, \
	  .nr_offset = offsetof(struct type, nr), .max = CHANGES_MAX }

static const struct field pending_fields[] = {
	[TCPULSE_A_PENDING_TRANSACTION] = { K_U64, WHERE(pending, transaction) },
	[TCPULSE_A_PENDING_REMAINING_MS] = {
		K_U64, WHERE(pending, remaining_ms) },
	[TCPULSE_A_PENDING_CHANGE] = CHANGES(pending),
};

static const struct nest pending_nest = NEST(pending);

static const struct field params_fields[] = {
	[TCPULSE_A_PARAMS_PARAM] = {
		K_ROWS, WHERE(params, param), .nest = &param_nest,
		.optional = true, .nr_offset = offsetof(struct params, nr),
		.max = PARAMS_MAX },
	[TCPULSE_A_PARAMS_PENDING] = {
		K_NEST, WHERE(params, pending), .nest = &pending_nest,
		.optional = true },
};

static const struct nest params_nest = NEST(params);

static const struct field tuning_fields[] = {
	[TCPULSE_A_TUNING_TRANSACTION] = { K_U64, WHERE(tuning, transaction) },
	[TCPULSE_A_TUNING_REMAINING_MS] = {
		K_U64, WHERE(tuning, remaining_ms), .absent = true },
	[TCPULSE_A_TUNING_CHANGE] = CHANGES(tuning),
};

static const struct nest tuning_nest = NEST(tuning);

static const struct field changes_fields[] = {
	[TCPULSE_A_CHANGES_CHANGE] = CHANGES(changes),
};

static const struct nest changes_nest = NEST(changes);

int attrs_params(struct nl_msg *msg, void *dst)
{
	return decode_reply(&params_nest, msg, dst);
}

int attrs_tuning(struct nl_msg *msg, void *dst)
{
	return decode_reply(&tuning_nest, msg, dst);
}

int attrs_changes(struct nl_msg *msg, void *dst)
{
	return decode_reply(&changes_nest, msg, dst);
}
