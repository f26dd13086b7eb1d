// SPDX-License-Identifier: GPL-2.0
/*
 * Builds the requests about tuning.
 */
#include <string.h>
#include <sys/socket.h>

#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include <linux/tcpulse.h>

#include "base/status.h"
#include "module/attrs.h"
#include "module/nl_tune.h"

/* Adds to a message. Return: a negative error of libnl's, or 0. */
typedef int add_fn(struct nl_msg *msg, const void *what);

int conn_get_params(struct conn *conn, struct params *params)
{
	struct request req = { .reply = &params_nest, .dst = params };

	return request_ask(conn, "get parameters",
			   request_msg(conn, TCPULSE_CMD_PARAM_GET, 0), &req);
}

int conn_get_changes(struct conn *conn, struct changes *changes)
{
	struct request req = { .reply = &changes_nest, .dst = changes };

	return request_ask(conn, "get changes",
			   request_msg(conn, TCPULSE_CMD_CHANGE_GET, 0), &req);
}

/* --- nests --------------------------------------------------------------- */

static int put_setting(struct nl_msg *msg, const void *what)
{
	const struct setting *setting = what;

	NLA_PUT_STRING(msg, TCPULSE_A_PARAM_NAME, setting->param->name);
	NLA_PUT_S64(msg, TCPULSE_A_PARAM_VALUE, setting->value.low);
	if (setting->param->unit == TCPULSE_UNIT_PORTS)
		NLA_PUT_S64(msg, TCPULSE_A_PARAM_VALUE_HIGH,
			    setting->value.high);
	return 0;

nla_put_failure:
	return -NLE_MSGSIZE;
}

struct target {
	const struct listener *listener;
	bool group;
	__u64 limit;
};

static int put_target(struct nl_msg *msg, const void *what)
{
	const struct target *target = what;
	const struct listener *listener = target->listener;

	NLA_PUT_U32(msg, TCPULSE_A_LISTENER_LIMIT_LIMIT, target->limit);
	if (!target->group) {
		NLA_PUT_U64(msg, TCPULSE_A_LISTENER_LIMIT_ID, listener->id);
		return 0;
	}
	NLA_PUT_U16(msg, TCPULSE_A_LISTENER_LIMIT_FAMILY, listener->family);
	NLA_PUT(msg, TCPULSE_A_LISTENER_LIMIT_ADDRESS,
		listener->family == AF_INET ? 4 : 16, listener->address);
	NLA_PUT_U16(msg, TCPULSE_A_LISTENER_LIMIT_PORT, listener->port);
	return 0;

nla_put_failure:
	return -NLE_MSGSIZE;
}

static int put_nest(struct nl_msg *msg, int attr, add_fn *put, const void *what)
{
	struct nlattr *nest = nla_nest_start(msg, attr | NLA_F_NESTED);
	int err = nest ? put(msg, what) : -NLE_MSGSIZE;

	return err ?: nla_nest_end(msg, nest);
}

/* --- requests ------------------------------------------------------------ */

static int add_settings(struct nl_msg *msg, const void *what)
{
	const struct settings *settings = what;
	int err = 0;
	size_t i;

	for (i = 0; i < settings->n && !err; i++)
		err = put_nest(msg, TCPULSE_A_TUNING_PARAM, put_setting,
			       &settings->setting[i]);
	return err;
}

static int add_target(struct nl_msg *msg, const void *what)
{
	return put_nest(msg, TCPULSE_A_TUNING_LISTENER, put_target, what);
}

static int add_transaction(struct nl_msg *msg, const void *what)
{
	const __u64 *transaction = what;

	if (!*transaction)
		return 0;
	return nla_put_u64(msg, TCPULSE_A_TUNING_TRANSACTION, *transaction);
}

static int add_trial(struct nl_msg *msg, const struct trial *trial)
{
	int err = 0;

	if (trial->confirm_s)
		err = nla_put_u32(msg, TCPULSE_A_TUNING_CONFIRM_SECONDS,
				  trial->confirm_s);
	if (!err && trial->dry_run)
		err = nla_put_flag(msg, TCPULSE_A_TUNING_DRY_RUN);
	return err;
}

static int ask_tuning(struct conn *conn, int cmd, const char *name, add_fn *add,
		      const void *what, const struct trial *trial,
		      struct tuning *tuning, struct refusal *refusal)
{
	struct request req = {
		.reply = &tuning_nest, .dst = tuning, .refusal = refusal,
	};
	struct nl_msg *msg = request_msg(conn, cmd, 0);

	memset(refusal, 0, sizeof(*refusal));
	if (msg && ((trial && add_trial(msg, trial)) || add(msg, what))) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return request_ask(conn, name, msg, &req);
}

int conn_set_params(struct conn *conn, const struct settings *settings,
		    const struct trial *trial, struct tuning *tuning,
		    struct refusal *refusal)
{
	return ask_tuning(conn, TCPULSE_CMD_PARAM_SET, "set parameters",
			  add_settings, settings, trial, tuning, refusal);
}

int conn_set_listener(struct conn *conn, const struct listener *listener,
		      bool group, __u64 limit, const struct trial *trial,
		      struct tuning *tuning, struct refusal *refusal)
{
	const struct target target = {
		.listener = listener, .group = group, .limit = limit,
	};

	return ask_tuning(conn, TCPULSE_CMD_LISTENER_SET, "set listener",
			  add_target, &target, trial, tuning, refusal);
}

int conn_settle(struct conn *conn, bool confirm, __u64 transaction,
		struct tuning *tuning, struct refusal *refusal)
{
	return ask_tuning(conn, confirm ? TCPULSE_CMD_PARAM_CONFIRM :
					  TCPULSE_CMD_PARAM_REVERT,
			  confirm ? "confirm" : "revert", add_transaction,
			  &transaction, NULL, tuning, refusal);
}
