// SPDX-License-Identifier: GPL-2.0
/*
 * Text tables and JSON from the same calls. A table is kept until its end, so
 * that its columns are as wide as they must be and no wider.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/foreign.h"
#include "base/out.h"
#include "base/plain.h"
#include "base/pool.h"
#include "base/sink.h"
#include "base/status.h"
#include "base/xalloc.h"

#define DEPTH 8

struct cell {
	char *text;
	enum style style;
};

/* A table may go on: one that ended is @pending, until other output follows. At
 * @last and @width is what outlives it: later readings keep the widths.
 */
static struct table {
	struct col cols[OUT_COLS];
	size_t n_cols, n_rows, room;
	struct cell *cells;
	const struct col *last;
	int width[OUT_COLS];
	bool list, pending;
} table;

static struct {
	bool json, lines, header, hushed;
	json_t *stack[DEPTH];
	int depth;
} out;

/* What out_err() said since out_hold(). */
static struct {
	bool on;
	char **list;
	size_t n;
} held;

void out_init(bool json, bool lines, bool header, enum color color)
{
	out.json = json;
	out.lines = lines || !isatty(STDOUT_FILENO);
	out.header = header;
	out.hushed = false;
	sink_color(color);
}

bool out_is_json(void)
{
	return out.json;
}

/* --- JSON ---------------------------------------------------------------- */

static json_t *top(void)
{
	return out.stack[out.depth - 1];
}

/* The parent holds the reference; the first one is released by out_end(). */
static void push(const char *key, json_t *value)
{
	if (out.depth && key)
		json_object_set_new_nocheck(top(), key, value);
	else if (out.depth)
		json_array_append_new(top(), value);
	out.stack[out.depth++] = value;
}

static void pop(void)
{
	out.depth--;
}

/* Keys are ours, and ASCII. */
static void put(const char *key, json_t *value)
{
	json_object_set_new_nocheck(top(), key, value);
}

static void write_json(void)
{
	size_t flags = out.lines ? JSON_COMPACT : JSON_INDENT(2);

	char *json = json_dumps(out.stack[0], flags | JSON_ENCODE_ANY);

	if (json)
		sink_json(json);
	free(json);
	json_decref(out.stack[0]);
	out.depth = 0;
}

/* --- tables -------------------------------------------------------------- */

static struct cell *cell_at(size_t row, size_t col)
{
	return &table.cells[row * table.n_cols + col];
}

static struct cell *cell_of(const char *key)
{
	size_t i;

	if (out.json || !table.n_rows)
		return NULL;
	for (i = 0; i < table.n_cols; i++)
		if (!strcmp(table.cols[i].key, key))
			return cell_at(table.n_rows - 1, i);
	return NULL;
}

static void add_row(void)
{
	size_t need = (table.n_rows + 1) * table.n_cols;

	if (need > table.room) {
		table.room = need * 2;
		table.cells = xreallocarray(table.cells, table.room,
					    sizeof(*table.cells));
	}
	memset(cell_at(table.n_rows, 0), 0,
	       table.n_cols * sizeof(*table.cells));
	table.n_rows++;
}

static void widen(size_t col, const char *text)
{
	int len = text ? strlen(text) : 0;

	if (len > table.width[col])
		table.width[col] = len;
}

static void measure(void)
{
	size_t r, c;

	for (c = 0; c < table.n_cols; c++) {
		if (out.header && !table.list)
			widen(c, table.cols[c].head);
		for (r = 0; r < table.n_rows; r++)
			widen(c, cell_at(r, c)->text);
	}
}

static void print_cell(size_t col, const struct cell *cell, bool last)
{
	bool left = table.cols[col].flags & COL_LEFT;

	sink_text(cell->style, cell->text ? cell->text : "",
		  left && last ? 0 : table.width[col], left);
	if (last)
		sink_newline();
	else
		sink_text(PLAIN, "  ", 0, true);
}

