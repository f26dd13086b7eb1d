/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which processes hold a socket, by its inode, from /proc.
 */
#ifndef CLI_PROCS_H
#define CLI_PROCS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <linux/types.h>

#include "base/foreign.h"

struct procs;

struct holder {
	struct comm name;
	pid_t pid;
};

/* as many are kept of one socket; what is more is only counted */
#define HOLDERS_MAX 8

#define PROCS_TEXT 320

/**
 * struct holders - who holds one socket
 * @inode: of the socket
 * @n: how many processes hold it
 * @last: the last of them
 * @asked: somebody wanted to know
 * @holder: the first of them, by process number; shared by all sockets that the same
 *          processes hold
 */
struct holders {
	__u64 inode;
	size_t n;
	pid_t last;
	bool asked;
	const struct holder *holder;
};

/* An empty set of sockets, for procs_free(). */
struct procs *procs_new(void);
void procs_free(struct procs *procs);

/* Have this socket looked for; 0 is none. */
void procs_want(struct procs *procs, __u64 inode);

/**
 * procs_walk() - look for the sockets wanted, once, through all processes
 * @procs: those wanted
 * @all: find every process that holds them; else stop when each has one that
 *       is not process 1, which opens sockets for others (systemd.socket(5))
 *
 * Costs with the number of open files of all processes. What it may not look
 * at is left out.
 */
void procs_walk(struct procs *procs, bool all);

/**
 * procs_of() - those of any socket, whether it was wanted or not
 * @procs: of procs_new(); nothing may have been wanted of it
 * @inode: of the socket; 0 is none
 *
 * The first call looks through all processes, once; a socket opened since has no
 * holder. For those who meet sockets one by one, and would not keep them all.
 *
 * Return: its holders, or NULL.
 */
const struct holders *procs_of(struct procs *procs, __u64 inode);

/* Once, behind all of procs_of() that a replay shall have an answer to: recorded is what
 * it was asked, and no more.
 */
void procs_done(struct procs *procs);

/**
 * procs_share() - from here on one walk does for all
 * @on: false ends it, and forgets what was found
 *
 * The first procs_walk() looks for every socket that there is, and those after it, for
 * each of thousands of network namespaces, take what that has found; a socket opened
 * since has no holder then. Not so in recordings, where each walk has its own.
 */
void procs_share(bool on);

/* Says on stderr, once, if something was not found for lack of permission. */
void procs_say_denied(const struct procs *procs);

/* Those of a socket that was wanted; NULL when it was not, or has none. */
const struct holders *procs_find(const struct procs *procs, __u64 inode);

/**
 * procs_text() - holders in words
 * @holders: whose; NULL for none
 * @text: result: "nginx(812) nginx(813) +4", or "-"; names are quoted()
 * @size: room there; PROCS_TEXT is enough
 */
void procs_text(const struct holders *holders, char *text, size_t size);

/* JSON only: keys of the current object, "processes" and array "process". */
void json_holders(const struct holders *holders);

#endif
