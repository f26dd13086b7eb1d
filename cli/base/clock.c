// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "base/clock.h"
#include "base/tape.h"

__u64 clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return tape_number("the clock",
			   ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000);
}

time_t clock_now(void)
{
	return tape_started() ?: time(NULL);
}

void clock_wait(const struct timespec *until)
{
	if (tape_replays())
		return;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, until, NULL) ==
	       EINTR)
		;
}

void clock_pause(unsigned int ms)
{
	struct timespec ts = { .tv_nsec = ms * 1000000L };

	if (!tape_replays())
		nanosleep(&ts, NULL);
}
