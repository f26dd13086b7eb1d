// SPDX-License-Identifier: GPL-2.0
/*
 * What the module's replies about tuning consist of.
 */
#include <linux/tcpulse.h>

#include "base/compiler.h"
#include "module/attrs_tune.h"

static const struct field param_fields[] = {
	[TCPULSE_A_PARAM_NAME] = { AS_STRING, WHERE(param, name) },
	[TCPULSE_A_PARAM_UNIT] = { AS_U8, WHERE(param, unit) },
	[TCPULSE_A_PARAM_EFFECT] = { AS_U8, WHERE(param, effect) },
	[TCPULSE_A_PARAM_VALUE] = { AS_U64, WHERE(param, value.low) },
	[TCPULSE_A_PARAM_VALUE_HIGH] = {
		AS_U64, WHERE(param, value.high), .optional = true },
	[TCPULSE_A_PARAM_MINIMUM] = { AS_U64, WHERE(param, minimum) },
	[TCPULSE_A_PARAM_MAXIMUM] = { AS_U64, WHERE(param, maximum) },
	[TCPULSE_A_PARAM_LOADED] = { AS_U64, WHERE(param, loaded.low) },
	[TCPULSE_A_PARAM_LOADED_HIGH] = {
		AS_U64, WHERE(param, loaded.high), .optional = true },
	[TCPULSE_A_PARAM_DEFAULT] = { AS_U64, WHERE(param, standard.low) },
	[TCPULSE_A_PARAM_DEFAULT_HIGH] = {
		AS_U64, WHERE(param, standard.high), .optional = true },
	[TCPULSE_A_PARAM_READ_ONLY] = { AS_FLAG, WHERE(param, read_only) },
};

static const struct nest param_nest = NEST(param);

static const struct field change_fields[] = {
	[TCPULSE_A_CHANGE_SEQUENCE] = {
		AS_U64, WHERE(change, sequence), .optional = true },
	[TCPULSE_A_CHANGE_TRANSACTION] = {
		AS_U64, WHERE(change, transaction), .optional = true },
	[TCPULSE_A_CHANGE_ACTION] = {
		AS_U8, WHERE(change, action), .optional = true },
	[TCPULSE_A_CHANGE_PARAM] = {
		AS_STRING, WHERE(change, param), .optional = true },
	[TCPULSE_A_CHANGE_LISTENER_ID] = {
		AS_U64, WHERE(change, listener_id), .optional = true },
	[TCPULSE_A_CHANGE_FAMILY] = {
		AS_U16, WHERE(change, family), .optional = true },
	[TCPULSE_A_CHANGE_ADDRESS] = {
		AS_BINARY, WHERE(change, address), .optional = true,
		.max = 16 },
	[TCPULSE_A_CHANGE_PORT] = {
		AS_U16, WHERE(change, port), .optional = true },
	[TCPULSE_A_CHANGE_ASKED] = {
		AS_U32, WHERE(change, asked), .absent = true },
	[TCPULSE_A_CHANGE_OLD] = { AS_U64, WHERE(change, before.low) },
	[TCPULSE_A_CHANGE_OLD_HIGH] = {
		AS_U64, WHERE(change, before.high), .absent = true },
	[TCPULSE_A_CHANGE_NEW] = { AS_U64, WHERE(change, after.low) },
	[TCPULSE_A_CHANGE_NEW_HIGH] = {
		AS_U64, WHERE(change, after.high), .absent = true },
	[TCPULSE_A_CHANGE_TIME_MS] = {
		AS_U64, WHERE(change, time_ms), .optional = true },
	[TCPULSE_A_CHANGE_PID] = {
		AS_U32, WHERE(change, pid), .absent = true },
	[TCPULSE_A_CHANGE_UID] = {
		AS_U32, WHERE(change, uid), .absent = true },
	[TCPULSE_A_CHANGE_COMMAND] = {
		AS_STRING, WHERE(change, command), .optional = true,
		.private = true },
	[TCPULSE_A_CHANGE_IFINDEX] = {
		AS_U32, WHERE(change, ifindex), .optional = true },
	[TCPULSE_A_CHANGE_V6ONLY] = { AS_FLAG, WHERE(change, v6only) },
};

static const struct nest change_nest = NEST(change);

#define CHANGES(type) \
	{ AS_ROWS, WHERE(type, change), .nest = &change_nest, .optional = true, \
	  .nr_offset = offsetof(struct type, nr), .max = CHANGES_MAX }

static const struct field pending_fields[] = {
	[TCPULSE_A_PENDING_TRANSACTION] = { AS_U64, WHERE(pending, transaction) },
	[TCPULSE_A_PENDING_REMAINING_MS] = {
		AS_U64, WHERE(pending, remaining_ms) },
	[TCPULSE_A_PENDING_CHANGE] = CHANGES(pending),
};

static const struct nest pending_nest = NEST(pending);

static const struct field params_fields[] = {
	[TCPULSE_A_PARAMS_PARAM] = {
		AS_ROWS, WHERE(params, param), .nest = &param_nest,
		.optional = true,
		.nr_offset = offsetof(struct params, nr),
		.max = PARAMS_MAX },
	[TCPULSE_A_PARAMS_PENDING] = {
		AS_NEST, WHERE(params, pending), .nest = &pending_nest,
		.optional = true },
};

const struct nest params_nest = NEST(params);

static const struct field tuning_fields[] = {
	[TCPULSE_A_TUNING_TRANSACTION] = { AS_U64, WHERE(tuning, transaction) },
	[TCPULSE_A_TUNING_REMAINING_MS] = {
		AS_U64, WHERE(tuning, remaining_ms), .absent = true },
	[TCPULSE_A_TUNING_CHANGE] = CHANGES(tuning),
};

const struct nest tuning_nest = NEST(tuning);

static const struct field changes_fields[] = {
	[TCPULSE_A_CHANGES_CHANGE] = CHANGES(changes),
};

const struct nest changes_nest = NEST(changes);

const struct nest *attrs_tune_nest(int cmd)
{
	switch (cmd) {
	case TCPULSE_CMD_PARAM_GET:
		return &params_nest;
	case TCPULSE_CMD_CHANGE_GET:
		return &changes_nest;
	default:
		return NULL;
	}
}
