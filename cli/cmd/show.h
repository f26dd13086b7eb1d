/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pieces of output that more than one command shows.
 */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

struct netns;
struct opts;
struct states;

/**
 * show_states() - the populations
 * @opts: the options
 * @ns: namespace they are of
 * @now: the reading
 * @old: the one before, or NULL
 * @mask: which states
 * @brief: text leaves out states that were never entered, and totals
 */
void show_states(const struct opts *opts, const struct netns *ns,
		 const struct states *now, const struct states *old,
		 unsigned int mask, bool brief);

/* Between the counting_ms of two readings; 0 without an old one (NULL), or when
 * counting began anew in between.
 */
__u64 interval_of(__u64 now_ms, const __u64 *old_ms);

/* Text only, with -i: over what time the rates above are, as it was measured. With -a
 * each namespace has its own, and JSON says it.
 */
void show_interval(const struct opts *opts, __u64 ms);

/* "3d 04:12", "04:12:33" */
void show_duration(__u64 ms, char *text, size_t size);

/* Text only: that in the cell of @key. */
void show_duration_cell(const char *key, __u64 ms);

/* Text only: not 0 unless it is. */
void show_percent(const char *key, __u64 part, __u64 whole);

/* "inet", "inet6" */
const char *family_name(unsigned int family);

#endif
