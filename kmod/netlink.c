// SPDX-License-Identifier: GPL-2.0
/*
 * The generic-netlink family: requests in, replies out; counts nothing. A reply
 * is one message, made from one reading of the namespace of the asking socket.
 * Policies and operations are generated from include/netlink/specs.
 */
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>
#include <net/genetlink.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "baseline.h"
#include "counters.h"
#include "fin_wait2.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "pernet.h"
#include "probe.h"
#include "transition.h"

/* Roomy for all rows of both families, see the fill functions. */
#define TCPULSE_NL_REPLY_SIZE (16 * 1024)

/**
 * struct tcpulse_nl_reply - one request being answered
 * @net: namespace of the asking socket
 * @tn: our state of it
 * @family: AF_INET or AF_INET6 when only that one is asked for, else AF_UNSPEC
 * @view: the reading
 */
struct tcpulse_nl_reply {
	struct net *net;
	struct tcpulse_net *tn;
	unsigned short family;
	struct tcpulse_view view;
};

typedef int tcpulse_nl_fill_fn(struct sk_buff *msg,
			       const struct tcpulse_nl_reply *reply);

static struct genl_family tcpulse_nl_family;

static const unsigned short tcpulse_nl_af[] = {
	[TCPULSE_V4] = AF_INET,
	[TCPULSE_V6] = AF_INET6,
};

static bool tcpulse_nl_wants(const struct tcpulse_nl_reply *reply, int f)
{
	return reply->family == AF_UNSPEC || reply->family == tcpulse_nl_af[f];
}

static int tcpulse_nl_put_u64(struct sk_buff *msg, int attr, u64 value)
{
	/* Never padded: TCPULSE_A_*_PAD would be an attribute for nothing. */
	return nla_put(msg, attr, sizeof(value), &value);
}

static u64 tcpulse_nl_counting_ms(const struct tcpulse_net *tn)
{
	return div_u64(ktime_get_boottime_ns() - tn->started, NSEC_PER_MSEC);
}

/* --- requests -------------------------------------------------------- */

static int tcpulse_nl_get_family(struct genl_info *info, struct nlattr *attr,
				 unsigned short *family)
{
	*family = attr ? nla_get_u16(attr) : AF_UNSPEC;
	if (!attr || *family == AF_INET || *family == AF_INET6)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "family must be 2 (AF_INET) or 10 (AF_INET6)");
	return -EINVAL;
}

static int tcpulse_nl_send(struct genl_info *info,
			   const struct tcpulse_nl_reply *reply,
			   tcpulse_nl_fill_fn *fill)
{
	struct sk_buff *msg;
	void *hdr;

	msg = genlmsg_new(TCPULSE_NL_REPLY_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &tcpulse_nl_family, 0,
				info->genlhdr->cmd);
	if (!hdr || fill(msg, reply)) {
		nlmsg_free(msg);
		NL_SET_ERR_MSG(info->extack, "the reply is too large");
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

static int tcpulse_nl_answer(struct genl_info *info, struct nlattr *family,
			     tcpulse_nl_fill_fn *fill)
{
	struct tcpulse_nl_reply *reply;
	int err;

	reply = kzalloc(sizeof(*reply), GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	reply->net = genl_info_net(info);
	reply->tn = tcpulse_pernet(reply->net);
	err = tcpulse_nl_get_family(info, family, &reply->family);
	if (!err)
		err = tcpulse_counters_read(reply->tn, &reply->view);
	if (!err)
		err = tcpulse_nl_send(info, reply, fill);
	kfree(reply);
	return err;
}

/* --- info ------------------------------------------------------------ */

static int tcpulse_nl_fill_hook(struct sk_buff *msg,
				const struct tcpulse_probe *probe)
{
	struct nlattr *nest = nla_nest_start(msg, TCPULSE_A_INFO_HOOK);

	if (!nest ||
	    nla_put_string(msg, TCPULSE_A_HOOK_NAME, probe->name) ||
	    nla_put_u8(msg, TCPULSE_A_HOOK_ATTACHED, probe->attached) ||
	    nla_put_string(msg, TCPULSE_A_HOOK_PURPOSE, probe->purpose))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static u64 tcpulse_nl_adopted(const struct tcpulse_view *view)
{
	u64 sum = 0;
	int f, state;

	for (f = 0; f < TCPULSE_FAMILIES; f++)
		for (state = 1; state < TCPULSE_STATES; state++)
			sum += view->base[f][state];
	return sum;
}

static u64 tcpulse_nl_unexpected(const struct tcpulse_view *view)
{
	u64 sum = 0;
	int f, from, to;

	for (f = 0; f < TCPULSE_FAMILIES; f++)
		for (from = 1; from < TCPULSE_STATES; from++)
			for (to = 1; to < TCPULSE_STATES; to++)
				if (!tcpulse_transition_is_regular(from, to))
					sum += view->edge[f][from][to];
	return sum;
}

static int tcpulse_nl_fill_counts(struct sk_buff *msg,
				  const struct tcpulse_nl_reply *reply)
{
	const struct tcpulse_view *view = &reply->view;

	if (tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_SINCE_S, reply->tn->since) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_COUNTING_MS,
			       tcpulse_nl_counting_ms(reply->tn)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_BASELINE_US,
			       tcpulse_baseline_us()) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_ADOPTED,
			       tcpulse_nl_adopted(view)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_LOST_EVENTS, view->lost) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_LOST_FIN_WAIT_2,
			       tcpulse_fin_wait2_lost()) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_UNEXPECTED,
			       tcpulse_nl_unexpected(view)))
		return -EMSGSIZE;
	return 0;
}