/* Nothing trails the last word of a line. */
static void print_row(const struct cell *cells)
{
	size_t n = table.n_cols, c;

	while (n > 1 && !cells[n - 1].text)
		n--;
	for (c = 0; c < n; c++)
		print_cell(c, &cells[c], c + 1 == n);
}

static void print_heads(void)
{
	struct cell cells[OUT_COLS];
	size_t c;

	for (c = 0; c < table.n_cols; c++) {
		cells[c].text = *table.cols[c].head ?
				(char *)table.cols[c].head : NULL;
		cells[c].style = BOLD;
	}
	print_row(cells);
}

static bool has_heads(void)
{
	size_t c;

	for (c = 0; c < table.n_cols; c++)
		if (*table.cols[c].head)
			return out.header && !table.list;
	return false;
}

static void print_table(void)
{
	size_t r, c;

	measure();
	if (has_heads())
		print_heads();
	for (r = 0; r < table.n_rows; r++) {
		print_row(cell_at(r, 0));
		for (c = 0; c < table.n_cols; c++)
			free(cell_at(r, c)->text);
	}
	table.n_rows = 0;
}

static void flush_table(void)
{
	if (table.pending)
		print_table();
	table.pending = false;
}

static void start_table(const struct col *cols, size_t n_cols,
			unsigned int show)
{
	size_t i;

	if (table.pending && cols == table.last)
		return;
	flush_table();
	if (cols != table.last)
		memset(table.width, 0, sizeof(table.width));
	table.last = cols;
	table.n_cols = 0;
	table.n_rows = 0;
	for (i = 0; i < n_cols; i++)
		if (!(cols[i].flags & ~COL_LEFT) || (cols[i].flags & show))
			table.cols[table.n_cols++] = cols[i];
}

void out_table(const char *key, const struct col *cols, size_t n_cols,
	       unsigned int show)
{
	if (out.json)
		push(key, json_array());
	else
		start_table(cols, n_cols, show);
}

void out_row(void)
{
	if (!out.json) {
		add_row();
		return;
	}
	if (json_is_object(top()))
		pop();
	push(NULL, json_object());
}

void out_table_end(void)
{
	if (!out.json) {
		table.pending = true;
		return;
	}
	if (json_is_object(top()))
		pop();
	pop();
}

void out_list(void)
{
	static const struct col cols[] = {
		{ "key", "", COL_LEFT }, { "value", "", COL_LEFT },
	};

	if (out.json)
		return;
	start_table(cols, 2, 0);
	table.list = true;
}

void out_list_end(void)
{
	if (out.json)
		return;
	print_table();
	table.list = false;
}

/* --- values -------------------------------------------------------------- */

/* Plain at once, as its width is the column's. */
static void set_text(struct cell *cell, const char *fmt, va_list ap)
{
	char *text = xvasprintf(fmt, ap);

	free(cell->text);
	cell->text = plain(text);
	free(text);
}

/* A list has a line for each key, with dashes as in the spec. */
static struct cell *line_of(const char *key)
{
	char *p;

	add_row();
	p = xstrdup(key);
	cell_at(table.n_rows - 1, 0)->text = p;
	for (; *p; p++)
		if (*p == '_')
			*p = '-';
	return cell_at(table.n_rows - 1, 1);
}

void out_cell(const char *key, const char *fmt, ...)
{
	struct cell *cell;
	va_list ap;

	if (out.json)
		return;
	cell = table.list ? line_of(key) : cell_of(key);
	if (!cell)
		return;
	va_start(ap, fmt);
	set_text(cell, fmt, ap);
	va_end(ap);
}

void out_style(const char *key, enum style style)
{
	struct cell *cell = cell_of(key);

	if (cell)
		cell->style = style;
}

void out_u64(const char *key, __u64 v)
{
	if (out.json)
		put(key, json_integer(v));
	else
		out_cell(key, "%llu", v);
}

void out_i64(const char *key, __s64 v)
{
	if (out.json)
		put(key, json_integer(v));
	else
		out_cell(key, "%+lld", v);
}

