// SPDX-License-Identifier: GPL-2.0
/*
 * Operations listener-get and overflow-get.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/timekeeping.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "netlink_listener.h"
#include "refused.h"

int tcpulse_nl_address_len(unsigned short family)
{
	return family == AF_INET6 ? sizeof(struct in6_addr) :
				    sizeof(struct in_addr);
}

/* --- requests -------------------------------------------------------- */

static int tcpulse_nl_get_address(struct netlink_ext_ack *extack,
				  struct tcpulse_nl_filter *filter,
				  const struct nlattr *attr)
{
	const int len = attr ? nla_len(attr) : 0;

	filter->address = attr;
	if (attr && len != sizeof(struct in_addr) &&
	    len != sizeof(struct in6_addr)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "address must have 4 bytes (IPv4) or 16 (IPv6)");
		return -EINVAL;
	}
	if (attr && filter->family != AF_UNSPEC &&
	    len != tcpulse_nl_address_len(filter->family)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "address is not of the family asked for");
		return -EINVAL;
	}
	return 0;
}

/**
 * tcpulse_nl_get_filter() - which listeners a request asks for
 * @extack: where to say what is wrong
 * @attrs: attributes of the request, by TCPULSE_A_LISTENER_*
 * @filter: result
 *
 * Return: 0 or -EINVAL.
 */
int tcpulse_nl_get_filter(struct netlink_ext_ack *extack, struct nlattr **attrs,
			  struct tcpulse_nl_filter *filter)
{
	struct nlattr *id = attrs[TCPULSE_A_LISTENER_ID];
	struct nlattr *port = attrs[TCPULSE_A_LISTENER_PORT];

	filter->id = id ? nla_get_u64(id) : 0;
	filter->port = port ? nla_get_u16(port) : 0;
	filter->overflowing = attrs[TCPULSE_A_LISTENER_OVERFLOWING];
	if (port && !filter->port) {
		NL_SET_ERR_MSG_ATTR(extack, port, "port must be 1 to 65535");
		return -EINVAL;
	}
	return tcpulse_nl_get_family(extack, attrs[TCPULSE_A_LISTENER_FAMILY],
				     &filter->family) ?:
	       tcpulse_nl_get_address(extack, filter,
				      attrs[TCPULSE_A_LISTENER_ADDRESS]);
}

/* --- one listener ---------------------------------------------------- */

/* Context: RCU; the socket is there. */
static void tcpulse_nl_read_socket(struct tcpulse_nl_listener *row,
				   const struct sock *sk)
{
	row->family = sk->sk_family;
	row->port = READ_ONCE(sk->sk_num);
	row->ifindex = READ_ONCE(sk->sk_bound_dev_if);
	row->v6only = sk->sk_family == AF_INET6 && ipv6_only_sock(sk);
	row->reuseport = sk->sk_reuseport;
	row->inode = sock_i_ino((struct sock *)sk);
	row->limit = READ_ONCE(sk->sk_max_ack_backlog);
	row->syn = tcpulse_listener_syn_depth(sk);
	row->accept = tcpulse_listener_accept_depth(sk);
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		row->address = sk->sk_v6_rcv_saddr;
		return;
	}
#endif
	memcpy(&row->address, &sk->sk_rcv_saddr, sizeof(sk->sk_rcv_saddr));
}

static bool tcpulse_nl_overflows(const struct tcpulse_nl_listener *row)
{
	const u64 *refused = row->refused;

	return refused[TCPULSE_A_REFUSALS_ACCEPT_FULL_SYN] ||
	       refused[TCPULSE_A_REFUSALS_ACCEPT_FULL_ACK] ||
	       refused[TCPULSE_A_REFUSALS_ACCEPT_FULL_COOKIE] ||
	       refused[TCPULSE_A_REFUSALS_SYN_FULL_DROP] ||
	       refused[TCPULSE_A_REFUSALS_MAX_SYN_BACKLOG] ||
	       refused[TCPULSE_A_REFUSALS_OTHER_DROP] ||
	       row->accept > row->limit || row->syn > row->limit;
}

static bool tcpulse_nl_is_meant(const struct tcpulse_nl_filter *filter,
				const struct tcpulse_nl_listener *row)
{
	const int len = tcpulse_nl_address_len(row->family);

	if ((filter->family && filter->family != row->family) ||
	    (filter->port && filter->port != row->port))
		return false;
	return !filter->address || (nla_len(filter->address) == len &&
				    !memcmp(nla_data(filter->address),
					    &row->address, len));
}

