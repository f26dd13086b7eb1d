// SPDX-License-Identifier: GPL-2.0
/*
 * Only ASCII is shown as it is: of all else there are letters that look like others,
 * are as wide as two or none, or turn round what follows them.
 */
#include <stdbool.h>
#include <string.h>

#include "base/foreign.h"
#include "base/plain.h"
#include "base/pool.h"
#include "base/xalloc.h"

static const char harmless[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/:@+%~#";

/* A quote or a backslash has one before it; so has what a shell obeys between quotes. */
static char *escape(char *end, const char *raw, const char *quotes)
{
	__u32 rune;
	size_t n;

	for (; *raw; raw += n ?: 1) {
		n = rune_at(raw, &rune);
		if (n == 1 && rune_is_plain(rune)) {
			if (strchr(quotes, *raw))
				*end++ = '\\';
			*end++ = *raw;
			continue;
		}
		rune_escape(rune, n, end);
		end += strlen(end);
	}
	return end;
}

const char *quoted_text(const char *raw)
{
	char *text, *end;

	if (*raw && !raw[strspn(raw, harmless)])
		return raw;
	text = xcalloc(strlen(raw) + 1, ESCAPE_TEXT);
	*text = '"';
	end = escape(text + 1, raw, "\"\\$`");
	*end = '"';
	return pooled(text);
}

const char *inside(const char *raw)
{
	size_t n = strnlen(raw, INSIDE_MAX + 1);
	const char *some = n > INSIDE_MAX ? pooled(xstrndup(raw, INSIDE_MAX)) : raw;
	char *text = xcalloc(n + 1, ESCAPE_TEXT), *end;

	end = escape(text, some, "'\"\\");
	if (some != raw)
		stpcpy(end, "...");
	return pooled(text);
}
