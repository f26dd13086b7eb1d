// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "../client/netlink.h"
#include "ask.h"

/* Of whatever width the attribute is: tcpulse_get is strict about that. */
static __u64 number(const struct nlattr *attr)
{
	switch (mnl_attr_get_payload_len(attr)) {
	case 0:
		return 1;
	case 1:
		return mnl_attr_get_u8(attr);
	case 2:
		return mnl_attr_get_u16(attr);
	case 4:
		return mnl_attr_get_u32(attr);
	default:
		return mnl_attr_get_u64(attr);
	}
}

static void take(const struct nlattr *nest, __u64 *v, unsigned int max)
{
	struct nlattr *attr;

	memset(v, 0, (max + 1) * sizeof(*v));
	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) <= max)
			v[mnl_attr_get_type(attr)] = number(attr);
}

static bool is_six(__u64 family)
{
	return family == AF_INET6;
}

static void take_state(struct reading *to, const struct nlattr *nest)
{
	__u64 v[TCPULSE_A_STATE_MAX + 1];
	struct state_row *row;

	take(nest, v, TCPULSE_A_STATE_MAX);
	if (v[TCPULSE_A_STATE_STATE] >= STATES)
		return;
	row = &to->still.state[is_six(v[TCPULSE_A_STATE_FAMILY])][v[TCPULSE_A_STATE_STATE]];
	to->still.state_rows++;
	row->now = v[TCPULSE_A_STATE_NOW];
	row->baseline = v[TCPULSE_A_STATE_BASELINE];
	row->entered = v[TCPULSE_A_STATE_ENTERED];
	row->left = v[TCPULSE_A_STATE_LEFT];
	if (v[TCPULSE_A_STATE_PEAK] < row->now || v[TCPULSE_A_STATE_PEAK_MINUTE] < row->now ||
	    v[TCPULSE_A_STATE_PEAK] < v[TCPULSE_A_STATE_PEAK_MINUTE])
		to->peak = "a state's";
}

static void take_edge(struct reading_still *s, const struct nlattr *nest)
{
	__u64 v[TCPULSE_A_TRANSITION_MAX + 1];
	int f;

	take(nest, v, TCPULSE_A_TRANSITION_MAX);
	f = is_six(v[TCPULSE_A_TRANSITION_FAMILY]);
	if (v[TCPULSE_A_TRANSITION_FROM] >= STATES || v[TCPULSE_A_TRANSITION_TO] >= STATES)
		return;
	s->edge[f][v[TCPULSE_A_TRANSITION_FROM]][v[TCPULSE_A_TRANSITION_TO]] +=
		v[TCPULSE_A_TRANSITION_COUNT];
	if (v[TCPULSE_A_TRANSITION_REASON] < REASONS)
		s->ended[f][v[TCPULSE_A_TRANSITION_REASON]] += v[TCPULSE_A_TRANSITION_COUNT];
	if (v[TCPULSE_A_TRANSITION_UNEXPECTED])
		s->unexpected_edges += v[TCPULSE_A_TRANSITION_COUNT];
}

static void take_segment(struct reading_still *s, const struct nlattr *nest)
{
	__u64 v[TCPULSE_A_SEGMENT_MAX + 1], part[TCPULSE_A_HANDSHAKE_TIME_MAX + 1];
	struct nlattr *attr;
	int f;

	take(nest, v, TCPULSE_A_SEGMENT_MAX);
	f = is_six(v[TCPULSE_A_SEGMENT_FAMILY]);
	v[TCPULSE_A_SEGMENT_RESET] = 0;
	v[TCPULSE_A_SEGMENT_HANDSHAKE_TIME] = 0;
	memcpy(s->segment[f], v, sizeof(v));
	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == TCPULSE_A_SEGMENT_RESET) {
			take(attr, part, TCPULSE_A_RESET_MAX);
			s->reset[f] += part[TCPULSE_A_RESET_COUNT];
		} else if (mnl_attr_get_type(attr) == TCPULSE_A_SEGMENT_HANDSHAKE_TIME) {
			take(attr, part, TCPULSE_A_HANDSHAKE_TIME_MAX);
			s->measured[f][0] += part[TCPULSE_A_HANDSHAKE_TIME_ACTIVE];
			s->measured[f][1] += part[TCPULSE_A_HANDSHAKE_TIME_PASSIVE];
		}
	}
}

static void take_overflow(struct reading_still *s, const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case TCPULSE_A_OVERFLOW_LISTENERS:
		s->listeners = number(attr);
		break;
	case TCPULSE_A_OVERFLOW_LOST_LISTENERS:
		s->lost_listeners = number(attr);
		break;
	case TCPULSE_A_OVERFLOW_LISTENING:
		take(attr, s->listening, TCPULSE_A_REFUSALS_MAX);
		break;
	case TCPULSE_A_OVERFLOW_GONE:
		take(attr, s->gone, TCPULSE_A_REFUSALS_MAX);
		break;
	case TCPULSE_A_OVERFLOW_KERNEL:
		take(attr, s->kernel, TCPULSE_A_KERNEL_COUNTERS_MAX);
		break;
	case TCPULSE_A_OVERFLOW_UNATTRIBUTED:
		take(attr, s->unattributed, TCPULSE_A_KERNEL_COUNTERS_MAX);
		break;
	}
}

