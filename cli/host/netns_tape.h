/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Network namespaces in recordings: one is a line of numbers and a name, and its path.
 */
#ifndef CLI_NETNS_TAPE_H
#define CLI_NETNS_TAPE_H

#include <stdbool.h>
#include <stddef.h>

struct netns;

/**
 * netns_tape() - keep a namespace, or put a kept one in its place
 * @question: what it is the answer to
 * @ns: the namespace; it is kept masked but stays as it is, to be entered
 *
 * Return: false when none was kept.
 */
bool netns_tape(const char *question, struct netns *ns);

/* Same, of a word of the command line, which the question is made of. */
bool netns_tape_word(const char *word, struct netns *ns);

/* Keep a list, or replace it by the one that was kept. */
bool netns_tape_list(struct netns **list, size_t *n);

#endif
