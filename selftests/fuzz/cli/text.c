// SPDX-License-Identifier: GPL-2.0
/*
 * Text of others: what is made plain is, quotes are closed and can be taken off again,
 * a shell makes the word of what is told to it, and JSON has every byte.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/append.h"
#include "base/foreign.h"
#include "base/plain.h"
#include "base/pool.h"
#include "base/shell.h"
#include "tool.h"

static void must(bool right)
{
	if (!right)
		abort();
}

static void must_be_ascii(const char *text)
{
	for (; *text; text++)
		must(*text >= ' ' && *text <= '~');
}

/* --- the sink ------------------------------------------------------------------- */

static void try_plain(const char *raw)
{
	char *once = plain(raw), *twice = plain(once), *p;
	json_t *string = json_string(once);

	must(string && !strcmp(once, twice) && is_plain(once));
	must(is_plain(raw) == !strcmp(raw, once));
	for (p = once; *p; p++)
		must((unsigned char)*p >= ' ' && *p != '\x7f');
	json_decref(string);
	free(once);
	free(twice);
}

/* --- quotes ------------------------------------------------------------------------ */

static char *put_rune(char *end, unsigned long rune)
{
	if (rune < 0x800) {
		*end++ = 0xc0 | rune >> 6;
	} else {
		if (rune < 0x10000) {
			*end++ = 0xe0 | rune >> 12;
		} else {
			*end++ = 0xf0 | rune >> 18;
			*end++ = 0x80 | (rune >> 12 & 63);
		}
		*end++ = 0x80 | (rune >> 6 & 63);
	}
	*end++ = 0x80 | (rune & 63);
	return end;
}

/* What stands behind a backslash. */
static const char *unescape(const char *p, char **end)
{
	size_t n = *p == 'x' ? 2 : *p == 'u' ? 4 : *p == 'U' ? 8 : 0;
	char digits[9] = "";

	if (!n) {
		*(*end)++ = *p;
		return p + 1;
	}
	memcpy(digits, p + 1, n);
	if (n == 2)
		*(*end)++ = strtoul(digits, NULL, 16);
	else
		*end = put_rune(*end, strtoul(digits, NULL, 16));
	return p + 1 + n;
}

/* As two names that look the same would have one and the same way back. */
static void try_back(const char *shown, size_t n, const char *raw)
{
	char *back = calloc(1, n + 1), *end = back;
	const char *p = shown;

	while (p < shown + n) {
		must(*p != '"');
		if (*p == '\\')
			p = unescape(p + 1, &end);
		else
			*end++ = *p++;
	}
	must(p == shown + n && !strcmp(back, raw));
	free(back);
}

static void try_quotes(const char *raw)
{
	const char *shown = quoted_text(raw), *between = inside(raw);
	size_t n = strlen(shown);

	must_be_ascii(shown);
	must_be_ascii(between);
	if (strlen(raw) <= INSIDE_MAX)
		try_back(between, strlen(between), raw);
	if (shown == raw) {
		must(n && !strpbrk(raw, " ()\"'\\*!,"));
		return;
	}
	must(n >= 2 && *shown == '"' && shown[n - 1] == '"');
	try_back(shown + 1, n - 2, raw);
}

/* --- shells -------------------------------------------------------------------------- */

static const char *by_number(const char *p, char **end)
{
	*(*end)++ = (p[0] - '0') << 6 | (p[1] - '0') << 3 | (p[2] - '0');
	return p + 3;
}

/* "$(printf '...')${IFS#??}" */
static void printed(const char *p, char *end)
{
	static const char newline[] = "${IFS#??}";
	const char *start = end;

	must(!strncmp(p, "\"$(printf '", 11));
	for (p += 11; *p != '\''; ) {
		must(*p != '%' && *p != '!');
		if (*p == '\\')
			p = by_number(p + 1, &end);
		else
			*end++ = *p++;
	}
	must(end == start || end[-1] != '\n');
	for (p += 2; !strncmp(p, newline, strlen(newline)); p += strlen(newline))
		*end++ = '\n';
	must(!strcmp(p, "\""));
}

static void single(const char *p, char *end)
{
	while (*p == '\'') {
		for (p++; *p != '\''; p++) {
			must(*p);
			*end++ = *p;
		}
		p++;
		if (*p == '\\') {
			must(p[1] == '\'' && p[2] == '\'');
			*end++ = '\'';
			p += 2;
		}
	}
	must(!*p);
}

static void try_shell(const char *word, const char *raw)
{
	char *back = calloc(1, strlen(word) + 1);

	must_be_ascii(word);
	if (*word == '"')
		printed(word, back);
	else if (*word == '\'')
		single(word, back);
	else
		memcpy(back, word, strlen(word));
	must(!strcmp(back, raw));
	must(*word == '"' || *word == '\'' ||
	     (*word && !strpbrk(word, " \t*?[]{}()<>|&;$`\"'\\~#!^")));
	free(back);
}

/* --- JSON, and room that does not grow ----------------------------------------------- */

static void try_json(const char *raw)
{
	char *text = plain_utf8(raw), *dump, *shown;
	json_t *string = json_string(text), *whole = json_string(raw), *back;

	must(string && !whole == !!strcmp(text, raw));
	dump = json_dumps(string, JSON_ENCODE_ANY);
	shown = plain_json(dump);
	must(is_plain(shown));
	back = json_loads(shown, JSON_DECODE_ANY, NULL);
	must(back && !strcmp(json_string_value(back), text));
	json_decref(string);
	json_decref(whole);
	json_decref(back);
	free(dump);
	free(shown);
	free(text);
}

static void try_append(const char *raw)
{
	size_t size = strlen(raw) / 2 + 1;
	char *room = calloc(1, size);

	append(room, size, "%s", raw);
	append(room, size, "%s", raw);
	must(strlen(room) < size);
	free(room);
}

int fuzz_one(const __u8 *data, size_t size)
{
	char *raw = calloc(1, size + 1);

	if (size)
		memcpy(raw, data, size);
	try_plain(raw);
	try_quotes(raw);
	try_shell(shell_word(raw), raw);
	try_shell(shell_quoted(raw), raw);
	try_json(raw);
	try_append(raw);
	pool_empty();
	free(raw);
	return 0;
}
