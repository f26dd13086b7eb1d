// SPDX-License-Identifier: GPL-2.0
/*
 * One change as attributes; operation change-get; the group alert.
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/uidgid.h>
#include <net/net_namespace.h>

#include "history.h"
#include "net.h"
#include "netlink.h"
#include "netlink_change.h"
#include "netlink_gen.h"
#include "netlink_listener.h"

/* @param: NULL for the limit of a listener. */
int tcpulse_nl_put_value(struct sk_buff *msg, int attr, int attr_high,
			 const struct tcpulse_param *param,
			 const struct tcpulse_value *value)
{
	if (nla_put(msg, attr, sizeof(value->low), &value->low))
		return -EMSGSIZE;
	if (!param || !tcpulse_param_is_range(param))
		return 0;
	return nla_put(msg, attr_high, sizeof(value->high), &value->high);
}

static int tcpulse_nl_fill_what(struct sk_buff *msg,
				const struct tcpulse_change *change)
{
	if (change->param)
		return nla_put_string(msg, TCPULSE_A_CHANGE_PARAM,
				      change->param->name);
	if (tcpulse_nl_put_u64(msg, TCPULSE_A_CHANGE_LISTENER_ID,
			       change->listener) ||
	    nla_put_u16(msg, TCPULSE_A_CHANGE_FAMILY, change->family) ||
	    nla_put(msg, TCPULSE_A_CHANGE_ADDRESS,
		    tcpulse_nl_address_len(change->family), &change->address) ||
	    nla_put_u16(msg, TCPULSE_A_CHANGE_PORT, change->port) ||
	    (change->ifindex &&
	     nla_put_u32(msg, TCPULSE_A_CHANGE_IFINDEX, change->ifindex)) ||
	    (change->v6only && nla_put_flag(msg, TCPULSE_A_CHANGE_V6ONLY)) ||
	    (change->asked_known &&
	     nla_put_u32(msg, TCPULSE_A_CHANGE_ASKED, change->asked)))
		return -EMSGSIZE;
	return 0;
}

/**
 * tcpulse_nl_asker() - who reads the reply to a request
 * @skb: request
 *
 * Users are numbered as in the user namespace that the socket was opened in,
 * which is where the reply goes; processes as for the process that asks.
 *
 * Context: Process context, that of the request.
 * Return: whose numbers to tell, for as long as the request.
 */
struct tcpulse_nl_reader tcpulse_nl_asker(const struct sk_buff *skb)
{
	return (struct tcpulse_nl_reader) {
		.user_ns = sk_user_ns(NETLINK_CB(skb).sk),
		.pid_ns = task_active_pid_ns(current),
	};
}

/* What has no number for the reader is left out: any other would be wrong. */
static int tcpulse_nl_fill_who(struct sk_buff *msg,
			       const struct tcpulse_nl_reader *reader,
			       const struct tcpulse_actor *by)
{
	const pid_t pid = pid_nr_ns(by->pid, reader->pid_ns ?:
				    ns_of_pid(by->pid));
	const uid_t uid = from_kuid(reader->user_ns, by->uid);

	if ((pid && nla_put_u32(msg, TCPULSE_A_CHANGE_PID, pid)) ||
	    (uid != (uid_t)-1 && nla_put_u32(msg, TCPULSE_A_CHANGE_UID, uid)))
		return -EMSGSIZE;
	return nla_put_string(msg, TCPULSE_A_CHANGE_COMMAND, by->command);
}

/*
 * Only a row of the history has a number and a time; nobody has made the change
 * of a dry run.
 */
static int tcpulse_nl_fill_when(struct sk_buff *msg,
				const struct tcpulse_nl_reader *reader,
				const struct tcpulse_change *change)
{
	if (change->sequence &&
	    (tcpulse_nl_put_u64(msg, TCPULSE_A_CHANGE_SEQUENCE,
				change->sequence) ||
	     tcpulse_nl_put_u64(msg, TCPULSE_A_CHANGE_TIME_MS,
				change->time_ms)))
		return -EMSGSIZE;
	if (!change->transaction)
		return 0;
	if (tcpulse_nl_put_u64(msg, TCPULSE_A_CHANGE_TRANSACTION,
			       change->transaction))
		return -EMSGSIZE;
	return tcpulse_nl_fill_who(msg, reader, &change->by);
}

