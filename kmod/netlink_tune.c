// SPDX-License-Identifier: GPL-2.0
/*
 * Operations param-get, param-set, param-confirm and param-revert, and what
 * an operation that changes something consists of.
 *
 * A reply is made before anything is changed and filled while the mutex is held
 * that the change was made under, so that no change can end in an error.
 */
#include <linux/capability.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <net/net_namespace.h>

#include "net.h"
#include "netlink.h"
#include "netlink_change.h"
#include "netlink_gen.h"
#include "netlink_tune.h"
#include "permit.h"

static int tcpulse_nl_tuning_begin(struct tcpulse_nl_tuning *req,
				   struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *seconds = info->attrs[TCPULSE_A_TUNING_CONFIRM_SECONDS];
	int err = tcpulse_permit(skb, genl_info_net(info), info->extack);

	if (err)
		return err;
	memset(req, 0, sizeof(*req));
	req->info = info;
	req->net = genl_info_net(info);
	req->reader = tcpulse_nl_asker(skb);
	req->tuning = &tcpulse_net(req->net)->tuning;
	req->host = netlink_capable(skb, CAP_NET_ADMIN);
	req->dry_run = info->attrs[TCPULSE_A_TUNING_DRY_RUN];
	req->seconds = seconds ? nla_get_u32(seconds) : 0;
	if (seconds && (!req->seconds ||
			req->seconds > TCPULSE_TUNE_SECONDS_MAX)) {
		NL_SET_ERR_MSG_ATTR(info->extack, seconds,
				    "confirm-seconds must be 1 to 86400");
		return -ERANGE;
	}
	return 0;
}

/**
 * tcpulse_nl_need() - refuse a request that lacks an attribute
 * @extack: where to say so
 * @nest: what it should be in
 * @attr: the attribute, or NULL
 * @msg: what to say; there for good
 *
 * Return: 0 or -EINVAL.
 */
int tcpulse_nl_need(struct netlink_ext_ack *extack, const struct nlattr *nest,
		    const struct nlattr *attr, const char *msg)
{
	if (attr)
		return 0;
	NL_SET_BAD_ATTR(extack, nest);
	extack->_msg = msg;
	return -EINVAL;
}

/* --- replies --------------------------------------------------------- */

static int tcpulse_nl_tuning_reply(struct tcpulse_nl_tuning *req,
				   unsigned int rows)
{
	req->msg = genlmsg_new((rows + 1) * TCPULSE_NL_CHANGE_SIZE, GFP_KERNEL);
	if (!req->msg)
		return -ENOMEM;
	/* An empty message has room for that. */
	req->hdr = genlmsg_put_reply(req->msg, req->info, &tcpulse_nl_family, 0,
				     req->info->genlhdr->cmd);
	return 0;
}

static u64 tcpulse_nl_remaining_ms(const struct tcpulse_transaction *tx)
{
	const s64 ns = tx->deadline - ktime_get_boottime_ns();

	return div_u64(max_t(s64, ns, 0), NSEC_PER_MSEC);
}

static int tcpulse_nl_fill_transaction(struct sk_buff *msg,
				       const struct tcpulse_nl_reader *reader,
				       const struct tcpulse_transaction *tx)
{
	unsigned int i;

	if (tcpulse_nl_put_u64(msg, TCPULSE_A_TUNING_TRANSACTION, tx->number) ||
	    (tx->deadline &&
	     tcpulse_nl_put_u64(msg, TCPULSE_A_TUNING_REMAINING_MS,
				tcpulse_nl_remaining_ms(tx))))
		return -EMSGSIZE;
	for (i = 0; i < tx->n; i++)
		if (tcpulse_nl_fill_change(msg, TCPULSE_A_TUNING_CHANGE, reader,
					   &tx->change[i]))
			return -EMSGSIZE;
	return 0;
}

/* Context: the mutex of tuning held; @tx is as the change has left it. */
static void tcpulse_nl_tuning_fill(struct tcpulse_nl_tuning *req,
				   const struct tcpulse_transaction *tx)
{
	/* Room was made for all of it. */
	if (!WARN_ON_ONCE(tcpulse_nl_fill_transaction(req->msg, &req->reader,
						      tx)))
		genlmsg_end(req->msg, req->hdr);
}

/* --- changes --------------------------------------------------------- */

/**
 * tcpulse_nl_tuning_change() - do what is asked for, or try to
 * @req: request
 * @tx: the values, checked; freed, or left pending
 *
 * Return: 0 or a negative errno; then nothing is changed.
 */
