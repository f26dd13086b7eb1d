// SPDX-License-Identifier: GPL-2.0
/*
 * What the module's replies consist of. A table a nest says which attribute goes
 * to which member, how long it must be, and whether a reply may lack it.
 */
#include <netlink/msg.h>

#include <linux/tcpulse.h>

#include "module/attrs.h"
#include "module/decode.h"

static const struct field hook_fields[] = {
	[TCPULSE_A_HOOK_NAME] = { K_STRING, WHERE(hook, name) },
	[TCPULSE_A_HOOK_ATTACHED] = { K_U8, WHERE(hook, attached) },
	[TCPULSE_A_HOOK_PURPOSE] = { K_STRING, WHERE(hook, purpose) },
};

static const struct nest hook_nest = NEST(hook);

static const struct field info_fields[] = {
	[TCPULSE_A_INFO_VERSION] = { K_STRING, WHERE(info, version) },
	[TCPULSE_A_INFO_KERNEL] = { K_STRING, WHERE(info, kernel) },
	[TCPULSE_A_INFO_SINCE_S] = { K_U64, WHERE(info, since_s) },
	[TCPULSE_A_INFO_COUNTING_MS] = { K_U64, WHERE(info, counting_ms) },
	[TCPULSE_A_INFO_BASELINE_US] = { K_U64, WHERE(info, baseline_us) },
	[TCPULSE_A_INFO_ADOPTED] = { K_U64, WHERE(info, adopted) },
	[TCPULSE_A_INFO_LOST_EVENTS] = { K_U64, WHERE(info, lost_events) },
	[TCPULSE_A_INFO_LOST_FIN_WAIT_2] = {
		K_U64, WHERE(info, lost_fin_wait_2) },
	[TCPULSE_A_INFO_TUNE] = { K_STRING, WHERE(info, tune) },
	[TCPULSE_A_INFO_UNEXPECTED] = { K_U64, WHERE(info, unexpected) },
	[TCPULSE_A_INFO_BELOW_ZERO] = { K_U64, WHERE(info, below_zero) },
	[TCPULSE_A_INFO_ADDRFORM] = { K_U64, WHERE(info, addrform) },
	[TCPULSE_A_INFO_HOOK] = {
		K_ROWS, WHERE(info, hook), .nest = &hook_nest, .optional = true,
		.nr_offset = offsetof(struct info, nr), .max = HOOKS_MAX },
};

static const struct nest info_nest = NEST(info);

static const struct field state_row_fields[] = {
	[TCPULSE_A_STATE_STATE] = { K_U8, WHERE(state_row, state) },
	[TCPULSE_A_STATE_FAMILY] = { K_U16, WHERE(state_row, family) },
	[TCPULSE_A_STATE_NOW] = { K_U64, WHERE(state_row, now) },
	[TCPULSE_A_STATE_PEAK] = { K_U64, WHERE(state_row, peak) },
	[TCPULSE_A_STATE_PEAK_MINUTE] = { K_U64, WHERE(state_row, peak_minute) },
	[TCPULSE_A_STATE_BASELINE] = { K_U64, WHERE(state_row, baseline) },
	[TCPULSE_A_STATE_ENTERED] = { K_U64, WHERE(state_row, entered) },
	[TCPULSE_A_STATE_LEFT] = { K_U64, WHERE(state_row, left) },
};

static const struct nest state_row_nest = NEST(state_row);

static const struct field time_wait_fields[] = {
	[TCPULSE_A_TIME_WAIT_ALIVE] = { K_U64, WHERE(time_wait, alive) },
	[TCPULSE_A_TIME_WAIT_LIMIT] = { K_U64, WHERE(time_wait, limit) },
	[TCPULSE_A_TIME_WAIT_CREATED] = { K_U64, WHERE(time_wait, created) },
	[TCPULSE_A_TIME_WAIT_REFUSED] = { K_U64, WHERE(time_wait, refused) },
	[TCPULSE_A_TIME_WAIT_EXPIRED] = { K_U64, WHERE(time_wait, expired) },
	[TCPULSE_A_TIME_WAIT_RESET] = { K_U64, WHERE(time_wait, reset) },
	[TCPULSE_A_TIME_WAIT_REUSED] = { K_U64, WHERE(time_wait, reused) },
	[TCPULSE_A_TIME_WAIT_OTHER] = { K_U64, WHERE(time_wait, other) },
};

