/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The directory of a file, reached so that nobody but root decides which one it is.
 */
#ifndef CLI_TRUSTED_DIR_H
#define CLI_TRUSTED_DIR_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* Why not, beside negative errnos; see trusted_dir_open(). */
enum {
	TRUSTED_FOREIGN = -10000,	/* another user's directory or link */
	TRUSTED_SHARED = -10001,	/* a directory that others write to */
};

/**
 * struct trusted_dir - a directory that was reached, or what was in the way
 * @fd: the directory
 * @sticky: others may write to it, but each only to what is his own
 * @name: what is left of the path, a name in it; "" when there is none
 * @blame: the directory or link that is not trusted
 * @uid: its owner
 */
struct trusted_dir {
	int fd;
	bool sticky;
	char name[NAME_MAX + 1];
	char blame[PATH_MAX];
	uid_t uid;
};

/**
 * trusted_dir_open() - open the directory that a file is in, or will be
 * @path: of the file
 * @dir: result; @fd is the caller's to close
 *
 * For root each directory and each symbolic link on the way must be root's, and
 * no directory may be one where others can exchange what is in it: they would
 * choose what root reads and writes. Others can only be led to what is theirs.
 *
 * Return: 0, a negative errno, TRUSTED_FOREIGN or TRUSTED_SHARED.
 */
int trusted_dir_open(const char *path, struct trusted_dir *dir);

#endif
