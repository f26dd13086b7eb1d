/* SPDX-License-Identifier: GPL-2.0 */
/* One row of a change, taken apart strictly, and as a line of key=value words. */
#ifndef SELFTESTS_CHANGE_H
#define SELFTESTS_CHANGE_H

#include <stdbool.h>

#include <libmnl/libmnl.h>
#include <linux/tcpulse.h>
#include <linux/types.h>

/**
 * struct change - what a nest of the attribute set change says
 * @seen: its attributes, a bit each
 * @param: empty for a listener
 * @address: as many bytes as @family has
 */
struct change {
	__u32 seen;
	__u64 sequence;
	__u64 transaction;
	__u8 action;
	char param[64];
	__u64 listener_id;
	__u16 family;
	__u8 address[16];
	__u16 port;
	__u32 asked;
	__s64 old;
	__s64 old_high;
	__s64 new;
	__s64 new_high;
	__u64 time_ms;
	__u32 pid;
	__u32 uid;
	char command[64];
	__u32 ifindex;
};

static inline bool change_has(const struct change *c, unsigned int type)
{
	return c->seen & 1u << type;
}

/* "set", or "?" */
const char *change_action(const struct change *c);

/* NULL, or what is wrong with the nest */
const char *change_parse(const struct nlattr *nest, struct change *c);

/*
 * One line of what is there, in the order of the spec: sequence=N ...
 * action=set param=NAME old=N new=N ...; of a listener listener-id=N family=inet
 * address=TEXT port=N in place of param. A flag is v6only=1. The last one is
 * command=TEXT, which may have spaces.
 */
void change_print(const struct change *c);

#endif
