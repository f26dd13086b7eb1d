/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The family as its specification has it. The tables are made by the script
 * grammar when nlfuzz is built.
 */
#ifndef FUZZ_GRAMMAR_H
#define FUZZ_GRAMMAR_H

#include <stdbool.h>
#include <string.h>
#include <linux/types.h>

enum kind {
	KIND_U8, KIND_U16, KIND_U32, KIND_U64,
	KIND_S8, KIND_S16, KIND_S32, KIND_S64,
	KIND_STRING, KIND_BINARY, KIND_FLAG, KIND_NEST,
};

struct set;

/**
 * struct field - one attribute
 * @name: as in the specification
 * @type: its number
 * @kind: what it holds
 * @nested: what a nest holds
 * @multi: may be there several times
 * @address: holds an IPv4 or IPv6 address
 * @low: least value of an enum
 * @high: greatest value of an enum, 0 when it is none
 */
struct field {
	const char *name;
	__u16 type;
	enum kind kind;
	const struct set *nested;
	bool multi;
	bool address;
	__u8 low;
	__u8 high;
};

/* struct set - attributes that go together */
struct set {
	const char *name;
	const struct field *field;
	unsigned int n;
};

#define OP_ERRORS 16

/**
 * struct op - one operation
 * @name: as in the specification
 * @cmd: number of the command
 * @guarded: needs a privilege
 * @of: all attributes it could have in request and reply
 * @do_request: attributes of a request, NULL when there is no do
 * @do_reply: attributes of its answer
 * @dump_request: the same for a dump
 * @dump_reply: the same for a dump
 * @event: attributes of a notification, NULL for operations
 * @error: how it may be refused, as far as its description names errnos
 */
struct op {
	const char *name;
	__u8 cmd;
	bool guarded;
	const struct set *of;
	const struct set *do_request, *do_reply;
	const struct set *dump_request, *dump_reply;
	const struct set *event;
	int error[OP_ERRORS];
};

extern const struct op ops[];
extern const unsigned int n_ops;
extern const struct set *const sets[];
extern const unsigned int n_sets;

static inline const struct op *op_of(__u8 cmd)
{
	unsigned int i;

	for (i = 0; i < n_ops; i++)
		if (ops[i].cmd == cmd)
			return &ops[i];
	return NULL;
}

static inline const struct op *op_named(const char *name)
{
	unsigned int i;

	for (i = 0; i < n_ops; i++)
		if (!strcmp(ops[i].name, name))
			return &ops[i];
	return NULL;
}

static inline const struct field *field_of(const struct set *set, __u16 type)
{
	unsigned int i;

	for (i = 0; i < set->n; i++)
		if (set->field[i].type == type)
			return &set->field[i];
	return NULL;
}

/* bytes of a number; 0 for all else */
static inline unsigned int kind_size(enum kind kind)
{
	return kind <= KIND_S64 ? 1U << (kind & 3) : 0;
}

#endif