static const struct nest time_wait_nest = NEST(time_wait);

static const struct field states_fields[] = {
	[TCPULSE_A_STATES_COUNTING_MS] = { K_U64, WHERE(states, counting_ms) },
	[TCPULSE_A_STATES_MOVING] = { K_FLAG, WHERE(states, moving) },
	[TCPULSE_A_STATES_PEAK_SLACK] = { K_U64, WHERE(states, peak_slack) },
	[TCPULSE_A_STATES_STATE] = {
		K_ROWS, WHERE(states, state), .nest = &state_row_nest,
		.nr_offset = offsetof(struct states, nr), .max = STATES_MAX },
	[TCPULSE_A_STATES_TIME_WAIT] = {
		K_NEST, WHERE(states, time_wait), .nest = &time_wait_nest },
};

static const struct nest states_nest = NEST(states);

static const struct field transition_row_fields[] = {
	[TCPULSE_A_TRANSITION_FROM] = { K_U8, WHERE(transition_row, from) },
	[TCPULSE_A_TRANSITION_TO] = { K_U8, WHERE(transition_row, to) },
	[TCPULSE_A_TRANSITION_FAMILY] = { K_U16, WHERE(transition_row, family) },
	[TCPULSE_A_TRANSITION_REASON] = {
		K_U8, WHERE(transition_row, reason), .optional = true },
	[TCPULSE_A_TRANSITION_COUNT] = { K_U64, WHERE(transition_row, count) },
	[TCPULSE_A_TRANSITION_UNEXPECTED] = {
		K_FLAG, WHERE(transition_row, unexpected) },
};

static const struct nest transition_row_nest = NEST(transition_row);

static const struct field transitions_fields[] = {
	[TCPULSE_A_TRANSITIONS_COUNTING_MS] = {
		K_U64, WHERE(transitions, counting_ms) },
	[TCPULSE_A_TRANSITIONS_MOVING] = { K_FLAG, WHERE(transitions, moving) },
	[TCPULSE_A_TRANSITIONS_TRANSITION] = {
		K_ROWS, WHERE(transitions, transition),
		.nest = &transition_row_nest,
		.nr_offset = offsetof(struct transitions, nr),
		.max = TRANSITIONS_MAX },
};

static const struct nest transitions_nest = NEST(transitions);

static const struct field time_wait_info_fields[] = {
	[TCPULSE_A_TIME_WAIT_INFO_COUNTING_MS] = {
		K_U64, WHERE(time_wait_info, counting_ms) },
	[TCPULSE_A_TIME_WAIT_INFO_TIME_WAIT] =
		NESTED(time_wait_info, time_wait, time_wait),
	[TCPULSE_A_TIME_WAIT_INFO_PORT_LOW] = {
		K_U16, WHERE(time_wait_info, port_low) },
	[TCPULSE_A_TIME_WAIT_INFO_PORT_HIGH] = {
		K_U16, WHERE(time_wait_info, port_high) },
};

static const struct nest time_wait_info_nest = NEST(time_wait_info);

static const struct field queue_fields[] = {
	[TCPULSE_A_QUEUE_DEPTH] = { K_U32, WHERE(queue, depth) },
	[TCPULSE_A_QUEUE_PEAK] = { K_U32, WHERE(queue, peak) },
	[TCPULSE_A_QUEUE_PEAK_MINUTE] = { K_U32, WHERE(queue, peak_minute) },
	[TCPULSE_A_QUEUE_FULL_MS] = { K_U64, WHERE(queue, full_ms) },
	[TCPULSE_A_QUEUE_FULL_TOTAL_MS] = {
		K_U64, WHERE(queue, full_total_ms) },
	[TCPULSE_A_QUEUE_LAST_FULL_MS] = {
		K_U64, WHERE(queue, last_full_ms), .absent = true },
};

static const struct nest queue_nest = NEST(queue);

