/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of sysctl.d(5): read, changed in place, and written so that a reader or
 * a crash never meets half of one. Knows no parameter.
 */
#ifndef CLI_SYSCTL_FILE_H
#define CLI_SYSCTL_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "host/plain_file.h"

enum sysctl_kind {
	SYSCTL_BLANK,	/* or a comment */
	SYSCTL_SETTING,	/* KEY = VALUE */
	SYSCTL_EXCEPT,	/* -KEY: leaves it out of a pattern */
	SYSCTL_BAD,
};

/**
 * struct sysctl_line - one line
 * @kind: what it is
 * @text: all of it, without its end
 * @size: of that
 * @key: of a setting, as it is written there
 * @value: of a setting
 * @lenient: of a setting: it has a '-' before, a failure is no error
 */
struct sysctl_line {
	enum sysctl_kind kind;
	char *text, *key, *value;
	size_t size;
	bool lenient;
};

/**
 * struct sysctl_file - one file
 * @path: where it is, "-" for the standard input
 * @n: how many lines
 * @room: for how many there is room
 * @line: those
 * @exists: it was there when it was read
 * @plain: of sysctl_open()
 */
struct sysctl_file {
	char path[PATH_MAX];
	size_t n, room;
	struct sysctl_line *line;
	bool exists;
	struct plain_file plain;
};

/* Why not, beside what plain_file.h has. */
#define SYSCTL_LONG_LINE (-10020)

#define SYSCTL_LINE_MAX (64 * 1024)

/* Dots and slashes mean the same, as no part of these names holds either. */
bool sysctl_same_key(const char *a, const char *b);

/* An empty one, for sysctl_free(). */
void sysctl_init(struct sysctl_file *file, const char *path);

/**
 * sysctl_read() - read a file
 * @path: where, or "-"
 * @file: result, for sysctl_free(), also after a failure
 *
 * Return: 0, or why not, and then it is empty; one that is not there is -ENOENT.
 */
int sysctl_read(const char *path, struct sysctl_file *file);
void sysctl_free(struct sysctl_file *file);

/**
 * sysctl_open() - read a file that will be written, or might be
 * @path: where
 * @file: result, for sysctl_free(), also after a failure
 * @lock: nobody else writes it until then; needed for sysctl_write()
 *
 * Return: 0, also when there is none, or why not.
 */
int sysctl_open(const char *path, struct sysctl_file *file, bool lock);

/* Replaces the setting of this key, or adds one at the end. */
void sysctl_put(struct sysctl_file *file, const char *key, const char *value);

/* All that is in it, for free(). */
char *sysctl_text(const struct sysctl_file *file, size_t *n);

/* Return: 0, or why not; then the old file is as it was. */
int sysctl_write(struct sysctl_file *file);

/* Why it could not be read or written, for people. */
const char *sysctl_reason(int err);

#endif
