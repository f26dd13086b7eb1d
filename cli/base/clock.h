/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The clocks, and waiting for them. In a replay they show what they did when it was
 * recorded, and nobody waits.
 */
#ifndef CLI_CLOCK_H
#define CLI_CLOCK_H

#include <time.h>
#include <linux/types.h>

/* The one that durations are measured by. It never goes back, and runs on while the
 * machine sleeps, as the module's does.
 */
__u64 clock_ms(void);

/* The time of day; with a recording, when that began. */
time_t clock_now(void);

/* Until then, of CLOCK_MONOTONIC. */
void clock_wait(const struct timespec *until);

void clock_pause(unsigned int ms);

#endif