static int tcpulse_nl_fill_info(struct sk_buff *msg,
				const struct tcpulse_nl_reply *reply)
{
	unsigned int i;

	if (nla_put_string(msg, TCPULSE_A_INFO_VERSION, TCPULSE_VERSION) ||
	    nla_put_string(msg, TCPULSE_A_INFO_KERNEL,
			   init_utsname()->release) ||
	    tcpulse_nl_fill_counts(msg, reply))
		return -EMSGSIZE;
	for (i = 0; i < tcpulse_probe_count(); i++)
		if (tcpulse_nl_fill_hook(msg, tcpulse_probe_get(i)))
			return -EMSGSIZE;
	return 0;
}

/* Operation info-get. Context: Process context, may sleep. */
int tcpulse_nl_info_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tcpulse_nl_answer(info, NULL, tcpulse_nl_fill_info);
}

/* --- state ----------------------------------------------------------- */

static int tcpulse_nl_fill_state(struct sk_buff *msg,
				 const struct tcpulse_nl_reply *reply, int f,
				 int state)
{
	const struct tcpulse_peaks *peaks = &reply->tn->peaks;
	const struct tcpulse_view *view = &reply->view;
	struct nlattr *nest;

	nest = nla_nest_start(msg, TCPULSE_A_STATES_STATE);
	if (!nest || nla_put_u8(msg, TCPULSE_A_STATE_STATE, state) ||
	    nla_put_u16(msg, TCPULSE_A_STATE_FAMILY, tcpulse_nl_af[f]) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_STATE_NOW, view->now[f][state]) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_STATE_PEAK,
			       peaks->ever[f][state]) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_STATE_PEAK_MINUTE,
			       tcpulse_peak_minute(peaks, f, state)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_STATE_BASELINE,
			       view->base[f][state]) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_STATE_ENTERED,
			       tcpulse_counters_entered(view, f, state)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_STATE_LEFT,
			       tcpulse_counters_left(view, f, state)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int tcpulse_nl_fill_populations(struct sk_buff *msg,
				       const struct tcpulse_nl_reply *reply)
{
	int f, state;

	for (f = 0; f < TCPULSE_FAMILIES; f++) {
		if (!tcpulse_nl_wants(reply, f))
			continue;
		for (state = 1; state < TCPULSE_STATES; state++)
			if (state != TCP_CLOSE &&
			    tcpulse_nl_fill_state(msg, reply, f, state))
				return -EMSGSIZE;
	}
	return 0;
}

