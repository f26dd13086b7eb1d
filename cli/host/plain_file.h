/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small plain files: read whole or not at all, and replaced so that a reader or a
 * crash never meets half of one, and of two who change one at once none loses what
 * the other wrote.
 */
#ifndef CLI_PLAIN_FILE_H
#define CLI_PLAIN_FILE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "host/trusted_dir.h"

#define PLAIN_SIZE_MAX (1024 * 1024)

/* Why not, beside negative errnos and those of trusted_dir_open(). */
enum {
	PLAIN_IS_NOT = -10010,		/* a directory, a device, a FIFO, a socket */
	PLAIN_IS_LINK = -10011,
	PLAIN_TOO_LARGE = -10012,
	PLAIN_FOREIGN = -10013,		/* another user's, where each writes his own */
	PLAIN_BUSY = -10014,		/* somebody else is writing it, and does not end */
	PLAIN_CHANGED = -10015,		/* it is not the one any more that was read */
};

/**
 * plain_read() - all of a file
 * @path: where, links are followed; "-" for the standard input
 * @bytes: result, for free(); there is a zero behind
 * @n: how many
 *
 * Never waits for a FIFO or a device; the standard input may be anything.
 *
 * Return: 0, a negative errno, PLAIN_IS_NOT or PLAIN_TOO_LARGE.
 */
int plain_read(const char *path, char **bytes, size_t *n);

/**
 * struct plain_file - a file that is being changed
 * @dir: where it is
 * @old: the file, -1 when there is none
 * @st: of that
 * @temp: what will take its place, -1 unless it is locked
 * @mask: signals that were held off before
 */
struct plain_file {
	struct trusted_dir dir;
	int old;
	struct stat st;
	int temp;
	sigset_t mask;
};

/**
 * plain_open() - open a file that will be changed, or might be
 * @path: where
 * @file: result, for plain_close(), also after a failure
 * @lock: nobody else changes it until then; needed for plain_replace()
 *
 * Return: 0, also when there is no such file; else why not.
 */
int plain_open(const char *path, struct plain_file *file, bool lock);
void plain_close(struct plain_file *file);

/* As plain_read(); there may be none, and then nothing is in it. */
int plain_read_old(const struct plain_file *file, char **bytes, size_t *n);

/* Could it be written? Return: 0 or a negative errno. */
int plain_writable(const struct plain_file *file);

/**
 * plain_replace() - put another file in its place
 * @file: the file, locked
 * @bytes: what is in that
 * @n: how many
 *
 * Owner, group, mode and access list stay; a new file has mode 0644 without what
 * the umask forbids. Other extended attributes are not kept.
 *
 * Return: 0, or why not; then the old file is as it was.
 */
int plain_replace(struct plain_file *file, const char *bytes, size_t n);

#endif
