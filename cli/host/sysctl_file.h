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
 * @line: those
 * @exists: it was there when it was read
 */
struct sysctl_file {
	char path[PATH_MAX];
	size_t n;
	struct sysctl_line *line;
	bool exists;
};

/* Dots and slashes mean the same, as no part of these names holds either. */
bool sysctl_same_key(const char *a, const char *b);

/**
 * sysctl_read() - read a file
 * @path: where, or "-"
 * @file: result, for sysctl_free(), also after a failure
 *
 * Return: 0, or a negative errno. One that is not there is -ENOENT, and empty.
 */
int sysctl_read(const char *path, struct sysctl_file *file);
void sysctl_free(struct sysctl_file *file);

/* Replaces the setting of this key, or adds one at the end. */
void sysctl_put(struct sysctl_file *file, const char *key, const char *value);

/**
 * sysctl_check() - could it be written?
 * @file: the file
 *
 * Return: 0, or a negative errno; -EINVAL when there is something else than a
 * file at its path.
 */
int sysctl_check(const struct sysctl_file *file);

/* Return: 0, or a negative errno; then the old file is as it was. */
int sysctl_write(const struct sysctl_file *file);

#endif
