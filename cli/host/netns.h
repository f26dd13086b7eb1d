/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Network namespaces: find them, name them, enter them. The module answers for
 * the namespace its asker's socket was opened in, so crossing over is ours.
 */
#ifndef CLI_NETNS_H
#define CLI_NETNS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/foreign.h"

/* its name in a folder; or that of a process, and its number */
struct netns_name {
	char raw[320];
};

struct netns_path {
	char raw[PATH_MAX];
};

#define NETNS_MARK 20

/**
 * struct netns - one network namespace
 * @name: what a person calls it: "host", its name in /run/netns, or a process
 *        in it, as in nginx(812)
 * @mark: what text shows behind the name: "[uid=1000]" when @foreign, else ""
 * @path: where it can be entered
 * @dev: with @ino, what it is
 * @ino: the number that readlink /proc/PID/ns/net shows
 * @foreign: another user namespace than ours owns it, and whoever owns that decides
 *           what is in it; known once it has been entered
 * @owner: who made that user namespace, when @foreign
 */
struct netns {
	struct netns_name name;
	char mark[NETNS_MARK];
	struct netns_path path;
	dev_t dev;
	ino_t ino;
	bool foreign;
	uid_t owner;
};

/* The namespace of this process. Cannot fail: at worst it has no name. */
void netns_current(struct netns *ns);

/**
 * netns_text() - its name in a text
 * @ns: the namespace
 *
 * "host", as quoted() has it, or a process: nginx(812), of which only the name may be
 * quoted. A namespace that somebody called so is in quotes.
 *
 * Return: text that is there until out_end(), and for as long as @ns.
 */
const char *netns_text(const struct netns *ns);

/* The word that -N takes for it, as a shell does: its path. */
const char *netns_word(const struct netns *ns);

/* Does this machine's own configuration reach it? Only where that is certain: not in
 * a container with a network namespace of its own, whatever files it sees.
 */
bool netns_is_own(const struct netns *ns);

/**
 * netns_find() - the namespace meant by -N
 * @word: NAME in /run/netns, PID (digits only), or PATH (holds a slash)
 * @ns: result
 *
 * Return: ST_OK, ST_REFUSED when there is none, ST_NOT_PERMITTED.
 */
int netns_find(const char *word, struct netns *ns);

/**
 * netns_list() - every namespace that has a name or a process
 * @list: result, for free(); the host's first, then those with a name
 * @n: how many
 *
 * Return: ST_OK, ST_NOT_PERMITTED, ST_REFUSED.
 */
int netns_list(struct netns **list, size_t *n);

/* Offers those with a name, for completion. */
void netns_offer(void);

/**
 * netns_enter() - move this thread over
 * @ns: where to; result: who owns it
 * @gone: set when the namespace is not there any more
 *
 * Return: ST_OK (also when it is gone), ST_NOT_PERMITTED, ST_REFUSED.
 */
int netns_enter(struct netns *ns, bool *gone);

/* Back to where this process came from. Return: ST_OK, ST_REFUSED. */
int netns_leave(void);

/**
 * netns_at_home() - do something where this process came from
 * @fn: what; in the namespace of another, libraries would ask servers of his
 * @arg: for @fn
 *
 * Does not do it when that cannot be entered. Afterwards all is as before.
 */
void netns_at_home(void (*fn)(void *arg), void *arg);

/* The number of the one that was found to be the current, or entered, last. */
ino_t netns_here(void);

/* What is shown of one that has been entered: with --mask, not its name. */
void netns_mask(struct netns *ns);

#endif
