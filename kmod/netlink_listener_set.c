// SPDX-License-Identifier: GPL-2.0
/*
 * Operation listener-set: whom it means, and whether they may have that limit.
 */
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <net/net_namespace.h>

#include "net.h"
#include "netlink_gen.h"
#include "netlink_listener.h"
#include "netlink_tune.h"

static void tcpulse_nl_add_listener(struct tcpulse_transaction *tx,
				    const struct tcpulse_nl_listener *row,
				    u32 limit)
{
	struct tcpulse_change *change = &tx->change[tx->n++];

	change->listener = row->listener->id;
	change->family = row->family;
	change->port = row->port;
	change->ifindex = row->ifindex;
	change->v6only = row->v6only;
	change->address = row->address;
	change->asked_known = tcpulse_nl_asked_is_known(row);
	change->asked = row->listener->asked;
	change->old.low = row->limit;
	change->new.low = limit;
}

static bool tcpulse_nl_same_group(const struct tcpulse_nl_listener *a,
				  const struct tcpulse_nl_listener *b)
{
	return a->reuseport && b->reuseport && a->family == b->family &&
	       a->port == b->port && a->ifindex == b->ifindex &&
	       !memcmp(&a->address, &b->address, sizeof(a->address));
}

/* Context: the mutex of the listeners held. */
static int tcpulse_nl_add_listeners(struct tcpulse_nl_tuning *req,
				    struct tcpulse_listeners *ls,
				    const struct tcpulse_nl_filter *filter,
				    u32 limit, struct tcpulse_transaction *tx)
{
	struct netlink_ext_ack *extack = req->info->extack;
	struct tcpulse_nl_listener row, first = {};
	unsigned long id = filter->id;

	while (tcpulse_nl_find_listener(ls, filter, &id, &row)) {
		if (!tx->n)
			first = row;
		if (tx->n && !tcpulse_nl_same_group(&first, &row)) {
			NL_SET_ERR_MSG(extack,
				       "several listeners fit that are not one SO_REUSEPORT group: ask for one by address or id");
			return -ENOTUNIQ;
		}
		if (tx->n == tx->size) {
			NL_SET_ERR_MSG(extack,
				       "more than 256 sockets in this group: ask for one by id");
			return -E2BIG;
		}
		tcpulse_nl_add_listener(tx, &row, limit);
	}
	if (tx->n)
		return 0;
	NL_SET_ERR_MSG(extack,
		       "no TCP socket of this network namespace is listening there");
	return -ENOENT;
}

/* Who may not raise somaxconn may not go past it this way. */
static int tcpulse_nl_check_limit(struct tcpulse_nl_tuning *req,
				  const struct nlattr *attr)
{
	struct netlink_ext_ack *extack = req->info->extack;
	const u32 limit = nla_get_u32(attr);
	const int somaxconn = READ_ONCE(req->net->core.sysctl_somaxconn);

	if (limit > INT_MAX) {
		tcpulse_ext_ack(extack, "limit must be 0 to 2147483647",
				"limit: %u is above the maximum 2147483647",
				limit);
		NL_SET_BAD_ATTR(extack, attr);
		return -ERANGE;
	}
	if (limit > somaxconn && !req->host &&
	    tcpulse_param_core_is_hidden(req->net)) {
		tcpulse_ext_ack(extack,
				"limit is beyond somaxconn, which is left to the root of the whole machine",
				"limit is beyond somaxconn, %d, left to the root of the whole machine",
				somaxconn);
		NL_SET_BAD_ATTR(extack, attr);
		return -EPERM;
	}
	return 0;
}

static int tcpulse_nl_parse_listener(struct tcpulse_nl_tuning *req,
				     struct tcpulse_nl_filter *filter,
				     u32 *limit)
{
	struct nlattr *nest = req->info->attrs[TCPULSE_A_TUNING_LISTENER];
	struct netlink_ext_ack *extack = req->info->extack;
	struct nlattr *tb[TCPULSE_A_LISTENER_MAX + 1] = {};
	int err;

	/* They are named as in listener-get. */
	BUILD_BUG_ON((int)TCPULSE_A_LISTENER_LIMIT_ID !=
		     (int)TCPULSE_A_LISTENER_ID ||
		     (int)TCPULSE_A_LISTENER_LIMIT_FAMILY !=
		     (int)TCPULSE_A_LISTENER_FAMILY ||
		     (int)TCPULSE_A_LISTENER_LIMIT_ADDRESS !=
		     (int)TCPULSE_A_LISTENER_ADDRESS ||
		     (int)TCPULSE_A_LISTENER_LIMIT_PORT !=
		     (int)TCPULSE_A_LISTENER_PORT);
	if (!nest) {
		NL_SET_ERR_MSG(extack, "no listener is given");
		return -EINVAL;
	}
	err = nla_parse_nested(tb, TCPULSE_A_LISTENER_LIMIT_LIMIT, nest,
			       tcpulse_listener_limit_nl_policy, extack) ?:
	      tcpulse_nl_need(extack, nest, tb[TCPULSE_A_LISTENER_LIMIT_LIMIT],
			      "limit is missing") ?:
	      tcpulse_nl_check_limit(req, tb[TCPULSE_A_LISTENER_LIMIT_LIMIT]);
	if (err)
		return err;
	*limit = nla_get_u32(tb[TCPULSE_A_LISTENER_LIMIT_LIMIT]);
	tb[TCPULSE_A_LISTENER_LIMIT_LIMIT] = NULL;
	err = tcpulse_nl_get_filter(extack, tb, filter);
	if (err || filter->id || filter->port)
		return err;
	NL_SET_ERR_MSG_ATTR(extack, nest, "id or port must be given");
	return -EINVAL;
}

static int tcpulse_nl_find_group(struct tcpulse_nl_tuning *req,
				 struct tcpulse_transaction *tx)
{
	struct tcpulse_listeners *ls = &tcpulse_net(req->net)->listeners;
	struct tcpulse_nl_filter filter;
	u32 limit;
	int err;

	err = tcpulse_nl_parse_listener(req, &filter, &limit);
	if (err)
		return err;
	mutex_lock(&ls->mutex);
	err = tcpulse_nl_add_listeners(req, ls, &filter, limit, tx);
	mutex_unlock(&ls->mutex);
	return err;
}

/* Operation listener-set; privilege is checked. Context: may sleep. */
int tcpulse_nl_listener_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tcpulse_nl_tuning_doit(skb, info, TCPULSE_TUNE_MAX,
				      tcpulse_nl_find_group);
}
