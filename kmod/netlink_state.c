// SPDX-License-Identifier: GPL-2.0
/*
 * Operations state-get, time-wait-get and transition-get.
 */
#include <linux/mutex.h>
#include <net/ip.h>
#include <net/tcp.h>

#include "counters.h"
#include "mib.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "peak.h"
#include "refused.h"
#include "transition.h"

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

static int tcpulse_nl_fill_refused(struct sk_buff *msg, const struct net *net)
{
	struct tcpulse_refused_time_wait refused;

	tcpulse_refused_read_time_wait(net, &refused);
	if (tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_REFUSED, refused.count))
		return -EMSGSIZE;
	if (!refused.last)
		return 0;
	if (tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_REFUSED_MINUTE,
			       refused.minute) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_REFUSED_LAST_MS,
			       tcpulse_nl_ms_since(refused.last)))
		return -EMSGSIZE;
	return 0;
}

/* Both families: the kernel does not split its own numbers. */
static int tcpulse_nl_fill_time_wait(struct sk_buff *msg, int attr,
				     const struct tcpulse_nl_reply *reply)
{
	struct inet_timewait_death_row *row = &reply->net->ipv4.tcp_death_row;
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (!nest ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_ALIVE,
			       refcount_read(&row->tw_refcount) - 1) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_LIMIT,
			       max(READ_ONCE(row->sysctl_max_tw_buckets), 0)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_TIME_WAIT_CREATED,
			       tcpulse_nl_created(&reply->view)) ||
	    tcpulse_nl_fill_refused(msg, reply->net) ||
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

	if (tcpulse_nl_put_clock(msg, TCPULSE_A_STATES_COUNTING_MS,
				 TCPULSE_A_STATES_BEGAN_US, tn) ||
	    (reply->view.moving &&
	     nla_put_flag(msg, TCPULSE_A_STATES_MOVING)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_STATES_PEAK_SLACK,
			       tcpulse_peak_slack()))
		return -EMSGSIZE;

	mutex_lock(&tn->peaks.lock);
	tcpulse_peak_collect(tn);
	err = tcpulse_nl_fill_populations(msg, reply);
	mutex_unlock(&tn->peaks.lock);

	return err ?: tcpulse_nl_fill_time_wait(msg, TCPULSE_A_STATES_TIME_WAIT,
						reply);
}

/* Operation state-get. Context: Process context, may sleep. */
int tcpulse_nl_state_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tcpulse_nl_answer(info, info->attrs[TCPULSE_A_STATES_FAMILY],
				 tcpulse_nl_fill_states);
}

/* --- time-wait ------------------------------------------------------- */

static int tcpulse_nl_fill_time_wait_info(struct sk_buff *msg,
					  const struct tcpulse_nl_reply *reply)
{
	int low, high;

	inet_get_local_port_range(reply->net, &low, &high);
	if (tcpulse_nl_put_clock(msg, TCPULSE_A_TIME_WAIT_INFO_COUNTING_MS,
				 TCPULSE_A_TIME_WAIT_INFO_BEGAN_US, reply->tn) ||
	    tcpulse_nl_fill_time_wait(msg, TCPULSE_A_TIME_WAIT_INFO_TIME_WAIT,
				      reply) ||
	    nla_put_u16(msg, TCPULSE_A_TIME_WAIT_INFO_PORT_LOW, low) ||
	    nla_put_u16(msg, TCPULSE_A_TIME_WAIT_INFO_PORT_HIGH, high))
		return -EMSGSIZE;
	return 0;
}

/* Operation time-wait-get. Context: Process context, may sleep. */
int tcpulse_nl_time_wait_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tcpulse_nl_answer(info, NULL, tcpulse_nl_fill_time_wait_info);
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

	if (tcpulse_nl_put_clock(msg, TCPULSE_A_TRANSITIONS_COUNTING_MS,
				 TCPULSE_A_TRANSITIONS_BEGAN_US, reply->tn) ||
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
