/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the bare screen says of all listeners: two lines, and one for each thing
 * that is wrong now.
 */
#ifndef CLI_QUEUES_H
#define CLI_QUEUES_H

#include <linux/types.h>

struct listeners;

/* @old: the reading before, or NULL; @ms: between the two, or 0 */
void queues_show(const struct listeners *now, const struct listeners *old,
		 __u64 ms);

/* Text only: the listener that refuses most, for either queue, and who holds
 * it; nothing when none did within @ms and none is full.
 */
void queues_warn(const struct listeners *now, const struct listeners *old,
		 __u64 ms);

#endif