/* What is no UTF-8 is no text in JSON: its bytes are, in hex. */
static void put_bytes(const char *key, const char *v)
{
	size_t n = strlen(v), i;
	char *hex = xcalloc(2, n + 1), *name = xcalloc(1, strlen(key) + 7);

	for (i = 0; i < n; i++)
		sprintf(hex + 2 * i, "%02x", (unsigned char)v[i]);
	stpcpy(stpcpy(name, key), "_bytes");
	put(name, json_string(hex));
	free(name);
	free(hex);
}

static void put_string(const char *key, const char *v)
{
	char *text = v ? plain_utf8(v) : NULL;

	put(key, v ? json_string(text) : json_null());
	if (v && strcmp(text, v))
		put_bytes(key, v);
	free(text);
}

void out_str(const char *key, const char *v)
{
	if (out.json)
		put_string(key, v);
	else
		out_cell(key, "%s", v);
}

void out_foreign(const char *key, const char *raw)
{
	if (out.json)
		put_string(key, raw);
	else
		out_cell(key, "%s", quoted_text(raw));
}

void out_bool(const char *key, bool v)
{
	if (out.json)
		put(key, json_boolean(v));
	else
		out_cell(key, "%s", v ? "yes" : "no");
}

void out_null(const char *key)
{
	if (out.json && key)
		put(key, json_null());
	else if (out.json)
		push(NULL, json_null());
}

static void rate_cell(const char *key, __u64 delta, __u64 ms)
{
	double rate = (double)delta * 1000 / ms;

	if (delta && rate < 0.05)
		out_cell(key, "<0.1");
	else
		out_cell(key, "%.1f", rate);
}

void out_rate(const char *key, __u64 now, __u64 old, __u64 ms)
{
	__u64 delta = now > old ? now - old : 0;

	if (!ms)
		out_cell(key, "-");
	else if (out.json)
		put(key, json_integer(delta));
	else
		rate_cell(key, delta, ms);
}

void out_line(enum style style, const char *fmt, ...)
{
	char *text;
	va_list ap;

	if (out.json)
		return;
	flush_table();
	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	sink_text(style, text, 0, true);
	sink_newline();
	free(text);
}

/* --- readings ------------------------------------------------------------ */

void out_begin(bool array)
{
	if (out.json)
		push(NULL, array ? json_array() : json_object());
}

void out_object(const char *key)
{
	if (out.json)
		push(key, json_object());
}

void out_object_end(void)
{
	if (out.json)
		pop();
}

/* A reader that went away is no error of ours; a full disk is. */
int out_end(void)
{
	int err;

	if (out.json && out.depth)
		write_json();
	flush_table();
	err = sink_flush();
	pool_empty();
	if (!err)
		return ST_OK;
	if (err == EPIPE)
		_exit(ST_OK);
	out_err("cannot write the output: %s", strerror(err));
	return ST_REFUSED;
}

void out_lines(const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	sink_lines(text);
	free(text);
}

static void hold(char *text)
{
	held.list = xreallocarray(held.list, held.n + 1, sizeof(*held.list));
	held.list[held.n++] = text;
}

void out_err(const char *fmt, ...)
{
	char *text;
	va_list ap;

	if (out.hushed)
		return;
	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (held.on) {
		hold(text);
		return;
	}
	sink_error(text);
	free(text);
}

void out_hold(void)
{
	held.on = true;
}

char *out_release(bool drop)
{
	char *first = held.n ? held.list[0] : NULL;
	size_t i;

	for (i = 0; i < held.n; i++) {
		if (!drop)
			sink_error(held.list[i]);
		if (i)
			free(held.list[i]);
	}
	free(held.list);
	memset(&held, 0, sizeof(held));
	return first;
}

void out_hush(void)
{
	out.hushed = true;
}

void progress(const char *fmt, ...)
{
	char *text;
	va_list ap;

	if (!fmt) {
		sink_progress(NULL);
		return;
	}
	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	sink_progress(text);
	free(text);
}
