/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Output: the same calls make a JSON object or lines of text. Every value has a
 * key, one of the spec's attribute names in snake_case. JSON takes them
 * all; text shows those that the table at hand has a column for. All of it passes the
 * sink, and is plain.
 */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "base/compiler.h"
#include "base/sink.h"

/* A column of a table is LEFT or right aligned; one with other flags is there
 * only when out_table() is told to show one of those.
 */
enum {
	COL_LEFT	= 1,
	COL_NETNS	= 2,
	COL_IPV4	= 4,
	COL_IPV6	= 8,
	COL_TOTALS	= 16,
	COL_RATES	= 32,
	COL_DETAIL	= 64,
	COL_PROCESS	= 128,
};

struct col {
	const char *key, *head;
	unsigned int flags;
};

/**
 * out_init() - decide how to write
 * @json: JSON instead of text
 * @lines: JSON only: one compact value a line, also on a terminal
 * @header: headings above tables
 * @color: when to colour text
 */
void out_init(bool json, bool lines, bool header, enum color color);

bool out_is_json(void);

/**
 * out_begin() - begin one reading
 * @array: it is an array of objects in JSON; else one object
 *
 * out_end() writes it. Either object or array, it is one JSON value.
 */
void out_begin(bool array);

/* Return: ST_OK, or ST_REFUSED after saying that it cannot be written. */
int out_end(void);

/* An object in the reading's array, or under a key of the current object.
 * Text knows nothing of it.
 */
void out_object(const char *key);
void out_object_end(void);

/**
 * out_table() - begin rows: a JSON array of objects, a table in text
 * @key: key of the array
 * @cols: the columns
 * @n_cols: how many; at most OUT_COLS
 * @show: flags of optional columns that are wanted
 *
 * In text, a table that follows one of the same columns goes on with it.
 */
#define OUT_COLS 24
void out_table(const char *key, const struct col *cols, size_t n_cols,
	       unsigned int show);
void out_row(void);
void out_table_end(void);

/**
 * out_list() - begin values that text shows one a line, their key before them
 *
 * In JSON they become keys of the current object.
 */
void out_list(void);
void out_list_end(void);

void out_u64(const char *key, __u64 v);
void out_i64(const char *key, __s64 v);
void out_str(const char *key, const char *v);

/**
 * out_foreign() - text that others have chosen
 * @key: its key
 * @raw: the text; see out_name() for names
 *
 * In text it is quoted, see quoted(). In JSON it is as it is; if it is no UTF-8, U+FFFD
 * stands for each byte that is not, and all its bytes are under KEY_bytes, in hex.
 * out_str() has that key, too.
 */
void out_foreign(const char *key, const char *raw);

void out_bool(const char *key, bool v);

/* JSON only; without a @key it is all there is. */
void out_null(const char *key);

/* Text only. */
void out_cell(const char *key, const char *fmt, ...)
	__printf(2, 3);
void out_style(const char *key, enum style style);
void out_line(enum style style, const char *fmt, ...)
	__printf(2, 3);

/* Lines of our own words, as help has them; with their newlines. */
void out_lines(const char *fmt, ...) __printf(1, 2);

/**
 * out_rate() - how much of a counter an interval saw
 * @key: key of the exact difference in JSON
 * @now: counter at its end
 * @old: counter at its begin
 * @ms: its length; 0 when there is nothing to compare with
 *
 * In text events per second; not 0.0 unless it is. A counter that went back
 * (the module was loaded anew, or a few events in flight) counts as still.
 */
void out_rate(const char *key, __u64 now, __u64 old, __u64 ms);

/* Says on stderr, after the program's name, what went wrong. */
void out_err(const char *fmt, ...) __printf(1, 2);

/* Until out_release(), what out_err() says is kept. */
void out_hold(void);

/**
 * out_release() - say what was kept
 * @drop: do not
 *
 * Return: the first of it, for free(); NULL when there was nothing.
 */
char *out_release(bool drop);

/* What out_err() would say from here on would only be the consequence. */
void out_hush(void);

/* One line on stderr that the next one overwrites, if it is a terminal; a NULL
 * takes it away.
 */
void progress(const char *fmt, ...) __printf(1, 2);

#endif
