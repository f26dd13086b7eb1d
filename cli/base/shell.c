// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/pool.h"
#include "base/shell.h"
#include "base/xalloc.h"

/* What $() takes off the end of its output: without its first two, IFS is a newline. */
static const char newline[] = "${IFS#??}";

static const char harmless[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/:@+%=,";

static bool is_ascii(const char *word)
{
	for (; *word; word++)
		if (*word < ' ' || *word > '~')
			return false;
	return true;
}

/* In single quotes nothing means anything but they. */
static const char *single(const char *word)
{
	char *text = xcalloc(strlen(word) + 1, 4), *end = text;

	*end++ = '\'';
	for (; *word; word++)
		if (*word == '\'')
			end = stpcpy(end, "'\\''");
		else
			*end++ = *word;
	*end = '\'';
	return pooled(text);
}

/* History and options are of letters, too. */
static bool prints_itself(char c)
{
	return c >= ' ' && c <= '~' && !strchr("'\"\\%!-$`", c);
}

/* Letters by number, for printf; all of them where that is simplest. */
static const char *by_printf(const char *word)
{
	size_t n = strlen(word), i;
	char *text = xcalloc(n + 4, sizeof(newline)), *end = text;

	while (n && word[n - 1] == '\n')
		n--;
	end = stpcpy(end, "\"$(printf '");
	for (i = 0; i < n; i++)
		if (prints_itself(word[i]))
			*end++ = word[i];
		else
			end += sprintf(end, "\\%03o", (unsigned char)word[i]);
	end = stpcpy(end, "')");
	for (; word[n]; n++)
		end = stpcpy(end, newline);
	*end = '"';
	return pooled(text);
}

const char *shell_quoted(const char *word)
{
	return is_ascii(word) ? single(word) : by_printf(word);
}

const char *shell_word(const char *word)
{
	if (*word && !word[strspn(word, harmless)])
		return word;
	return shell_quoted(word);
}