static int tcpulse_nl_tuning_change(struct tcpulse_nl_tuning *req,
				    struct tcpulse_transaction *tx)
{
	struct netlink_ext_ack *extack = req->info->extack;
	int err;

	err = tcpulse_nl_tuning_reply(req, tx->n);
	if (err)
		goto out;
	mutex_lock(&req->tuning->mutex);
	if (req->dry_run)
		err = tcpulse_tune_try(req->net, tx, req->seconds, extack);
	else
		err = tcpulse_tune_apply(req->net, tx, req->seconds, extack);
	if (!err)
		tcpulse_nl_tuning_fill(req, tx);
	if (req->tuning->pending == tx)
		tx = NULL;
	mutex_unlock(&req->tuning->mutex);
	if (!err)
		err = genlmsg_reply(req->msg, req->info);
	else
		nlmsg_free(req->msg);
out:
	tcpulse_tune_free(tx);
	return err;
}

/**
 * tcpulse_nl_tuning_doit() - an operation that changes something
 * @skb: request
 * @info: request
 * @size: values there may be
 * @add: parses and checks them
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative errno.
 */
int tcpulse_nl_tuning_doit(struct sk_buff *skb, struct genl_info *info,
			   unsigned int size, tcpulse_nl_add_fn *add)
{
	struct tcpulse_transaction *tx;
	struct tcpulse_nl_tuning req;
	int err;

	err = tcpulse_nl_tuning_begin(&req, skb, info);
	if (err)
		return err;
	tx = tcpulse_tune_alloc(size);
	if (!tx)
		return -ENOMEM;
	err = add(&req, tx);
	if (!err)
		return tcpulse_nl_tuning_change(&req, tx);
	tcpulse_tune_free(tx);
	return err;
}

/* --- param-set ------------------------------------------------------- */

static int tcpulse_nl_get_param(struct tcpulse_nl_tuning *req,
				const struct nlattr *name,
				const struct tcpulse_param **param)
{
	struct netlink_ext_ack *extack = req->info->extack;
	const char *why = tcpulse_param_whole_machine(nla_data(name));

	*param = tcpulse_param_find(nla_data(name));
	if (*param && tcpulse_param_is_hidden(req->net, *param) && !req->host) {
		NL_SET_ERR_MSG_ATTR(extack, name,
				    "this kernel leaves net.core to the root of the whole machine");
		return -EPERM;
	}
	if (*param)
		return 0;
	if (why)
		extack->_msg = why;
	else
		tcpulse_ext_ack(extack, "no such parameter",
				"there is no parameter %.40s",
				(const char *)nla_data(name));
	NL_SET_BAD_ATTR(extack, name);
	return -ENOENT;
}

static int tcpulse_nl_get_value(struct netlink_ext_ack *extack,
				const struct nlattr *nest, struct nlattr **tb,
				struct tcpulse_change *change)
{
	const struct nlattr *low = tb[TCPULSE_A_PARAM_VALUE];
	const struct nlattr *high = tb[TCPULSE_A_PARAM_VALUE_HIGH];
	const bool range = tcpulse_param_is_range(change->param);

	if (tcpulse_nl_need(extack, nest, low, "a parameter has no value"))
		return -EINVAL;
	if (range != !!high) {
		tcpulse_ext_ack(extack,
				"ip_local_port_range has two values, all others have one",
				"%s has %s", change->param->name,
				range ? "two values" : "one value");
		NL_SET_BAD_ATTR(extack, high ?: nest);
		return -EINVAL;
	}
	change->new.low = nla_get_s64(low);
	change->new.high = high ? nla_get_s64(high) : 0;
	return 0;
}

static bool tcpulse_nl_is_twice(const struct tcpulse_transaction *tx,
				const struct tcpulse_param *param)
{
	unsigned int i;

	for (i = 0; i < tx->n; i++)
		if (tx->change[i].param == param)
			return true;
	return false;
}