/* Why minisocks of one family ended: of those in TIME_WAIT, or in FIN_WAIT2. */
static u64 tcpulse_nl_reason(const struct tcpulse_view *view, int f, int set,
			     enum tcpulse_reason reason)
{
	const u64 *ev = view->minisock[f] + set;
	const u64 ended = ev[TCPULSE_TW_STOPPED] - ev[TCPULSE_TW_RESTARTED];
	const u64 told = ev[TCPULSE_TW_EXPIRED] + ev[TCPULSE_TW_RESET] +
			 ev[TCPULSE_TW_REUSED];

	switch (reason) {
	case TCPULSE_REASON_EXPIRED:
		return ev[TCPULSE_TW_EXPIRED];
	case TCPULSE_REASON_RESET:
		return ev[TCPULSE_TW_RESET];
	case TCPULSE_REASON_REUSED:
		return ev[TCPULSE_TW_REUSED];
	default:
		return ended > told ? ended - told : 0;
	}
}

static u64 tcpulse_nl_ended(const struct tcpulse_view *view,
			    enum tcpulse_reason reason)
{
	u64 sum = 0;
	int f;

	for (f = 0; f < TCPULSE_FAMILIES; f++)
		sum += tcpulse_nl_reason(view, f, 0, reason) +
		       tcpulse_nl_reason(view, f, TCPULSE_TW_FW2, reason);
	return sum;
}

static u64 tcpulse_nl_created(const struct tcpulse_view *view)
{
	u64 sum = 0;
	int f;

	for (f = 0; f < TCPULSE_FAMILIES; f++)
		sum += view->minisock[f][TCPULSE_TW_BORN] +
		       view->minisock[f][TCPULSE_TW_FW2 + TCPULSE_TW_BORN];
	return sum;
}

static int tcpulse_nl_fill_ended(struct sk_buff *msg,
				 const struct tcpulse_view *view)
{
	if (tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_EXPIRED,
			       tcpulse_nl_ended(view, TCPULSE_REASON_EXPIRED)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_RESET,
			       tcpulse_nl_ended(view, TCPULSE_REASON_RESET)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_REUSED,
			       tcpulse_nl_ended(view, TCPULSE_REASON_REUSED)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_OTHER,
			       tcpulse_nl_ended(view, TCPULSE_REASON_OTHER)))
		return -EMSGSIZE;
	return 0;
}

/* Both families: the kernel does not split its own numbers. */
static int tcpulse_nl_fill_time_wait(struct sk_buff *msg,
				     const struct tcpulse_nl_reply *reply)
{
	struct inet_timewait_death_row *row = &reply->net->ipv4.tcp_death_row;
	unsigned long refused = tcpulse_counters_mib(reply->net,
						     LINUX_MIB_TCPTIMEWAITOVERFLOW);
	struct nlattr *nest = nla_nest_start(msg, TCPULSE_A_STATES_TIME_WAIT);

	if (!nest ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_ALIVE,
			       refcount_read(&row->tw_refcount) - 1) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_LIMIT,
			       max(READ_ONCE(row->sysctl_max_tw_buckets), 0)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_CREATED,
			       tcpulse_nl_created(&reply->view)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_REFUSED,
			       refused - reply->tn->refused) ||
	    tcpulse_nl_fill_ended(msg, &reply->view))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int tcpulse_nl_fill_states(struct sk_buff *msg,
				  const struct tcpulse_nl_reply *reply)
{
	struct tcpulse_net *tn = reply->tn;
	int err;

	if (tcpulse_nl_put_u64(msg, TCPULSE_A_STATES_COUNTING_MS,
			       tcpulse_nl_counting_ms(tn)) ||
	    (reply->view.moving &&
	     nla_put_flag(msg, TCPULSE_A_STATES_MOVING)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_STATES_PEAK_SLACK,
			       tcpulse_peak_slack()))
		return -EMSGSIZE;

	mutex_lock(&tn->peaks.lock);
	tcpulse_peak_collect(tn);
	err = tcpulse_nl_fill_populations(msg, reply);
	mutex_unlock(&tn->peaks.lock);

	return err ?: tcpulse_nl_fill_time_wait(msg, reply);
}

/* Operation state-get. Context: Process context, may sleep. */
int tcpulse_nl_state_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tcpulse_nl_answer(info, info->attrs[TCPULSE_A_STATES_FAMILY],
				 tcpulse_nl_fill_states);
}

