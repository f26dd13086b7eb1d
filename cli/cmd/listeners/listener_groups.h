/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Listeners that share an address by SO_REUSEPORT, one row for all of them.
 */
#ifndef CLI_LISTENER_GROUPS_H
#define CLI_LISTENER_GROUPS_H

#include <linux/types.h>

struct listeners;
struct netns;
struct opts;
struct procs;

/**
 * show_groups() - a row a group
 * @opts: the options
 * @ns: namespace they are of
 * @now: the reading
 * @old: the one before, or NULL
 * @procs: who holds them, or NULL
 * @ms: between the two, or 0
 */
void show_groups(const struct opts *opts, const struct netns *ns,
		 const struct listeners *now, const struct listeners *old,
		 const struct procs *procs, __u64 ms);

#endif
