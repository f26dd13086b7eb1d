/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the bare screen says of all listeners, in two lines.
 */
#ifndef CLI_LISTENER_SUMMARY_H
#define CLI_LISTENER_SUMMARY_H

#include <linux/types.h>

struct listeners;

/* @old: the reading before, or NULL; @ms: between the two, or 0 */
void listener_summary(const struct listeners *now, const struct listeners *old,
		      __u64 ms);

#endif