/* --- transition ------------------------------------------------------ */

/* @reason: 0 where there is only one. */
static int tcpulse_nl_fill_transition(struct sk_buff *msg, int f, int from,
				      int to, int reason, u64 count)
{
	struct nlattr *nest;

	nest = nla_nest_start(msg, TCPULSE_A_TRANSITIONS_TRANSITION);
	if (!nest || nla_put_u8(msg, TCPULSE_A_TRANSITION_FROM, from) ||
	    nla_put_u8(msg, TCPULSE_A_TRANSITION_TO, to) ||
	    nla_put_u16(msg, TCPULSE_A_TRANSITION_FAMILY, tcpulse_nl_af[f]) ||
	    (reason && nla_put_u8(msg, TCPULSE_A_TRANSITION_REASON, reason)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_TRANSITION_COUNT, count) ||
	    (!tcpulse_transition_is_regular(from, to) &&
	     nla_put_flag(msg, TCPULSE_A_TRANSITION_UNEXPECTED)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int tcpulse_nl_fill_time_wait_ends(struct sk_buff *msg,
					  const struct tcpulse_view *view, int f)
{
	int reason;

	for (reason = TCPULSE_REASON_EXPIRED; reason <= TCPULSE_REASON_OTHER;
	     reason++)
		if (tcpulse_nl_fill_transition(msg, f, TCP_TIME_WAIT, TCP_CLOSE,
					       reason,
					       tcpulse_nl_reason(view, f, 0,
								 reason)))
			return -EMSGSIZE;
	return 0;
}

static int tcpulse_nl_fill_edge(struct sk_buff *msg,
				const struct tcpulse_view *view, int f,
				int from, int to)
{
	const u64 count = view->edge[f][from][to];

	if (!count && !tcpulse_transition_is_regular(from, to))
		return 0;
	if (from == TCP_TIME_WAIT && to == TCP_CLOSE)
		return tcpulse_nl_fill_time_wait_ends(msg, view, f);
	return tcpulse_nl_fill_transition(msg, f, from, to, 0, count);
}

static int tcpulse_nl_fill_edges(struct sk_buff *msg,
				 const struct tcpulse_nl_reply *reply, int f)
{
	int from, to;

	for (from = 1; from < TCPULSE_STATES; from++)
		for (to = 1; to < TCPULSE_STATES; to++)
			if (tcpulse_nl_fill_edge(msg, &reply->view, f, from, to))
				return -EMSGSIZE;
	return 0;
}

static int tcpulse_nl_fill_transitions(struct sk_buff *msg,
				       const struct tcpulse_nl_reply *reply)
{
	int f;

	if (tcpulse_nl_put_u64(msg, TCPULSE_A_TRANSITIONS_COUNTING_MS,
			       tcpulse_nl_counting_ms(reply->tn)) ||
	    (reply->view.moving &&
	     nla_put_flag(msg, TCPULSE_A_TRANSITIONS_MOVING)))
		return -EMSGSIZE;
	for (f = 0; f < TCPULSE_FAMILIES; f++)
		if (tcpulse_nl_wants(reply, f) &&
		    tcpulse_nl_fill_edges(msg, reply, f))
			return -EMSGSIZE;
	return 0;
}

/* Operation transition-get. Context: Process context, may sleep. */
int tcpulse_nl_transition_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tcpulse_nl_answer(info, info->attrs[TCPULSE_A_TRANSITIONS_FAMILY],
				 tcpulse_nl_fill_transitions);
}

/* --- family ---------------------------------------------------------- */

static struct genl_family tcpulse_nl_family __ro_after_init = {
	.name = TCPULSE_GENL_NAME,
	.version = TCPULSE_GENL_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.parallel_ops = true,
	.ops = tcpulse_nl_ops,
	.n_ops = ARRAY_SIZE(tcpulse_nl_ops),
};

/* Context: Process context, may sleep. Return: 0 or a negative errno. */
int __init tcpulse_netlink_init(void)
{
	return genl_register_family(&tcpulse_nl_family);
}

void tcpulse_netlink_exit(void)
{
	genl_unregister_family(&tcpulse_nl_family);
}