/* One value of the request, parsed and checked. */
static int tcpulse_nl_add_param(struct tcpulse_nl_tuning *req,
				struct tcpulse_transaction *tx,
				const struct nlattr *nest)
{
	struct netlink_ext_ack *extack = req->info->extack;
	struct nlattr *tb[TCPULSE_A_PARAM_VALUE_HIGH + 1];
	struct tcpulse_change change = {};
	int err;

	err = nla_parse_nested(tb, TCPULSE_A_PARAM_VALUE_HIGH, nest,
			       tcpulse_param_value_nl_policy, extack);
	if (err)
		return err;
	err = tcpulse_nl_need(extack, nest, tb[TCPULSE_A_PARAM_NAME],
			      "a parameter has no name") ?:
	      tcpulse_nl_get_param(req, tb[TCPULSE_A_PARAM_NAME],
				   &change.param) ?:
	      tcpulse_nl_get_value(extack, nest, tb, &change);
	if (err)
		return err;
	if (tcpulse_nl_is_twice(tx, change.param)) {
		tcpulse_ext_ack(extack, "a parameter is named twice",
				"%s is named twice", change.param->name);
		NL_SET_BAD_ATTR(extack, tb[TCPULSE_A_PARAM_NAME]);
		return -EINVAL;
	}
	err = tcpulse_param_check(req->net, change.param, &change.new, extack);
	if (err) {
		NL_SET_BAD_ATTR(extack, tb[TCPULSE_A_PARAM_VALUE]);
		return err;
	}
	tx->change[tx->n++] = change;
	return 0;
}

static int tcpulse_nl_add_params(struct tcpulse_nl_tuning *req,
				 struct tcpulse_transaction *tx)
{
	const struct nlmsghdr *nlh = req->info->nlhdr;
	const struct nlattr *attr;
	int err, rest;

	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rest) {
		if (nla_type(attr) != TCPULSE_A_TUNING_PARAM)
			continue;
		err = tcpulse_nl_add_param(req, tx, attr);
		if (err)
			return err;
	}
	if (tx->n)
		return 0;
	NL_SET_ERR_MSG(req->info->extack, "no parameter is given");
	return -EINVAL;
}

/* Operation param-set; privilege is checked. Context: may sleep. */
int tcpulse_nl_param_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	/* None is named twice, so all fit. */
	return tcpulse_nl_tuning_doit(skb, info, TCPULSE_PARAMS,
				      tcpulse_nl_add_params);
}

/* --- param-confirm, param-revert ------------------------------------- */

/* Context: the mutex of tuning held. */
static int tcpulse_nl_pending(struct tcpulse_nl_tuning *req,
			      struct tcpulse_transaction **tx)
{
	const struct nlattr *number =
		req->info->attrs[TCPULSE_A_TUNING_TRANSACTION];

	*tx = req->tuning->pending;
	if (!*tx) {
		NL_SET_ERR_MSG(req->info->extack, "no change is pending");
		return -ENOENT;
	}
	if (number && nla_get_u64(number) != (*tx)->number) {
		tcpulse_ext_ack(req->info->extack,
				"another change is pending",
				"another change is pending: %llu",
				(*tx)->number);
		NL_SET_BAD_ATTR(req->info->extack, number);
		return -ESTALE;
	}
	return tcpulse_nl_tuning_reply(req, (*tx)->n);
}

static int tcpulse_nl_settle(struct sk_buff *skb, struct genl_info *info,
			     enum tcpulse_action action)
{
	struct tcpulse_transaction *tx = NULL;
	struct tcpulse_nl_tuning req;
	struct tcpulse_actor by;
	int err;

	err = tcpulse_nl_tuning_begin(&req, skb, info);
	if (err)
		return err;
	tcpulse_tune_actor(&by);
	mutex_lock(&req.tuning->mutex);
	err = tcpulse_nl_pending(&req, &tx);
	if (!err) {
		tcpulse_tune_settle(req.net, tx, action, &by);
		tx->deadline = 0;
		tcpulse_nl_tuning_fill(&req, tx);
	}
	mutex_unlock(&req.tuning->mutex);
	put_pid(by.pid);
	if (err)
		return err;
	tcpulse_tune_free(tx);
	return genlmsg_reply(req.msg, info);
}

/* Operation param-confirm; privilege is checked. Context: may sleep. */
int tcpulse_nl_param_confirm_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tcpulse_nl_settle(skb, info, TCPULSE_ACTION_CONFIRM);
}

/* Operation param-revert; privilege is checked. Context: may sleep. */
int tcpulse_nl_param_revert_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tcpulse_nl_settle(skb, info, TCPULSE_ACTION_REVERT);
}

/* --- param-get ------------------------------------------------------- */

