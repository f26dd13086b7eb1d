// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/plain.h"
#include "base/sink.h"
#include "base/xalloc.h"

static bool colored;

static const char * const codes[] = {
	[BOLD] = "\033[1m", [DIM] = "\033[2m", [GOOD] = "\033[32m",
	[WARN] = "\033[33m", [BAD] = "\033[1;31m",
};

static bool want_color(enum color color)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	if (color != COLOR_AUTO)
		return color == COLOR_ALWAYS;
	if (no && *no)
		return false;
	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb");
}

void sink_color(enum color color)
{
	colored = want_color(color);
}

static void put(FILE *to, const char *text)
{
	char *shown = plain(text);

	fputs(shown, to);
	free(shown);
}

void sink_text(enum style style, const char *text, int width, bool left)
{
	const char *on = colored && style != PLAIN ? codes[style] : "";
	char *shown = plain(text);
	int pad = width - (int)strlen(shown);

	if (pad < 0)
		pad = 0;
	printf("%*s%s%s%s%*s", left ? 0 : pad, "", on, shown,
	       *on ? "\033[0m" : "", left ? pad : 0, "");
	free(shown);
}

void sink_newline(void)
{
	putchar('\n');
}

void sink_lines(const char *text)
{
	char *line;
	size_t n;

	while (*text) {
		n = strcspn(text, "\n");
		line = xstrndup(text, n);
		put(stdout, line);
		free(line);
		text += n;
		if (*text && text++)
			sink_newline();
	}
}

void sink_offer(const char *word, const char *help)
{
	put(stdout, word);
	putchar('\t');
	put(stdout, help);
	sink_newline();
}

void sink_json(const char *json)
{
	char *shown = plain_json(json);

	fputs(shown, stdout);
	free(shown);
	sink_newline();
}

void sink_error(const char *text)
{
	sink_progress(NULL);
	fputs("tcpulse: ", stderr);
	put(stderr, text);
	fputc('\n', stderr);
}

void sink_progress(const char *text)
{
	static bool shown;

	if (!isatty(STDERR_FILENO) || (!text && !shown))
		return;
	fputs("\r\033[K", stderr);
	shown = text;
	if (text)
		put(stderr, text);
}

/* Also when that was met before, in the middle of what was too long for a buffer,
 * and errno is of something else since.
 */
static bool reader_gone(void)
{
	struct pollfd fd = { .fd = STDOUT_FILENO };

	return poll(&fd, 1, 0) == 1 && fd.revents & POLLERR;
}

int sink_flush(void)
{
	int err;

	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	err = errno ?: EIO;
	return reader_gone() ? EPIPE : err;
}
