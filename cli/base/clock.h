/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one clock that durations are measured by. It never goes back, and runs on
 * while the machine sleeps, as the module's does.
 */
#ifndef CLI_CLOCK_H
#define CLI_CLOCK_H

#include <time.h>
#include <linux/types.h>

static inline __u64 clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

#endif
