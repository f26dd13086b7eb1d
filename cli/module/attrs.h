/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Replies of the module as plain structs. Members bear the names of the
 * spec's attributes, where their meaning and unit are documented.
 */
#ifndef CLI_ATTRS_H
#define CLI_ATTRS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#define STRING_MAX	160
#define HOOKS_MAX	32
#define STATES_MAX	64
#define TRANSITIONS_MAX	1024
#define SEGMENTS_MAX	2
#define RESETS_MAX	16
#define BUCKETS_MAX	64

/* a number the reply did not have, where that means something */
#define ABSENT		(~0ULL)

struct nl_msg;

struct hook {
	char name[STRING_MAX], purpose[STRING_MAX];
	__u64 attached;
};

struct info {
	char version[STRING_MAX], kernel[STRING_MAX], tune[STRING_MAX];
	__u64 since_s, counting_ms, baseline_us, adopted;
	__u64 lost_events, lost_fin_wait_2, unexpected, below_zero, addrform;
	size_t nr;
	struct hook hook[HOOKS_MAX];
};

struct state_row {
	__u64 state, family;
	__u64 now, peak, peak_minute;
	__u64 baseline, entered, left;
};

struct time_wait {
	__u64 alive, limit, created, refused;
	__u64 expired, reset, reused, other;
};

struct states {
	__u64 counting_ms, peak_slack;
	bool moving;
	struct time_wait time_wait;
	size_t nr;
	struct state_row state[STATES_MAX];
};

/* The row of the same state and family as @like; NULL if @states is or has none. */
const struct state_row *states_find(const struct states *states,
				    const struct state_row *like);

struct transition_row {
	__u64 from, to, family, reason, count;
	bool unexpected;
};

struct transitions {
	__u64 counting_ms;
	bool moving;
	size_t nr;
	struct transition_row transition[TRANSITIONS_MAX];
};

struct time_wait_info {
	__u64 counting_ms, port_low, port_high;
	struct time_wait time_wait;
};

/* @last_full_ms: or ABSENT */
struct queue {
	__u64 depth, peak, peak_minute;
	__u64 full_ms, full_total_ms, last_full_ms;
};

struct refusals {
	__u64 accept_full_syn, accept_full_ack, accept_full_cookie;
	__u64 syn_full_drop, syn_full_cookie, syn_always_cookie;
	__u64 max_syn_backlog, other_drop, abort_reset;
	__u64 cookies_sent, cookies_valid, cookies_invalid;
};

/* @asked, @tuned, @last_refused_ms: or ABSENT; @ifindex: or 0 */
struct listener {
	__u64 id, family, port, ifindex, inode, age_ms;
	__u64 limit, asked, tuned, last_refused_ms;
	unsigned char address[16];
	bool v6only, reuseport, adopted;
	struct queue syn_queue, accept_queue;
	struct refusals refusals;
};

struct kernel_counters {
	__u64 listen_overflows, listen_drops;
	__u64 req_q_full_drop, req_q_full_do_cookies;
	__u64 syncookies_sent, syncookies_recv, syncookies_failed;
};

struct overflow {
	__u64 counting_ms, listeners, gone_listeners, lost_listeners;
	__u64 generation, somaxconn, syncookies, abort_on_overflow;
	__u64 syn_backlog_limit;
	struct refusals listening, gone;
	struct kernel_counters kernel, unattributed;
};

struct reset {
	__u64 state, count;
};

struct handshake_time {
	__u64 from_us, active, passive;
};

struct segment {
	__u64 family;
	__u64 syn_in, syn_out, syn_ack_in, syn_ack_out;
	__u64 fin_in, fin_out, rst_in, rst_out;
	__u64 syn_data_in, syn_data_out, syn_retrans, syn_ack_retrans;
	__u64 active, passive, unmeasured_active, unmeasured_passive;
	size_t n_resets, n_buckets;
	struct reset reset[RESETS_MAX];
	struct handshake_time handshake_time[BUCKETS_MAX];
};

struct segments {
	__u64 enabled, counting_ms;
	size_t nr;
	struct segment segment[SEGMENTS_MAX];
};

/**
 * attrs_info() - decode the reply to info-get
 * @msg: the reply
 * @dst: a struct info, overwritten
 *
 * All of these skip attributes they do not know, so that a newer module can be
 * asked, and refuse a reply that lacks one they need.
 *
 * Return: 0, or -EBADMSG after saying on stderr what is wrong.
 */
int attrs_info(struct nl_msg *msg, void *dst);
int attrs_states(struct nl_msg *msg, void *dst);
int attrs_transitions(struct nl_msg *msg, void *dst);
int attrs_time_wait(struct nl_msg *msg, void *dst);
int attrs_listener(struct nl_msg *msg, void *dst);
int attrs_overflow(struct nl_msg *msg, void *dst);
int attrs_segments(struct nl_msg *msg, void *dst);

#endif
