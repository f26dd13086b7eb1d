// SPDX-License-Identifier: GPL-2.0
/*
 * Decodes the module's replies. A table a nest says which attribute goes to
 * which member, how long it must be, and whether a reply may lack it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include <linux/tcpulse.h>

#include "attrs.h"
#include "out.h"

enum kind {
	K_U8 = 1,	/* into a __u64, as all numbers */
	K_U16,
	K_U64,
	K_STRING,	/* into a char[STRING_MAX] */
	K_FLAG,		/* into a bool; absence means false */
	K_NEST,		/* into one struct */
	K_ROWS,		/* one more struct of an array */
};

struct nest;

struct field {
	enum kind kind;
	const char *name;
	size_t offset;
	bool optional;
	const struct nest *nest;
	size_t nr_offset, max;
};

struct nest {
	const char *name;
	const struct field *fields;	/* indexed by attribute type */
	int max;
	size_t size;
};

#define WHERE(type, member) \
	.name = #member, .offset = offsetof(struct type, member)
#define NEST(type, prefix) \
	{ #type, type##_fields, prefix, sizeof(struct type) }

static const struct field hook_fields[] = {
	[TCPULSE_A_HOOK_NAME] = { K_STRING, WHERE(hook, name) },
	[TCPULSE_A_HOOK_ATTACHED] = { K_U8, WHERE(hook, attached) },
	[TCPULSE_A_HOOK_PURPOSE] = { K_STRING, WHERE(hook, purpose) },
};

static const struct nest hook_nest = NEST(hook, TCPULSE_A_HOOK_MAX);

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
	[TCPULSE_A_INFO_UNEXPECTED] = { K_U64, WHERE(info, unexpected) },
	[TCPULSE_A_INFO_HOOK] = {
		K_ROWS, WHERE(info, hook), .nest = &hook_nest, .optional = true,
		.nr_offset = offsetof(struct info, nr), .max = HOOKS_MAX },
};

static const struct nest info_nest = NEST(info, TCPULSE_A_INFO_MAX);

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

static const struct nest state_row_nest = NEST(state_row, TCPULSE_A_STATE_MAX);

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

static const struct nest time_wait_nest =
	NEST(time_wait, TCPULSE_A_TIME_WAIT_MAX);

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

static const struct nest states_nest = NEST(states, TCPULSE_A_STATES_MAX);

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

static const struct nest transition_row_nest =
	NEST(transition_row, TCPULSE_A_TRANSITION_MAX);

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

static const struct nest transitions_nest =
	NEST(transitions, TCPULSE_A_TRANSITIONS_MAX);

static int decode(const struct nest *nest, struct nlattr *head, int len,
		  void *dst);

static int bad(const struct nest *nest, const struct field *field,
	       const char *what)
{
	out_err("the module's reply is not understood: %s: attribute %s %s; %s",
		nest->name, field->name, what,
		"module and tool are of different versions");
	return -EBADMSG;
}

static int decode_row(const struct field *field, struct nlattr *attr, char *dst)
{
	size_t *nr = (size_t *)(dst + field->nr_offset);

	/* more than any version of the contract has: leave the rest out */
	if (*nr == field->max)
		return 0;
	dst += field->offset + *nr * field->nest->size;
	++*nr;
	return decode(field->nest, nla_data(attr), nla_len(attr), dst);
}

static bool right_size(enum kind kind, struct nlattr *attr)
{
	static const int size[] = {
		[K_U8] = 1, [K_U16] = 2, [K_U64] = 8, [K_STRING] = 1,
		[K_ROWS] = 0,
	};

	return nla_len(attr) >= size[kind];
}

/* Copied, as a 64-bit attribute is only aligned to four bytes. */
static __u64 number(enum kind kind, struct nlattr *attr)
{
	__u64 v;

	switch (kind) {
	case K_U8:
		return nla_get_u8(attr);
	case K_U16:
		return nla_get_u16(attr);
	default:
		memcpy(&v, nla_data(attr), sizeof(v));
		return v;
	}
}

static int decode_one(const struct nest *nest, const struct field *field,
		      struct nlattr *attr, void *base)
{
	char *dst = (char *)base + field->offset;

	if (!right_size(field->kind, attr))
		return bad(nest, field, "is too short");
	switch (field->kind) {
	case K_STRING:
		snprintf(dst, STRING_MAX, "%.*s", nla_len(attr),
			 (char *)nla_data(attr));
		return 0;
	case K_FLAG:
		*(bool *)dst = true;
		return 0;
	case K_NEST:
		return decode(field->nest, nla_data(attr), nla_len(attr), dst);
	case K_ROWS:
		return decode_row(field, attr, base);
	default:
		*(__u64 *)dst = number(field->kind, attr);
		return 0;
	}
}

static int check_missing(const struct nest *nest, __u64 seen)
{
	const struct field *field;
	int type;

	for (type = 1; type <= nest->max; type++) {
		field = &nest->fields[type];
		if (!field->kind || field->kind == K_FLAG || field->optional)
			continue;
		if (!(seen & (1ULL << type)))
			return bad(nest, field, "is missing");
	}
	return 0;
}

static int decode(const struct nest *nest, struct nlattr *head, int len,
		  void *dst)
{
	struct nlattr *attr;
	__u64 seen = 0;
	int rem, type, err;

	nla_for_each_attr(attr, head, len, rem) {
		type = nla_type(attr);
		if (!type || type > nest->max || !nest->fields[type].kind)
			continue;
		err = decode_one(nest, &nest->fields[type], attr, dst);
		if (err)
			return err;
		seen |= 1ULL << type;
	}
	return check_missing(nest, seen);
}

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

static int decode_msg(const struct nest *nest, struct nl_msg *msg, void *dst)
{
	struct genlmsghdr *hdr = nlmsg_data(nlmsg_hdr(msg));

	memset(dst, 0, nest->size);
	return decode(nest, genlmsg_attrdata(hdr, 0), genlmsg_attrlen(hdr, 0),
		      dst);
}

int attrs_info(struct nl_msg *msg, void *dst)
{
	return decode_msg(&info_nest, msg, dst);
}

int attrs_states(struct nl_msg *msg, void *dst)
{
	return decode_msg(&states_nest, msg, dst);
}

int attrs_transitions(struct nl_msg *msg, void *dst)
{
	return decode_msg(&transitions_nest, msg, dst);
}
