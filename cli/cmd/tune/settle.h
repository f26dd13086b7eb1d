/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The end of a pending change.
 */
#ifndef CLI_TUNE_SETTLE_H
#define CLI_TUNE_SETTLE_H

#include <stdbool.h>
#include <linux/types.h>

struct tune;

/* Keep it or put it back; says what became of each value. 0: whichever is
 * pending.
 */
int settle_pending(struct tune *tune, bool confirm, __u64 transaction);

#endif
