/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decoding by tables: what attributes of a reply become in plain structs.
 */
#ifndef CLI_DECODE_H
#define CLI_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

struct nl_msg;

enum kind {
	K_U8 = 1,	/* into a __u64, as all numbers */
	K_U16,
	K_U32,
	K_U64,		/* or an s64, into a __s64 */
	K_STRING,	/* into a char[STRING_MAX] */
	K_BINARY,	/* into an array of max bytes */
	K_FLAG,		/* into a bool; absence means false */
	K_NEST,		/* into one struct */
	K_ROWS,		/* one more struct of an array */
};

struct nest;

/* @optional: a reply may lack it; @absent: and then it is ABSENT, not 0 */
struct field {
	enum kind kind;
	const char *name;
	size_t offset;
	bool optional, absent;
	const struct nest *nest;
	size_t nr_offset, max;
};

struct nest {
	const char *name;
	const struct field *fields;	/* indexed by attribute type */
	int max;			/* last of them that we take */
	size_t size;
};

#define WHERE(type, member) \
	.name = #member, .offset = offsetof(struct type, member)
#define NESTED(type, member, kind_of) \
	{ K_NEST, WHERE(type, member), .nest = &kind_of##_nest }
#define NEST(type) \
	{ #type, type##_fields, ARRAY_SIZE(type##_fields) - 1, \
	  sizeof(struct type) }

/**
 * decode_reply() - decode a message by a table
 * @nest: the table of its attributes
 * @msg: the message
 * @dst: a struct of @nest's size, overwritten
 *
 * Return: 0, or -EBADMSG after saying on stderr what is wrong.
 */
int decode_reply(const struct nest *nest, struct nl_msg *msg, void *dst);

#endif