static void take_info(struct reading_still *s, const struct nlattr *attr)
{
	if (mnl_attr_get_type(attr) == TCPULSE_A_INFO_LOST_EVENTS)
		s->lost_events = number(attr);
	else if (mnl_attr_get_type(attr) == TCPULSE_A_INFO_LOST_FIN_WAIT_2)
		s->lost_fin_wait_2 = number(attr);
	else if (mnl_attr_get_type(attr) == TCPULSE_A_INFO_UNEXPECTED)
		s->unexpected = number(attr);
	else if (mnl_attr_get_type(attr) == TCPULSE_A_INFO_BELOW_ZERO)
		s->below_zero = number(attr);
	else if (mnl_attr_get_type(attr) == TCPULSE_A_INFO_ADDRFORM)
		s->addrform = number(attr);
}

static void take_states_answer(struct reading *to, const struct nlattr *attr)
{
	if (mnl_attr_get_type(attr) == TCPULSE_A_STATES_STATE)
		take_state(to, attr);
	else if (mnl_attr_get_type(attr) == TCPULSE_A_STATES_TIME_WAIT)
		take(attr, to->still.time_wait, TIME_WAIT_STILL);
	else if (mnl_attr_get_type(attr) == TCPULSE_A_STATES_MOVING)
		to->moving = true;
}

static bool ask(struct request *r, __u8 cmd, struct reading *to)
{
	struct nlattr *attr;

	if (!request_works(r, cmd))
		return false;
	mnl_attr_for_each(attr, r->reply, GENL_HDRLEN) {
		if (cmd == TCPULSE_CMD_STATE_GET)
			take_states_answer(to, attr);
		else if (cmd == TCPULSE_CMD_TRANSITION_GET &&
			 mnl_attr_get_type(attr) == TCPULSE_A_TRANSITIONS_TRANSITION)
			take_edge(&to->still, attr);
		else if (cmd == TCPULSE_CMD_SEGMENT_GET &&
			 mnl_attr_get_type(attr) == TCPULSE_A_SEGMENTS_SEGMENT)
			take_segment(&to->still, attr);
		else if (cmd == TCPULSE_CMD_OVERFLOW_GET)
			take_overflow(&to->still, attr);
		else if (cmd == TCPULSE_CMD_INFO_GET)
			take_info(&to->still, attr);
	}
	return true;
}

/* --- listeners ---------------------------------------------------------------- */

static void take_queue(struct reading *to, struct listener_row *row, int i,
		       const struct nlattr *nest)
{
	__u64 v[TCPULSE_A_QUEUE_MAX + 1];

	take(nest, v, TCPULSE_A_QUEUE_MAX);
	row->depth[i] = v[TCPULSE_A_QUEUE_DEPTH];
	if (v[TCPULSE_A_QUEUE_PEAK] < row->depth[i] ||
	    v[TCPULSE_A_QUEUE_PEAK_MINUTE] < row->depth[i] ||
	    v[TCPULSE_A_QUEUE_PEAK] < v[TCPULSE_A_QUEUE_PEAK_MINUTE])
		to->peak = i ? "an accept queue's" : "a SYN queue's";
}

static void take_listener_attr(struct reading *to, struct listener_row *row,
			       const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case TCPULSE_A_LISTENER_ID:
		row->id = number(attr);
		break;
	case TCPULSE_A_LISTENER_FAMILY:
		row->family = number(attr);
		break;
	case TCPULSE_A_LISTENER_PORT:
		row->port = number(attr);
		break;
	case TCPULSE_A_LISTENER_V6ONLY:
		row->v6only = true;
		break;
	case TCPULSE_A_LISTENER_INODE:
		row->inode = number(attr);
		break;
	case TCPULSE_A_LISTENER_LIMIT:
		row->limit = number(attr);
		break;
	case TCPULSE_A_LISTENER_SYN_QUEUE:
		take_queue(to, row, 0, attr);
		break;
	case TCPULSE_A_LISTENER_ACCEPT_QUEUE:
		take_queue(to, row, 1, attr);
		break;
	case TCPULSE_A_LISTENER_REFUSALS:
		take(attr, row->refusals, TCPULSE_A_REFUSALS_MAX);
		break;
	}
}

static void take_listener(struct reading *to, const struct nlmsghdr *nlh)
{
	struct listener_row *row = &to->still.row[to->still.rows];
	struct nlattr *attr;

	if (to->still.rows == ROWS_MAX)
		return;
	to->still.rows++;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		take_listener_attr(to, row, attr);
}

/* true at the end */
static bool take_messages(struct reading *to, const void *buf, int len)
{
	const struct nlmsghdr *nlh;

	for (nlh = buf; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			to->interrupted = true;
		if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR)
			return true;
		take_listener(to, nlh);
	}
	return false;
}

static bool ask_listeners(struct request *r, struct reading *to)
{
	int len;

	request_begin(r, r->family, TCPULSE_CMD_LISTENER_GET);
	r->nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (mnl_socket_sendto(r->nl, r->nlh, r->nlh->nlmsg_len) < 0)
		return false;
	do {
		len = kernel_mnl_receive(r->nl, r->answer, sizeof(r->answer));
		if (len <= 0)
			return false;
	} while (!take_messages(to, r->answer, len));
	return true;
}

bool ask_all(struct request *r, struct reading *to)
{
	memset(to, 0, sizeof(*to));
	return ask(r, TCPULSE_CMD_STATE_GET, to) && ask(r, TCPULSE_CMD_TRANSITION_GET, to) &&
	       ask(r, TCPULSE_CMD_SEGMENT_GET, to) && ask(r, TCPULSE_CMD_OVERFLOW_GET, to) &&
	       ask(r, TCPULSE_CMD_INFO_GET, to) && ask_listeners(r, to);
}