/**
 * tcpulse_nl_fill_change() - put a change into a message
 * @msg: message
 * @attr: attribute to nest it in
 * @reader: who is told of it
 * @change: the change
 *
 * Return: 0 or -EMSGSIZE.
 */
int tcpulse_nl_fill_change(struct sk_buff *msg, int attr,
			   const struct tcpulse_nl_reader *reader,
			   const struct tcpulse_change *change)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (!nest || tcpulse_nl_fill_when(msg, reader, change) ||
	    nla_put_u8(msg, TCPULSE_A_CHANGE_ACTION, change->action) ||
	    tcpulse_nl_fill_what(msg, change) ||
	    tcpulse_nl_put_value(msg, TCPULSE_A_CHANGE_OLD,
				 TCPULSE_A_CHANGE_OLD_HIGH, change->param,
				 &change->old) ||
	    tcpulse_nl_put_value(msg, TCPULSE_A_CHANGE_NEW,
				 TCPULSE_A_CHANGE_NEW_HIGH, change->param,
				 &change->new))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/**
 * tcpulse_nl_announce() - tell the group alert of a change
 * @net: namespace
 * @change: a row of its history
 *
 * Who cannot be told for lack of memory learns that something was lost, as one
 * does who does not read fast enough (ENOBUFS). All hear the same: a user as the
 * owner of the namespace numbers it, a process as it numbers itself.
 *
 * Context: Process context, may sleep.
 */
void tcpulse_nl_announce(struct net *net, const struct tcpulse_change *change)
{
	const struct tcpulse_nl_reader all = { .user_ns = net->user_ns };
	struct sk_buff *msg = genlmsg_new(TCPULSE_NL_CHANGE_SIZE, GFP_KERNEL);
	void *hdr = NULL;

	if (msg)
		hdr = genlmsg_put(msg, 0, 0, &tcpulse_nl_family, 0,
				  TCPULSE_CMD_CHANGE_NTF);
	if (!hdr || tcpulse_nl_fill_change(msg, TCPULSE_A_CHANGES_CHANGE, &all,
					   change)) {
		nlmsg_free(msg);
		genl_set_err(&tcpulse_nl_family, net, 0, TCPULSE_NLGRP_ALERT,
			     -ENOBUFS);
		return;
	}
	genlmsg_end(msg, hdr);
	genlmsg_multicast_netns(&tcpulse_nl_family, net, msg, 0,
				TCPULSE_NLGRP_ALERT, GFP_KERNEL);
}

/* --- change-get ------------------------------------------------------ */

static int tcpulse_nl_fill_history(struct sk_buff *msg,
				   const struct tcpulse_nl_reader *reader,
				   const struct tcpulse_tuning *tuning)
{
	const struct tcpulse_change *row;

	list_for_each_entry(row, &tuning->history, node)
		if (tcpulse_nl_fill_change(msg, TCPULSE_A_CHANGES_CHANGE,
					   reader, row))
			return -EMSGSIZE;
	return 0;
}

/* Operation change-get. Context: Process context, may sleep. */
int tcpulse_nl_change_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct tcpulse_nl_reader reader = tcpulse_nl_asker(skb);
	const struct net *net = genl_info_net(info);
	struct tcpulse_tuning *tuning = &tcpulse_net(net)->tuning;
	struct sk_buff *msg;
	void *hdr = NULL;

	mutex_lock(&tuning->mutex);
	msg = genlmsg_new((tuning->n_history + 1) * TCPULSE_NL_CHANGE_SIZE,
			  GFP_KERNEL);
	if (msg)
		hdr = genlmsg_put_reply(msg, info, &tcpulse_nl_family, 0,
					info->genlhdr->cmd);
	if (hdr && tcpulse_nl_fill_history(msg, &reader, tuning))
		hdr = NULL;
	mutex_unlock(&tuning->mutex);
	if (!hdr) {
		nlmsg_free(msg);
		return msg ? -EMSGSIZE : -ENOMEM;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}
