// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps every line of a file as it is but those that it is told to change.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/xalloc.h"
#include "host/sysctl_file.h"

#define BLANKS " \t\r\v\f"

bool sysctl_same_key(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if ((*a == '/' ? '.' : *a) != (*b == '/' ? '.' : *b))
			return false;
	return *a == *b;
}

/* --- lines --------------------------------------------------------------- */

/* Also what follows a byte of zero. */
static char *copy_all(const char *text, size_t n)
{
	char *s = xcalloc(1, n + 1);

	return memcpy(s, text, n);
}

/* Without the blanks around it. */
static char *trimmed(const char *text, size_t n)
{
	size_t lead = strspn(text, BLANKS);

	if (lead > n)
		lead = n;
	while (n > lead && strchr(BLANKS, text[n - 1]))
		n--;
	return xstrndup(text + lead, n - lead);
}

static void parse(struct sysctl_line *line)
{
	const char *p = line->text + strspn(line->text, BLANKS);
	const char *equals = strchr(p, '=');

	if (!*p || *p == '#' || *p == ';')
		return;
	line->lenient = *p == '-';
	p += line->lenient;
	line->kind = SYSCTL_BAD;
	if (!equals) {
		line->kind = line->lenient && *p ? SYSCTL_EXCEPT : SYSCTL_BAD;
		return;
	}
	line->key = trimmed(p, equals - p);
	line->value = trimmed(equals + 1, strlen(equals + 1));
	if (*line->key && !strpbrk(line->key, BLANKS) && *line->value)
		line->kind = SYSCTL_SETTING;
}

static struct sysctl_line *new_line(struct sysctl_file *file)
{
	struct sysctl_line *line;

	if (file->n == file->room) {
		file->room = file->room ? 2 * file->room : 64;
		file->line = xreallocarray(file->line, file->room,
					   sizeof(*line));
	}
	line = &file->line[file->n++];
	memset(line, 0, sizeof(*line));
	return line;
}

static void add(struct sysctl_file *file, const char *text, size_t n)
{
	struct sysctl_line *line = new_line(file);

	line->size = n;
	line->text = copy_all(text, n);
	/* a byte of zero would hide what follows it */
	if (strlen(line->text) == n)
		parse(line);
	else
		line->kind = SYSCTL_BAD;
}

static void drop(struct sysctl_line *line)
{
	free(line->text);
	free(line->key);
	free(line->value);
}

void sysctl_free(struct sysctl_file *file)
{
	size_t i;

	for (i = 0; i < file->n; i++)
		drop(&file->line[i]);
	free(file->line);
	file->line = NULL;
	file->n = 0;
	file->room = 0;
	plain_close(&file->plain);
}

/* --- reading ------------------------------------------------------------- */

static int take_lines(struct sysctl_file *file, const char *bytes, size_t n)
{
	const char *end = bytes + n, *newline;

	for (; bytes < end; bytes = newline + 1) {
		newline = memchr(bytes, '\n', end - bytes) ?: end;
		if (newline - bytes > SYSCTL_LINE_MAX)
			return SYSCTL_LONG_LINE;
		add(file, bytes, newline - bytes);
	}
	return 0;
}

void sysctl_init(struct sysctl_file *file, const char *path)
{
	memset(file, 0, sizeof(*file));
	snprintf(file->path, sizeof(file->path), "%s", path);
	file->plain.dir.fd = -1;
	file->plain.old = -1;
	file->plain.temp = -1;
}

int sysctl_read(const char *path, struct sysctl_file *file)
{
	char *bytes;
	size_t n;
	int err;

	sysctl_init(file, path);
	err = plain_read(path, &bytes, &n) ?: take_lines(file, bytes, n);
	free(bytes);
	if (err)
		sysctl_free(file);
	file->exists = !err;
	return err;
}

int sysctl_open(const char *path, struct sysctl_file *file, bool lock)
{
	char *bytes = NULL;
	size_t n;
	int err;

	sysctl_init(file, path);
	err = plain_open(path, &file->plain, lock) ?:
	      plain_read_old(&file->plain, &bytes, &n) ?:
	      take_lines(file, bytes, n);
	free(bytes);
	file->exists = file->plain.old >= 0;
	return err;
}

/* --- changing ------------------------------------------------------------ */

static bool sets(const struct sysctl_line *line, const char *key)
{
	return line->kind == SYSCTL_SETTING && sysctl_same_key(line->key, key);
}

/* All of this key. Return: where the first one was, or the end. */
static size_t remove_settings(struct sysctl_file *file, const char *key)
{
	size_t i, n = 0, first = SIZE_MAX;

	for (i = 0; i < file->n; i++) {
		if (!sets(&file->line[i], key)) {
			file->line[n++] = file->line[i];
			continue;
		}
		drop(&file->line[i]);
		if (first == SIZE_MAX)
			first = n;
	}
	file->n = n;
	return first < n ? first : n;
}

/* Where it stood first is where it stays. */
void sysctl_put(struct sysctl_file *file, const char *key, const char *value)
{
	static const char head[] = "# written by: tcpulse tune";
	size_t at = remove_settings(file, key);
	struct sysctl_line line;
	char text[512];

	snprintf(text, sizeof(text), "%s = %s", key, value);
	if (!file->n && !file->exists) {
		add(file, head, strlen(head));
		at = 1;
	}
	add(file, text, strlen(text));
	line = file->line[file->n - 1];
	memmove(&file->line[at + 1], &file->line[at],
		(file->n - 1 - at) * sizeof(line));
	file->line[at] = line;
}

/* --- writing ------------------------------------------------------------- */

char *sysctl_text(const struct sysctl_file *file, size_t *n)
{
	char *text, *end;
	size_t i;

	for (i = 0, *n = 0; i < file->n; i++)
		*n += file->line[i].size + 1;
	text = xcalloc(1, *n + 1);
	for (i = 0, end = text; i < file->n; i++) {
		end = mempcpy(end, file->line[i].text, file->line[i].size);
		*end++ = '\n';
	}
	return text;
}

int sysctl_write(struct sysctl_file *file)
{
	size_t n;
	char *text = sysctl_text(file, &n);
	int err = plain_replace(&file->plain, text, n);

	free(text);
	return err;
}

/* --- why not ------------------------------------------------------------- */

static const struct {
	int err;
	const char *text;
} reasons[] = {
	{ TRUSTED_FOREIGN, "another user decides what is in its place" },
	{ TRUSTED_SHARED, "others can put another file in its place" },
	{ PLAIN_IS_NOT, "it is not a plain file" },
	{ PLAIN_IS_LINK, "it is a symbolic link, not a plain file" },
	{ PLAIN_TOO_LARGE, "it has more than 1 MiB, too much for settings" },
	{ PLAIN_FOREIGN, "it is another user's, in a directory where others write, too" },
	{ PLAIN_BUSY, "somebody else is writing it, for more than 5 s by now" },
	{ PLAIN_CHANGED, "somebody else changed it meanwhile; try again" },
	{ SYSCTL_LONG_LINE, "a line of it has more than 64 KiB" },
};

const char *sysctl_reason(int err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].err == err)
			return reasons[i].text;
	return strerror(-err);
}