/*
 * Refusals are summed over all CPUs of those only who are meant.
 *
 * Return: false for one that has closed, has no port yet, or does not fit.
 */
static bool tcpulse_nl_read_listener(struct tcpulse_nl_listener *row,
				     struct tcpulse_listener *listener,
				     const struct tcpulse_nl_filter *filter)
{
	bool open;

	memset(row, 0, sizeof(*row));
	row->listener = listener;
	rcu_read_lock();
	open = tcpulse_listener_is_open(listener);
	if (open)
		tcpulse_nl_read_socket(row, listener->sk);
	rcu_read_unlock();
	if (!open || !row->port || !tcpulse_nl_is_meant(filter, row))
		return false;
	tcpulse_listener_look(listener);
	tcpulse_listener_sum(listener, row->refused);
	return !filter->overflowing || tcpulse_nl_overflows(row);
}

/* --- replies --------------------------------------------------------- */

static int tcpulse_nl_fill_queue(struct sk_buff *msg, int attr, u32 depth,
				 const struct tcpulse_queue *queue)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (!nest || nla_put_u32(msg, TCPULSE_A_QUEUE_DEPTH, depth) ||
	    nla_put_u32(msg, TCPULSE_A_QUEUE_PEAK, queue->ever) ||
	    nla_put_u32(msg, TCPULSE_A_QUEUE_PEAK_MINUTE,
			tcpulse_minute_max(&queue->minute)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_QUEUE_FULL_MS,
			       queue->full_since ?
			       tcpulse_nl_ms_since(queue->full_since) : 0) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_QUEUE_FULL_TOTAL_MS,
			       div_u64(queue->full_ns, NSEC_PER_MSEC)) ||
	    (queue->last_full &&
	     tcpulse_nl_put_u64(msg, TCPULSE_A_QUEUE_LAST_FULL_MS,
				tcpulse_nl_ms_since(queue->last_full))))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int tcpulse_nl_fill_refusals(struct sk_buff *msg, int attr,
				    const u64 refused[TCPULSE_REFUSALS])
{
	struct nlattr *nest = nla_nest_start(msg, attr);
	int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 1; i < TCPULSE_REFUSALS; i++)
		if (tcpulse_nl_put_u64(msg, i, refused[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* The same, but nothing where there is none. */
static int tcpulse_nl_fill_some_refusals(struct sk_buff *msg, int attr,
					 const u64 refused[TCPULSE_REFUSALS])
{
	int i;

	for (i = 1; i < TCPULSE_REFUSALS; i++)
		if (refused[i])
			return tcpulse_nl_fill_refusals(msg, attr, refused);
	return 0;
}

/* How long ago each was seen last; of what never was there is nothing. */
static int tcpulse_nl_fill_ages(struct sk_buff *msg,
				const struct tcpulse_recent *recent)
{
	struct nlattr *nest = nla_nest_start(msg, TCPULSE_A_LISTENER_REFUSALS_LAST);
	int i;

	/* They are in the order of the refusals. */
	BUILD_BUG_ON(TCPULSE_A_REFUSAL_AGES_MAX + 1 != TCPULSE_REFUSALS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 1; i < TCPULSE_REFUSALS; i++)
		if (recent[i].last &&
		    tcpulse_nl_put_u64(msg, i,
				       tcpulse_nl_ms_since(recent[i].last)))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* Of most listeners there is nothing to be said. */
static int tcpulse_nl_fill_recent(struct sk_buff *msg,
				  const struct tcpulse_listener *listener)
{
	const struct tcpulse_recent *recent = tcpulse_listener_recent(listener);
	u64 minute[TCPULSE_REFUSALS] = {};

	if (!recent)
		return 0;
	tcpulse_listener_add_minute(listener, minute);
	return tcpulse_nl_fill_some_refusals(msg,
					     TCPULSE_A_LISTENER_REFUSALS_MINUTE,
					     minute) ?:
	       tcpulse_nl_fill_ages(msg, recent);
}

static int tcpulse_nl_fill_socket(struct sk_buff *msg,
				  const struct tcpulse_nl_listener *row)
{
	if (nla_put_u16(msg, TCPULSE_A_LISTENER_FAMILY, row->family) ||
	    nla_put(msg, TCPULSE_A_LISTENER_ADDRESS,
		    tcpulse_nl_address_len(row->family), &row->address) ||
	    nla_put_u16(msg, TCPULSE_A_LISTENER_PORT, row->port) ||
	    (row->ifindex &&
	     nla_put_u32(msg, TCPULSE_A_LISTENER_IFINDEX, row->ifindex)) ||
	    (row->v6only && nla_put_flag(msg, TCPULSE_A_LISTENER_V6ONLY)) ||
	    (row->reuseport &&
	     nla_put_flag(msg, TCPULSE_A_LISTENER_REUSEPORT)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_LISTENER_INODE, row->inode) ||
	    nla_put_u32(msg, TCPULSE_A_LISTENER_LIMIT, row->limit))
		return -EMSGSIZE;
	return 0;
}

/* A limit that neither listen(2) nor we left: it was called again. */
bool tcpulse_nl_asked_is_known(const struct tcpulse_nl_listener *row)
{
	const struct tcpulse_listener *listener = row->listener;

	return listener->asked_known &&
	       (listener->limit == row->limit ||
		(listener->is_tuned && listener->tuned == row->limit));
}

static int tcpulse_nl_fill_record(struct sk_buff *msg,
				  const struct tcpulse_nl_listener *row)
{
	const struct tcpulse_listener *listener = row->listener;
	const u64 last = tcpulse_listener_last_refused(listener);

	if (tcpulse_nl_put_u64(msg, TCPULSE_A_LISTENER_ID, listener->id) ||
	    (listener->adopted &&
	     nla_put_flag(msg, TCPULSE_A_LISTENER_ADOPTED)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_LISTENER_AGE_MS,
			       tcpulse_nl_ms_since(listener->started)) ||
	    (tcpulse_nl_asked_is_known(row) &&
	     nla_put_u32(msg, TCPULSE_A_LISTENER_ASKED, listener->asked)) ||
	    (listener->is_tuned &&
	     nla_put_u32(msg, TCPULSE_A_LISTENER_TUNED, listener->tuned)) ||
	    (last &&
	     tcpulse_nl_put_u64(msg, TCPULSE_A_LISTENER_LAST_REFUSED_MS,
				jiffies64_to_msecs(get_jiffies_64() - last))))
		return -EMSGSIZE;
	return 0;
}

static int tcpulse_nl_fill_listener(struct sk_buff *msg,
				    const struct tcpulse_nl_listener *row)
{
	return tcpulse_nl_fill_record(msg, row) ?:
	       tcpulse_nl_fill_socket(msg, row) ?:
	       tcpulse_nl_fill_queue(msg, TCPULSE_A_LISTENER_SYN_QUEUE,
				     row->syn, &row->listener->syn) ?:
	       tcpulse_nl_fill_queue(msg, TCPULSE_A_LISTENER_ACCEPT_QUEUE,
				     row->accept, &row->listener->accept) ?:
	       tcpulse_nl_fill_refusals(msg, TCPULSE_A_LISTENER_REFUSALS,
					row->refused) ?:
	       tcpulse_nl_fill_recent(msg, row->listener);
}

/* --- listener-get ---------------------------------------------------- */

/**
 * tcpulse_nl_find_listener() - the next listener that fits
 * @ls: listeners, with the mutex held
 * @filter: what is asked for
 * @id: begin at this one; set to the one after what is found
 * @row: result
 *
 * Return: whether there is one.
 */
bool tcpulse_nl_find_listener(struct tcpulse_listeners *ls,
			      const struct tcpulse_nl_filter *filter,
			      unsigned long *id,
			      struct tcpulse_nl_listener *row)
{
	const unsigned long first = max_t(u64, *id, filter->id);
	const unsigned long last = filter->id ?: ULONG_MAX;
	struct tcpulse_listener *listener;
	unsigned long i;

	xa_for_each_range(&ls->table, i, listener, first, last) {
		cond_resched();
		if (!tcpulse_nl_read_listener(row, listener, filter))
			continue;
		*id = i + 1;
		return true;
	}
	return false;
}

/* A reply of one row. */
struct tcpulse_nl_one {
	struct tcpulse_nl_reply reply;
	struct tcpulse_nl_listener row;
};

static int tcpulse_nl_fill_one(struct sk_buff *msg,
			       const struct tcpulse_nl_reply *reply)
{
	return tcpulse_nl_fill_listener(msg, &container_of(reply,
							   struct tcpulse_nl_one,
							   reply)->row);
}

static int tcpulse_nl_answer_one(struct genl_info *info,
				 const struct tcpulse_nl_filter *filter,
				 struct tcpulse_listeners *ls,
				 struct tcpulse_nl_one *one)
{
	unsigned long id = filter->id, next;
	struct tcpulse_nl_listener other;

	if (!tcpulse_nl_find_listener(ls, filter, &id, &one->row)) {
		NL_SET_ERR_MSG(info->extack, "no listener fits");
		return -ENOENT;
	}
	next = id;
	if (tcpulse_nl_find_listener(ls, filter, &next, &other)) {
		NL_SET_ERR_MSG(info->extack,
			       "several listeners fit: ask for one by its id");
		return -ENOTUNIQ;
	}
	return tcpulse_nl_send(info, &one->reply, tcpulse_nl_fill_one);
}

/* Operation listener-get, do. Context: Process context, may sleep. */
int tcpulse_nl_listener_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpulse_listeners *ls;
	struct tcpulse_nl_filter filter;
	struct tcpulse_nl_one *one;
	int err;

	err = tcpulse_nl_get_filter(info->extack, info->attrs, &filter);
	if (err)
		return err;
	one = kzalloc(sizeof(*one), GFP_KERNEL);
	if (!one)
		return -ENOMEM;
	ls = &tcpulse_net(genl_info_net(info))->listeners;
	mutex_lock(&ls->mutex);
	err = tcpulse_nl_answer_one(info, &filter, ls, one);
	mutex_unlock(&ls->mutex);
	kfree(one);
	return err;
}

/*
 * As many rows as fit into @msg.
 *
 * Return: false when there are more.
 */
static bool tcpulse_nl_dump_some(struct sk_buff *msg, struct netlink_callback *cb,
				 const struct tcpulse_nl_filter *filter,
				 struct tcpulse_listeners *ls)
{
	struct tcpulse_nl_listener row;
	unsigned long next = cb->args[0];
	void *hdr;

	while (tcpulse_nl_find_listener(ls, filter, &next, &row)) {
		hdr = tcpulse_nl_put_row(msg, cb, TCPULSE_CMD_LISTENER_GET);
		if (!hdr)
			return false;
		if (tcpulse_nl_fill_listener(msg, &row)) {
			genlmsg_cancel(msg, hdr);
			return false;
		}
		genlmsg_end(msg, hdr);
		cb->args[0] = next;
	}
	return true;
}

/*
 * Operation listener-get, dump: goes on after the id of the last row. Between
 * two messages nothing is held.
 *
 * Context: Process context, may sleep.
 */
int tcpulse_nl_listener_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb)
{
	struct tcpulse_listeners *ls =
		&tcpulse_net(sock_net(cb->skb->sk))->listeners;
	struct tcpulse_nl_filter filter;
	int err;

	if (cb->args[1])
		return 0;
	err = tcpulse_nl_get_filter(cb->extack, tcpulse_genl_dump_attrs(cb),
				    &filter);
	if (err)
		return err;
	mutex_lock(&ls->mutex);
	/* 0 would mean that consistency is not to be looked at. */
	cb->seq = READ_ONCE(ls->generation) + 1;
	cb->args[1] = tcpulse_nl_dump_some(skb, cb, &filter, ls);
	mutex_unlock(&ls->mutex);
	return skb->len;
}

/* --- overflow-get ---------------------------------------------------- */

/**
 * struct tcpulse_nl_overflow - a reply
 * @reply: the request
 * @refused: all refusals
 */
struct tcpulse_nl_overflow {
	struct tcpulse_nl_reply reply;
	struct tcpulse_refused refused;
};

static int tcpulse_nl_fill_mibs(struct sk_buff *msg, int attr, const u64 *value)
{
	struct nlattr *nest = nla_nest_start(msg, attr);
	int i;

	/* Ours are in the order of the spec's, and begin with all of them. */
	BUILD_BUG_ON(TCPULSE_A_KERNEL_COUNTERS_SYNCOOKIES_FAILED !=
		     TCPULSE_MIB_COOKIE_INVALID + 1);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i <= TCPULSE_MIB_COOKIE_INVALID; i++)
		if (tcpulse_nl_put_u64(msg, i + 1, value[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int tcpulse_nl_fill_settings(struct sk_buff *msg, const struct net *net)
{
	if (nla_put_u32(msg, TCPULSE_A_OVERFLOW_SOMAXCONN,
			READ_ONCE(net->core.sysctl_somaxconn)) ||
	    nla_put_u8(msg, TCPULSE_A_OVERFLOW_SYNCOOKIES,
		       READ_ONCE(net->ipv4.sysctl_tcp_syncookies)) ||
	    nla_put_u8(msg, TCPULSE_A_OVERFLOW_ABORT_ON_OVERFLOW,
		       READ_ONCE(net->ipv4.sysctl_tcp_abort_on_overflow)) ||
	    nla_put_u32(msg, TCPULSE_A_OVERFLOW_SYN_BACKLOG_LIMIT,
			READ_ONCE(net->ipv4.sysctl_max_syn_backlog)))
		return -EMSGSIZE;
	return 0;
}

static int tcpulse_nl_fill_sums(struct sk_buff *msg,
				const struct tcpulse_refused *all)
{
	if (tcpulse_nl_fill_refusals(msg, TCPULSE_A_OVERFLOW_LISTENING,
				     all->listening) ||
	    tcpulse_nl_fill_refusals(msg, TCPULSE_A_OVERFLOW_GONE, all->gone) ||
	    tcpulse_nl_fill_mibs(msg, TCPULSE_A_OVERFLOW_KERNEL, all->kernel) ||
	    tcpulse_nl_fill_mibs(msg, TCPULSE_A_OVERFLOW_UNATTRIBUTED,
				 all->unattributed))
		return -EMSGSIZE;
	return 0;
}

/* The last minute: nothing where nothing is to be said. */
static int tcpulse_nl_fill_minutes(struct sk_buff *msg,
				   const struct tcpulse_refused *all)
{
	if (tcpulse_nl_fill_some_refusals(msg, TCPULSE_A_OVERFLOW_LISTENING_MINUTE,
					  all->listening_minute) ||
	    tcpulse_nl_fill_some_refusals(msg, TCPULSE_A_OVERFLOW_GONE_MINUTE,
					  all->gone_minute) ||
	    (all->gone_last &&
	     tcpulse_nl_put_u64(msg, TCPULSE_A_OVERFLOW_GONE_LAST_MS,
				tcpulse_nl_ms_since(all->gone_last))))
		return -EMSGSIZE;
	if (!all->unattributed_last)
		return 0;
	if (tcpulse_nl_fill_mibs(msg, TCPULSE_A_OVERFLOW_UNATTRIBUTED_MINUTE,
				 all->unattributed_minute) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_OVERFLOW_UNATTRIBUTED_LAST_MS,
			       tcpulse_nl_ms_since(all->unattributed_last)))
		return -EMSGSIZE;
	return 0;
}

static int tcpulse_nl_fill_overflow(struct sk_buff *msg,
				    const struct tcpulse_nl_reply *reply)
{
	const struct tcpulse_refused *all =
		&container_of(reply, struct tcpulse_nl_overflow, reply)->refused;

	if (tcpulse_nl_put_clock(msg, TCPULSE_A_OVERFLOW_COUNTING_MS,
				 TCPULSE_A_OVERFLOW_BEGAN_US, reply->tn) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_OVERFLOW_LISTENERS, all->open) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_OVERFLOW_GONE_LISTENERS,
			       all->closed) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_OVERFLOW_LOST_LISTENERS,
			       atomic_long_read(&reply->tn->listeners.lost)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_OVERFLOW_GENERATION,
			       all->generation) ||
	    tcpulse_nl_fill_settings(msg, reply->net) ||
	    tcpulse_nl_fill_sums(msg, all))
		return -EMSGSIZE;
	return tcpulse_nl_fill_minutes(msg, all);
}

/* Operation overflow-get. Context: Process context, may sleep. */
int tcpulse_nl_overflow_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpulse_nl_overflow *all;
	int err;

	all = kzalloc(sizeof(*all), GFP_KERNEL);
	if (!all)
		return -ENOMEM;
	all->reply.net = genl_info_net(info);
	all->reply.tn = tcpulse_net(all->reply.net);
	tcpulse_refused_read(all->reply.net, &all->refused);
	err = tcpulse_nl_send(info, &all->reply, tcpulse_nl_fill_overflow);
	kfree(all);
	return err;
}
