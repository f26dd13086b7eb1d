/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every reading command does around its own work: visit the namespaces
 * asked for, once or every interval, and keep the sample before.
 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "host/netns.h"

struct conn;
struct opts;

/**
 * struct view - what a command shows
 * @size: of one sample
 * @rates: compares with the sample before, even when -i is not given
 * @deltas: compares with the sample before when -i is given
 * @blocks: in text, one namespace's part is set off from the next
 * @take: fill a sample; runs inside the namespace
 * @show: write a sample; @old is NULL when there is nothing to compare with
 * @drop: free what a sample points at, also one that is not complete; or NULL
 *
 * The first two return a status; one other than ST_OK and ST_DIFFERS ends the command,
 * but one of @take for -a only its namespace, unless it is ST_NOT_LOADED. @show
 * runs in the namespace that we came from.
 */
struct view {
	size_t size;
	bool rates, deltas, blocks;
	int (*take)(struct conn *conn, const struct opts *opts, void *sample);
	int (*show)(const struct opts *opts, const struct netns *ns,
		    const void *sample, const void *old);
	void (*drop)(void *sample);
};

/**
 * run_view() - take and show readings as the options say
 * @opts: the options
 * @view: what to take and show
 *
 * Return: the exit status of the command.
 */
int run_view(const struct opts *opts, const struct view *view);

/**
 * run_enter() - go where -N says, for commands that are done once
 * @opts: the options
 * @ns: result: where that is
 *
 * Return: ST_OK, ST_NOT_PERMITTED, ST_REFUSED.
 */
int run_enter(const struct opts *opts, struct netns *ns);

/* JSON only: which namespace, if options say which. */
void run_name(const struct opts *opts, const struct netns *ns);

#endif