static const struct field refusals_fields[] = {
	[TCPULSE_A_REFUSALS_ACCEPT_FULL_SYN] = {
		K_U64, WHERE(refusals, accept_full_syn) },
	[TCPULSE_A_REFUSALS_ACCEPT_FULL_ACK] = {
		K_U64, WHERE(refusals, accept_full_ack) },
	[TCPULSE_A_REFUSALS_ACCEPT_FULL_COOKIE] = {
		K_U64, WHERE(refusals, accept_full_cookie) },
	[TCPULSE_A_REFUSALS_SYN_FULL_DROP] = {
		K_U64, WHERE(refusals, syn_full_drop) },
	[TCPULSE_A_REFUSALS_SYN_FULL_COOKIE] = {
		K_U64, WHERE(refusals, syn_full_cookie) },
	[TCPULSE_A_REFUSALS_SYN_ALWAYS_COOKIE] = {
		K_U64, WHERE(refusals, syn_always_cookie) },
	[TCPULSE_A_REFUSALS_MAX_SYN_BACKLOG] = {
		K_U64, WHERE(refusals, max_syn_backlog) },
	[TCPULSE_A_REFUSALS_OTHER_DROP] = {
		K_U64, WHERE(refusals, other_drop) },
	[TCPULSE_A_REFUSALS_ABORT_RESET] = {
		K_U64, WHERE(refusals, abort_reset) },
	[TCPULSE_A_REFUSALS_COOKIES_SENT] = {
		K_U64, WHERE(refusals, cookies_sent) },
	[TCPULSE_A_REFUSALS_COOKIES_VALID] = {
		K_U64, WHERE(refusals, cookies_valid) },
	[TCPULSE_A_REFUSALS_COOKIES_INVALID] = {
		K_U64, WHERE(refusals, cookies_invalid) },
};

static const struct nest refusals_nest = NEST(refusals);

static const struct field listener_fields[] = {
	[TCPULSE_A_LISTENER_ID] = { K_U64, WHERE(listener, id) },
	[TCPULSE_A_LISTENER_FAMILY] = { K_U16, WHERE(listener, family) },
	[TCPULSE_A_LISTENER_ADDRESS] = {
		K_BINARY, WHERE(listener, address), .max = 16 },
	[TCPULSE_A_LISTENER_PORT] = { K_U16, WHERE(listener, port) },
	[TCPULSE_A_LISTENER_IFINDEX] = {
		K_U32, WHERE(listener, ifindex), .optional = true },
	[TCPULSE_A_LISTENER_V6ONLY] = { K_FLAG, WHERE(listener, v6only) },
	[TCPULSE_A_LISTENER_REUSEPORT] = { K_FLAG, WHERE(listener, reuseport) },
	[TCPULSE_A_LISTENER_ADOPTED] = { K_FLAG, WHERE(listener, adopted) },
	[TCPULSE_A_LISTENER_INODE] = { K_U64, WHERE(listener, inode) },
	[TCPULSE_A_LISTENER_AGE_MS] = { K_U64, WHERE(listener, age_ms) },
	[TCPULSE_A_LISTENER_LIMIT] = { K_U32, WHERE(listener, limit) },
	[TCPULSE_A_LISTENER_ASKED] = {
		K_U32, WHERE(listener, asked), .absent = true },
	[TCPULSE_A_LISTENER_SYN_QUEUE] = NESTED(listener, syn_queue, queue),
	[TCPULSE_A_LISTENER_ACCEPT_QUEUE] =
		NESTED(listener, accept_queue, queue),
	[TCPULSE_A_LISTENER_REFUSALS] = NESTED(listener, refusals, refusals),
	[TCPULSE_A_LISTENER_LAST_REFUSED_MS] = {
		K_U64, WHERE(listener, last_refused_ms), .absent = true },
	[TCPULSE_A_LISTENER_TUNED] = {
		K_U32, WHERE(listener, tuned), .absent = true },
};

static const struct nest listener_nest = NEST(listener);

