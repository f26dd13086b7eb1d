// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/plain.h"
#include "base/xalloc.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* --- UTF-8 --------------------------------------------------------------- */

/* By the first byte; 0 for one that none begins with. */
static size_t length_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Longer than need be, half of a pair, or beyond all. */
static bool is_wrong(__u32 rune, size_t n)
{
	return (n == 3 && rune < 0x800) || (n == 4 && rune < 0x10000) ||
	       (rune >= 0xd800 && rune < 0xe000) || rune > 0x10ffff;
}

size_t rune_at(const char *text, __u32 *rune)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n = length_of(*p), i;
	__u32 sum = n > 1 ? *p & (0x7f >> n) : *p;

	*rune = *p;
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		sum = sum << 6 | (p[i] & 0x3f);
	}
	if (!n || is_wrong(sum, n))
		return 0;
	*rune = sum;
	return n;
}

/* --- what is plain ------------------------------------------------------- */

/*
 * Not to be seen, or not where they stand: Unicode's control and format characters,
 * separators of lines, fillers, selectors of variants, and what is no character.
 */
static const struct {
	__u32 first, last;
} hidden[] = {
	{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad },
	{ 0x034f, 0x034f }, { 0x0600, 0x0605 }, { 0x061c, 0x061c },
	{ 0x06dd, 0x06dd }, { 0x070f, 0x070f }, { 0x0890, 0x0891 },
	{ 0x08e2, 0x08e2 }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xe000, 0xf8ff },
	{ 0xfdd0, 0xfdef }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff },
	{ 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0x10ffff },
};

bool rune_is_plain(__u32 rune)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hidden); i++)
		if (rune <= hidden[i].last)
			return rune < hidden[i].first;
	return false;
}

bool is_plain(const char *text)
{
	__u32 rune;
	size_t n;

	for (; *text; text += n) {
		n = rune_at(text, &rune);
		if (!n || !rune_is_plain(rune))
			return false;
	}
	return true;
}

/* --- making it so -------------------------------------------------------- */

void rune_escape(__u32 rune, size_t length, char text[ESCAPE_TEXT])
{
	if (length < 2)
		snprintf(text, ESCAPE_TEXT, "\\x%02x", rune & 0xff);
	else if (rune < 0x10000)
		snprintf(text, ESCAPE_TEXT, "\\u%04x", rune);
	else
		snprintf(text, ESCAPE_TEXT, "\\U%08x", rune);
}

char *plain(const char *text)
{
	char *result = xcalloc(strlen(text) + 1, ESCAPE_TEXT), *end = result;
	__u32 rune;
	size_t n;

	for (; *text; text += n ?: 1) {
		n = rune_at(text, &rune);
		if (n && rune_is_plain(rune)) {
			end = mempcpy(end, text, n);
			continue;
		}
		rune_escape(rune, n, end);
		end += strlen(end);
	}
	return result;
}

/* Beyond U+FFFF, JSON has pairs. */
static char *escape_json(char *end, __u32 rune)
{
	if (rune < 0x10000)
		return end + sprintf(end, "\\u%04x", rune);
	rune -= 0x10000;
	return end + sprintf(end, "\\u%04x\\u%04x", 0xd800 + (rune >> 10),
			     0xdc00 + (rune & 0x3ff));
}

char *plain_json(const char *json)
{
	char *result = xcalloc(strlen(json) + 1, 12), *end = result;
	__u32 rune;
	size_t n;

	for (; *json; json += n ?: 1) {
		n = rune_at(json, &rune);
		if (rune == '\n' || (n && rune_is_plain(rune)))
			end = mempcpy(end, json, n);
		else
			end = escape_json(end, rune);
	}
	return result;
}

char *plain_utf8(const char *text)
{
	char *result = xcalloc(strlen(text) + 1, sizeof(REPLACEMENT)), *end = result;
	__u32 rune;
	size_t n;

	for (; *text; text += n ?: 1) {
		n = rune_at(text, &rune);
		if (n)
			end = mempcpy(end, text, n);
		else
			end = stpcpy(end, REPLACEMENT);
	}
	return result;
}
