/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fields of the module's replies, as tables: which attribute is which member of a
 * plain struct, and what it means. regen makes them of the spec (fields_gen.c), but
 * those of tuning (attrs_tune.c). Decoding, sums, rates and JSON walk them.
 */
#ifndef CLI_FIELD_H
#define CLI_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#define STRING_MAX	160

/* rows that are taken of a reply; the rest is left out */
#define HOOKS_MAX	32
#define STATES_MAX	64
#define TRANSITIONS_MAX	1024
#define SEGMENTS_MAX	2
#define RESETS_MAX	16
#define HANDSHAKE_TIMES_MAX	64

/* a number the reply did not have, where that means something */
#define ABSENT		(~0ULL)

enum encoding {
	AS_U8 = 1,	/* into a __u64, as all numbers */
	AS_U16,
	AS_U32,
	AS_U64,		/* or an s64, into a __s64 */
	AS_STRING,	/* into a char[STRING_MAX] */
	AS_BINARY,	/* into an array of max bytes */
	AS_FLAG,	/* into a bool; absence means false */
	AS_NEST,	/* into one struct */
	AS_ROWS,	/* one more struct of an array */
};

/* 0 for what is no number, and in tuning */
enum kind {
	COUNTER = 1,	/* only grows: it has a rate, and sums */
	GAUGE,		/* comes and goes: it has sums */
	LABEL,		/* tells rows apart */
};

struct nest;

/**
 * struct field - one attribute
 * @encoding: how it comes, and what it becomes; 0: none has this number
 * @name: the spec's name in snake_case, also its key in JSON
 * @offset: of the member in its struct
 * @kind: of a number
 * @unit: "ms", "us", "s"; NULL: it counts what @doc names
 * @doc: what the spec says of it, for people
 * @optional: a reply may lack it
 * @absent: a reply may lack it, and then it is ABSENT, not 0
 * @private: of a string: it is the name of a process (what is binary is an address)
 * @nest: what one struct consists of
 * @nr_offset: of the size_t that counts rows
 * @max: rows, or bytes
 */
struct field {
	enum encoding encoding;
	const char *name;
	size_t offset;
	enum kind kind;
	const char *unit, *doc;
	bool optional, absent, private;
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
#define NEST(type) \
	{ #type, type##_fields, ARRAY_SIZE(type##_fields) - 1, \
	  sizeof(struct type) }

/* The next of those that the contract has, in its order; the first after NULL. */
const struct field *field_after(const struct nest *nest,
				const struct field *field);

/* The one of this name; NULL when there is none. */
const struct field *field_named(const struct nest *nest, const char *name);

/* A counter or a gauge: what there is to say of a row. */
bool field_is_value(const struct field *field);

/* Numbers of the struct at @base, by field or by offset; 0 when @base is NULL. */
__u64 value_at(const void *base, size_t offset);
__u64 field_value(const struct field *field, const void *base);

/* Adds each counter and gauge of one struct to that of another. */
void fields_add(const struct nest *nest, void *sum, const void *more);

#endif
