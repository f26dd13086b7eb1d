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

struct nl_msg;

struct hook {
	char name[STRING_MAX], purpose[STRING_MAX];
	__u64 attached;
};

struct info {
	char version[STRING_MAX], kernel[STRING_MAX];
	__u64 since_s, counting_ms, baseline_us, adopted;
	__u64 lost_events, lost_fin_wait_2, unexpected;
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

/**
 * attrs_info() - decode the reply to info-get
 * @msg: the reply
 * @dst: a struct info, overwritten
 *
 * All three skip attributes they do not know, so that a newer module can be
 * asked, and refuse a reply that lacks one they need.
 *
 * Return: 0, or -EBADMSG after saying on stderr what is wrong.
 */
int attrs_info(struct nl_msg *msg, void *dst);
int attrs_states(struct nl_msg *msg, void *dst);
int attrs_transitions(struct nl_msg *msg, void *dst);

#endif
