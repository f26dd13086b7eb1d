// SPDX-License-Identifier: GPL-2.0
/*
 * Breaks a sentence into lines as wide as the terminal.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/wrap.h"
#include "base/xalloc.h"

#define INDENT		2
#define NARROWEST	40

/* 0 when it is not a terminal, or has no width. */
static size_t width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return 0;
	return size.ws_col < NARROWEST ? 0 : size.ws_col;
}

/* How much of @text goes on a line of @room: to the last blank that fits. */
static size_t fitting(const char *text, size_t room)
{
	size_t n = strlen(text);

	if (n <= room)
		return n;
	for (n = room; n && text[n] != ' '; n--)
		;
	return n ?: strcspn(text, " ");
}

static void break_lines(enum style style, const char *text, size_t columns)
{
	size_t indent = 0, n;

	for (; *text; text += n + strspn(text + n, " ")) {
		n = fitting(text, columns - indent);
		out_line(style, "%*s%.*s", (int)indent, "", (int)n, text);
		indent = INDENT;
	}
}

void wrap_line(enum style style, const char *fmt, ...)
{
	size_t columns = width();
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (columns)
		break_lines(style, text, columns);
	else
		out_line(style, "%s", text);
	free(text);
}
