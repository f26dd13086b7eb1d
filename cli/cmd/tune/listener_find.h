/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which running listener is meant by an address as people write it.
 */
#ifndef CLI_LISTENER_FIND_H
#define CLI_LISTENER_FIND_H

#include <stddef.h>

#include "reading/listeners.h"

struct tune;

/**
 * struct found - one listener, or all of one SO_REUSEPORT group
 * @listeners: all that there are
 * @n: how many are meant
 * @member: their indices in @listeners
 * @word: words that mean just these: "0.0.0.0:80", "id=7"
 */
struct found {
	struct listeners listeners;
	size_t n, *member;
	char word[ENDPOINT_MAX];
};

/**
 * listener_find() - find it
 * @tune: where to look
 * @word: ADDRESS:PORT, [ADDRESS]:PORT, :PORT, *:PORT or id=N; ADDRESS may have a
 *        %INTERFACE
 * @rest: what follows on the command line, for commands that are suggested
 * @found: result, for listener_find_drop(), also after a failure
 *
 * Return: ST_OK, ST_USAGE, ST_REFUSED when there is none, or several that are not
 * one group.
 */
int listener_find(const struct tune *tune, const char *word, const char *rest,
		  struct found *found);
void listener_find_drop(struct found *found);

#endif
