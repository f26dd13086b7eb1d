/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Replies about tuning as plain structs, as attrs.h has those of all else.
 */
#ifndef CLI_ATTRS_TUNE_H
#define CLI_ATTRS_TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "module/field.h"

#define PARAMS_MAX	64
#define CHANGES_MAX	1024

/**
 * struct range - the value of a parameter
 * @low: the value, or the lower end of a range
 * @high: the upper end; not used by other parameters
 */
struct range {
	__s64 low, high;
};

/* Those with two numbers have @unit TCPULSE_UNIT_PORTS. */
struct param {
	char name[STRING_MAX];
	__u64 unit, effect;
	struct range value, loaded, standard;
	__s64 minimum, maximum;
	bool read_only;
};

/* Of the process that made a change, which chose it. */
struct command_name {
	char raw[STRING_MAX];
};

/* Of a parameter, or else of a listener: then @param is "". Only a range has a
 * @before.high and @after.high, others ABSENT; @asked may be ABSENT, and so may @pid
 * and @uid, of those who have no number where we are.
 */
struct change {
	char param[STRING_MAX];
	struct command_name command;
	__u64 sequence, transaction, action;
	__u64 listener_id, family, port, ifindex, asked;
	bool v6only;
	unsigned char address[16];
	struct range before, after;
	__u64 time_ms, pid, uid;
};

/* None when @transaction is 0. */
struct pending {
	__u64 transaction, remaining_ms;
	size_t nr;
	struct change change[CHANGES_MAX];
};

struct params {
	size_t nr;
	struct param param[PARAMS_MAX];
	struct pending pending;
};

/* @remaining_ms: or ABSENT */
struct tuning {
	__u64 transaction, remaining_ms;
	size_t nr;
	struct change change[CHANGES_MAX];
};

struct changes {
	size_t nr;
	struct change change[CHANGES_MAX];
};

extern const struct nest params_nest, tuning_nest, changes_nest;

/* As attrs_nest(). */
const struct nest *attrs_tune_nest(int cmd);

#endif
