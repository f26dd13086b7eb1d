/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names that others have chosen. They are kept in structs, which no printf takes: what
 * prints one says how.
 */
#ifndef CLI_FOREIGN_H
#define CLI_FOREIGN_H

#include <net/if.h>

/* as much as the kernel tells of one, and more than it takes from a program */
#define COMM_MAX	65
#define USER_NAME_MAX	65

struct comm {
	char raw[COMM_MAX];
};

struct user_name {
	char raw[USER_NAME_MAX];
};

struct interface_name {
	char raw[IF_NAMESIZE];
};

/**
 * quoted() - a name in a text
 * @name: one of the structs
 *
 * As it is when nothing in it could be taken for anything else: letters, digits and
 * a few signs. Any other name is in double quotes, with escapes for what is not seen
 * or not ASCII; no two look the same.
 *
 * Return: @name's own text, or one that is there until out_end().
 */
#define quoted(name) quoted_text((name).raw)
const char *quoted_text(const char *raw);

/* For between quotes that stand there anyhow: the same escapes, but blanks and all
 * signs but quotes stay. Of more than INSIDE_MAX bytes there are so many, and "...".
 */
#define INSIDE_MAX 1024
const char *inside(const char *raw);

/* With both keys in JSON, see out_foreign(). */
#define out_name(key, name) out_foreign(key, (name).raw)

#endif