static const struct field kernel_counters_fields[] = {
	[TCPULSE_A_KERNEL_COUNTERS_LISTEN_OVERFLOWS] = {
		K_U64, WHERE(kernel_counters, listen_overflows) },
	[TCPULSE_A_KERNEL_COUNTERS_LISTEN_DROPS] = {
		K_U64, WHERE(kernel_counters, listen_drops) },
	[TCPULSE_A_KERNEL_COUNTERS_REQ_Q_FULL_DROP] = {
		K_U64, WHERE(kernel_counters, req_q_full_drop) },
	[TCPULSE_A_KERNEL_COUNTERS_REQ_Q_FULL_DO_COOKIES] = {
		K_U64, WHERE(kernel_counters, req_q_full_do_cookies) },
	[TCPULSE_A_KERNEL_COUNTERS_SYNCOOKIES_SENT] = {
		K_U64, WHERE(kernel_counters, syncookies_sent) },
	[TCPULSE_A_KERNEL_COUNTERS_SYNCOOKIES_RECV] = {
		K_U64, WHERE(kernel_counters, syncookies_recv) },
	[TCPULSE_A_KERNEL_COUNTERS_SYNCOOKIES_FAILED] = {
		K_U64, WHERE(kernel_counters, syncookies_failed) },
};

static const struct nest kernel_counters_nest = NEST(kernel_counters);

static const struct field overflow_fields[] = {
	[TCPULSE_A_OVERFLOW_COUNTING_MS] = {
		K_U64, WHERE(overflow, counting_ms) },
	[TCPULSE_A_OVERFLOW_LISTENERS] = { K_U64, WHERE(overflow, listeners) },
	[TCPULSE_A_OVERFLOW_GONE_LISTENERS] = {
		K_U64, WHERE(overflow, gone_listeners) },
	[TCPULSE_A_OVERFLOW_LOST_LISTENERS] = {
		K_U64, WHERE(overflow, lost_listeners) },
	[TCPULSE_A_OVERFLOW_GENERATION] = {
		K_U64, WHERE(overflow, generation) },
	[TCPULSE_A_OVERFLOW_SOMAXCONN] = { K_U32, WHERE(overflow, somaxconn) },
	[TCPULSE_A_OVERFLOW_SYNCOOKIES] = { K_U8, WHERE(overflow, syncookies) },
	[TCPULSE_A_OVERFLOW_ABORT_ON_OVERFLOW] = {
		K_U8, WHERE(overflow, abort_on_overflow) },
	[TCPULSE_A_OVERFLOW_SYN_BACKLOG_LIMIT] = {
		K_U32, WHERE(overflow, syn_backlog_limit) },
	[TCPULSE_A_OVERFLOW_LISTENING] = NESTED(overflow, listening, refusals),
	[TCPULSE_A_OVERFLOW_GONE] = NESTED(overflow, gone, refusals),
	[TCPULSE_A_OVERFLOW_KERNEL] = NESTED(overflow, kernel, kernel_counters),
	[TCPULSE_A_OVERFLOW_UNATTRIBUTED] =
		NESTED(overflow, unattributed, kernel_counters),
};

static const struct nest overflow_nest = NEST(overflow);

static const struct field reset_fields[] = {
	[TCPULSE_A_RESET_STATE] = { K_U8, WHERE(reset, state) },
	[TCPULSE_A_RESET_COUNT] = { K_U64, WHERE(reset, count) },
};

static const struct nest reset_nest = NEST(reset);

static const struct field handshake_time_fields[] = {
	[TCPULSE_A_HANDSHAKE_TIME_FROM_US] = {
		K_U64, WHERE(handshake_time, from_us) },
	[TCPULSE_A_HANDSHAKE_TIME_ACTIVE] = {
		K_U64, WHERE(handshake_time, active) },
	[TCPULSE_A_HANDSHAKE_TIME_PASSIVE] = {
		K_U64, WHERE(handshake_time, passive) },
};

static const struct nest handshake_time_nest = NEST(handshake_time);

