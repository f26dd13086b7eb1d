// SPDX-License-Identifier: GPL-2.0
/*
 * Operations segment-get and segment-set.
 */
#include <linux/ktime.h>
#include <linux/slab.h>

#include "handshake.h"
#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "segment.h"

static int tcpulse_nl_fill_resets(struct sk_buff *msg,
				  const struct tcpulse_segment_view *view)
{
	struct nlattr *nest;
	int state;

	for (state = 1; state < TCPULSE_STATES; state++) {
		nest = nla_nest_start(msg, TCPULSE_A_SEGMENT_RESET);
		if (!nest || nla_put_u8(msg, TCPULSE_A_RESET_STATE, state) ||
		    tcpulse_nl_put_u64(msg, TCPULSE_A_RESET_COUNT,
				       view->reset[state]))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
}

static int tcpulse_nl_fill_time(struct sk_buff *msg,
				const struct tcpulse_segment_view *view, int i)
{
	struct nlattr *nest = nla_nest_start(msg,
					     TCPULSE_A_SEGMENT_HANDSHAKE_TIME);

	if (!nest ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_HANDSHAKE_TIME_FROM_US,
			       tcpulse_handshake_from_us(i)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_HANDSHAKE_TIME_ACTIVE,
			       view->handshake[TCPULSE_ACTIVE][i]) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_HANDSHAKE_TIME_PASSIVE,
			       view->handshake[TCPULSE_PASSIVE][i]))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* Measured or not. */
static u64 tcpulse_nl_completed(const u64 *handshake)
{
	u64 sum = handshake[TCPULSE_HANDSHAKE_UNMEASURED];
	int i;

	for (i = 0; i < TCPULSE_HANDSHAKE_SLOTS; i++)
		sum += handshake[i];
	return sum;
}

static int tcpulse_nl_fill_handshakes(struct sk_buff *msg,
				      const struct tcpulse_segment_view *view)
{
	const u64 *active = view->handshake[TCPULSE_ACTIVE];
	const u64 *passive = view->handshake[TCPULSE_PASSIVE];
	int i;

	if (tcpulse_nl_put_u64(msg, TCPULSE_A_SEGMENT_ACTIVE,
			       tcpulse_nl_completed(active)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_SEGMENT_PASSIVE,
			       tcpulse_nl_completed(passive)))
		return -EMSGSIZE;
	for (i = 0; i < TCPULSE_HANDSHAKE_SLOTS; i++)
		if (tcpulse_nl_fill_time(msg, view, i))
			return -EMSGSIZE;
	if (tcpulse_nl_put_u64(msg, TCPULSE_A_SEGMENT_UNMEASURED_ACTIVE,
			       active[TCPULSE_HANDSHAKE_UNMEASURED]) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_SEGMENT_UNMEASURED_PASSIVE,
			       passive[TCPULSE_HANDSHAKE_UNMEASURED]) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_SEGMENT_FAILED_ACTIVE,
			       active[TCPULSE_HANDSHAKE_FAILED]) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_SEGMENT_FAILED_PASSIVE,
			       passive[TCPULSE_HANDSHAKE_FAILED]))
		return -EMSGSIZE;
	return 0;
}

static int tcpulse_nl_fill_segment_counts(struct sk_buff *msg, const u64 *count)
{
	int i;

	for (i = 0; i < TCPULSE_SEGMENTS; i++)
		if (tcpulse_nl_put_u64(msg, TCPULSE_SEGMENT_FIRST + i, count[i]))
			return -EMSGSIZE;
	return 0;
}

static int tcpulse_nl_fill_segment(struct sk_buff *msg,
				   const struct tcpulse_nl_reply *reply, int f)
{
	struct tcpulse_segment_view view;
	struct nlattr *nest;

	tcpulse_segment_read(reply->tn, f, &view);
	nest = nla_nest_start(msg, TCPULSE_A_SEGMENTS_SEGMENT);
	if (!nest ||
	    nla_put_u16(msg, TCPULSE_A_SEGMENT_FAMILY, tcpulse_nl_af[f]) ||
	    tcpulse_nl_fill_segment_counts(msg, view.count) ||
	    tcpulse_nl_fill_resets(msg, &view) ||
	    tcpulse_nl_fill_handshakes(msg, &view))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int tcpulse_nl_fill_segments(struct sk_buff *msg,
				    const struct tcpulse_nl_reply *reply)
{
	bool enabled;
	u64 ns = tcpulse_segment_ns(reply->tn, &enabled);
	int f;

	if (nla_put_u8(msg, TCPULSE_A_SEGMENTS_ENABLED, enabled) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_SEGMENTS_COUNTING_MS,
			       div_u64(ns, NSEC_PER_MSEC)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_SEGMENTS_BEGAN_US,
			       tcpulse_nl_began_us(reply->tn)))
		return -EMSGSIZE;
	for (f = 0; f < TCPULSE_FAMILIES; f++)
		if (tcpulse_nl_wants(reply, f) &&
		    tcpulse_nl_fill_segment(msg, reply, f))
			return -EMSGSIZE;
	return 0;
}

/* Operation segment-get. Context: Process context, may sleep. */
int tcpulse_nl_segment_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tcpulse_nl_answer(info, info->attrs[TCPULSE_A_SEGMENTS_FAMILY],
				 tcpulse_nl_fill_segments);
}

/* Operation segment-set; privilege is checked. Context: may sleep. */
int tcpulse_nl_segment_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *enabled = info->attrs[TCPULSE_A_SEGMENTS_ENABLED];

	if (!enabled) {
		NL_SET_ERR_MSG(info->extack, "enabled is missing");
		return -EINVAL;
	}
	if (nla_get_u8(enabled) > 1) {
		NL_SET_ERR_MSG_ATTR(info->extack, enabled,
				    "enabled must be 0 or 1");
		return -EINVAL;
	}
	return tcpulse_segment_enable(genl_info_net(info), nla_get_u8(enabled));
}
