/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waits at a terminal for an answer to a pending change.
 */
#ifndef CLI_TUNE_WAIT_H
#define CLI_TUNE_WAIT_H

#include <stdbool.h>

struct tune;
struct tuning;

/* Is there somebody at a terminal who can answer? */
bool wait_possible(const struct tune *tune);

/* Until the change is confirmed, put back, or left alone. */
int wait_for_answer(struct tune *tune, const struct tuning *tuning);

#endif