static const struct field segment_fields[] = {
	[TCPULSE_A_SEGMENT_FAMILY] = { K_U16, WHERE(segment, family) },
	[TCPULSE_A_SEGMENT_SYN_IN] = { K_U64, WHERE(segment, syn_in) },
	[TCPULSE_A_SEGMENT_SYN_OUT] = { K_U64, WHERE(segment, syn_out) },
	[TCPULSE_A_SEGMENT_SYN_ACK_IN] = { K_U64, WHERE(segment, syn_ack_in) },
	[TCPULSE_A_SEGMENT_SYN_ACK_OUT] = {
		K_U64, WHERE(segment, syn_ack_out) },
	[TCPULSE_A_SEGMENT_FIN_IN] = { K_U64, WHERE(segment, fin_in) },
	[TCPULSE_A_SEGMENT_FIN_OUT] = { K_U64, WHERE(segment, fin_out) },
	[TCPULSE_A_SEGMENT_RST_IN] = { K_U64, WHERE(segment, rst_in) },
	[TCPULSE_A_SEGMENT_RST_OUT] = { K_U64, WHERE(segment, rst_out) },
	[TCPULSE_A_SEGMENT_SYN_DATA_IN] = {
		K_U64, WHERE(segment, syn_data_in) },
	[TCPULSE_A_SEGMENT_SYN_DATA_OUT] = {
		K_U64, WHERE(segment, syn_data_out) },
	[TCPULSE_A_SEGMENT_SYN_RETRANS] = {
		K_U64, WHERE(segment, syn_retrans) },
	[TCPULSE_A_SEGMENT_SYN_ACK_RETRANS] = {
		K_U64, WHERE(segment, syn_ack_retrans) },
	[TCPULSE_A_SEGMENT_RESET] = {
		K_ROWS, WHERE(segment, reset), .nest = &reset_nest,
		.optional = true, .nr_offset = offsetof(struct segment, n_resets),
		.max = RESETS_MAX },
	[TCPULSE_A_SEGMENT_ACTIVE] = { K_U64, WHERE(segment, active) },
	[TCPULSE_A_SEGMENT_PASSIVE] = { K_U64, WHERE(segment, passive) },
	[TCPULSE_A_SEGMENT_HANDSHAKE_TIME] = {
		K_ROWS, WHERE(segment, handshake_time), .nest = &handshake_time_nest,
		.optional = true, .nr_offset = offsetof(struct segment, n_buckets),
		.max = BUCKETS_MAX },
	[TCPULSE_A_SEGMENT_UNMEASURED_ACTIVE] = {
		K_U64, WHERE(segment, unmeasured_active) },
	[TCPULSE_A_SEGMENT_UNMEASURED_PASSIVE] = {
		K_U64, WHERE(segment, unmeasured_passive) },
};

static const struct nest segment_nest = NEST(segment);

static const struct field segments_fields[] = {
	[TCPULSE_A_SEGMENTS_ENABLED] = { K_U8, WHERE(segments, enabled) },
	[TCPULSE_A_SEGMENTS_COUNTING_MS] = {
		K_U64, WHERE(segments, counting_ms) },
	[TCPULSE_A_SEGMENTS_SEGMENT] = {
		K_ROWS, WHERE(segments, segment), .nest = &segment_nest,
		.optional = true, .nr_offset = offsetof(struct segments, nr),
		.max = SEGMENTS_MAX },
};

static const struct nest segments_nest = NEST(segments);

const struct state_row *states_find(const struct states *states,
				    const struct state_row *like)
{
	size_t i;

	for (i = 0; states && i < states->nr; i++)
		if (states->state[i].state == like->state &&
		    states->state[i].family == like->family)
			return &states->state[i];
	return NULL;
}

int attrs_info(struct nl_msg *msg, void *dst)
{
	return decode_reply(&info_nest, msg, dst);
}

int attrs_states(struct nl_msg *msg, void *dst)
{
	return decode_reply(&states_nest, msg, dst);
}

int attrs_transitions(struct nl_msg *msg, void *dst)
{
	return decode_reply(&transitions_nest, msg, dst);
}

int attrs_time_wait(struct nl_msg *msg, void *dst)
{
	return decode_reply(&time_wait_info_nest, msg, dst);
}

int attrs_listener(struct nl_msg *msg, void *dst)
{
	return decode_reply(&listener_nest, msg, dst);
}

int attrs_overflow(struct nl_msg *msg, void *dst)
{
	return decode_reply(&overflow_nest, msg, dst);
}

int attrs_segments(struct nl_msg *msg, void *dst)
{
	return decode_reply(&segments_nest, msg, dst);
}