static int tcpulse_nl_fill_values(struct sk_buff *msg,
				  const struct tcpulse_nl_tuning *req,
				  const struct tcpulse_param *param)
{
	const int i = tcpulse_param_index(param);
	struct tcpulse_value value, preset;

	tcpulse_param_read(req->net, param, &value);
	tcpulse_param_preset(req->net, param, &preset);
	if (tcpulse_nl_put_value(msg, TCPULSE_A_PARAM_VALUE,
				 TCPULSE_A_PARAM_VALUE_HIGH, param, &value) ||
	    nla_put(msg, TCPULSE_A_PARAM_MINIMUM, sizeof(s64), &param->min) ||
	    nla_put(msg, TCPULSE_A_PARAM_MAXIMUM, sizeof(s64), &param->max) ||
	    tcpulse_nl_put_value(msg, TCPULSE_A_PARAM_LOADED,
				 TCPULSE_A_PARAM_LOADED_HIGH, param,
				 &req->tuning->loaded[i]) ||
	    tcpulse_nl_put_value(msg, TCPULSE_A_PARAM_DEFAULT,
				 TCPULSE_A_PARAM_DEFAULT_HIGH, param, &preset))
		return -EMSGSIZE;
	return 0;
}

static int tcpulse_nl_fill_param(struct sk_buff *msg,
				 const struct tcpulse_nl_tuning *req,
				 const struct tcpulse_param *param)
{
	struct nlattr *nest = nla_nest_start(msg, TCPULSE_A_PARAMS_PARAM);

	if (!nest || nla_put_string(msg, TCPULSE_A_PARAM_NAME, param->name) ||
	    nla_put_u8(msg, TCPULSE_A_PARAM_UNIT, param->unit) ||
	    nla_put_u8(msg, TCPULSE_A_PARAM_EFFECT, param->effect) ||
	    tcpulse_nl_fill_values(msg, req, param) ||
	    (tcpulse_param_is_read_only(req->net, param, req->host) &&
	     nla_put_flag(msg, TCPULSE_A_PARAM_READ_ONLY)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* What would be put back; the others of the transaction are as they were. */
static int tcpulse_nl_fill_pending(struct sk_buff *msg,
				   const struct tcpulse_nl_reader *reader,
				   const struct tcpulse_transaction *tx)
{
	struct nlattr *nest = nla_nest_start(msg, TCPULSE_A_PARAMS_PENDING);
	unsigned int i;

	if (!nest ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_PENDING_TRANSACTION, tx->number) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_PENDING_REMAINING_MS,
			       tcpulse_nl_remaining_ms(tx)))
		return -EMSGSIZE;
	for (i = 0; i < tx->n; i++)
		if (tcpulse_tune_changed(&tx->change[i]) &&
		    tcpulse_nl_fill_change(msg, TCPULSE_A_PENDING_CHANGE,
					   reader, &tx->change[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* @only: NULL for all. Context: the mutex of tuning held. */
static int tcpulse_nl_fill_params(const struct tcpulse_nl_tuning *req,
				  const struct tcpulse_param *only)
{
	const struct tcpulse_param *param = tcpulse_param_table;
	const struct tcpulse_transaction *pending = req->tuning->pending;
	int i;

	for (i = 0; i < TCPULSE_PARAMS; i++, param++)
		if ((!only || only == param) &&
		    tcpulse_nl_fill_param(req->msg, req, param))
			return -EMSGSIZE;
	return pending ? tcpulse_nl_fill_pending(req->msg, &req->reader,
						 pending) : 0;
}

static int tcpulse_nl_find_param(struct genl_info *info,
				 const struct tcpulse_param **param)
{
	const struct nlattr *name = info->attrs[TCPULSE_A_PARAMS_NAME];

	*param = name ? tcpulse_param_find(nla_data(name)) : NULL;
	if (*param || !name)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, name, "no such parameter");
	return -ENOENT;
}

/* Operation param-get. Context: Process context, may sleep. */
int tcpulse_nl_param_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpulse_nl_tuning req = {
		.info = info,
		.net = genl_info_net(info),
		.reader = tcpulse_nl_asker(skb),
		.tuning = &tcpulse_net(genl_info_net(info))->tuning,
		.host = netlink_capable(skb, CAP_NET_ADMIN),
	};
	const struct tcpulse_param *only;
	unsigned int rows;
	int err;

	err = tcpulse_nl_find_param(info, &only);
	if (err)
		return err;
	mutex_lock(&req.tuning->mutex);
	rows = TCPULSE_PARAMS + (req.tuning->pending ?
				 req.tuning->pending->n : 0);
	err = tcpulse_nl_tuning_reply(&req, rows);
	if (!err)
		err = tcpulse_nl_fill_params(&req, only);
	mutex_unlock(&req.tuning->mutex);
	if (err) {
		nlmsg_free(req.msg);
		return err;
	}
	genlmsg_end(req.msg, req.hdr);
	return genlmsg_reply(req.msg, info);
}
