/* SPDX-License-Identifier: GPL-2.0 */
/* How slow this machine is: bounds are for an idle one, and grow with that. */
#ifndef TCPULSE_SLOW_H
#define TCPULSE_SLOW_H

#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <sys/wait.h>

/* As in lib.sh: what a process takes on an idle emulated machine, and some more. */
#define SLOW_PROCESS_US 8000
#define SLOW_PROCESSES 5
#define SLOWEST 60

/* What lib.sh has measured, or somebody has asked for. */
static inline unsigned int slow_said(void)
{
	const char *said = getenv("TCPULSE_SLOW");
	unsigned long n = said ? strtoul(said, NULL, 10) : 1;

	return n < 1 ? 1 : n > SLOWEST ? SLOWEST : n;
}

static inline long long slow_now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000LL + ts.tv_nsec / 1000;
}

static inline int slow_order(const void *a, const void *b)
{
	const long long *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static inline long long slow_process_us(void)
{
	long long start = slow_now_us();
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return slow_now_us() - start;
}

/* For programs that no script starts: measured in the same way, once. */
static inline unsigned int slow_measured(void)
{
	long long us[SLOW_PROCESSES], n;
	static unsigned int slow;
	int i;

	if (slow)
		return slow;
	for (i = 0; i < SLOW_PROCESSES; i++)
		us[i] = slow_process_us();
	qsort(us, SLOW_PROCESSES, sizeof(*us), slow_order);
	n = (us[SLOW_PROCESSES / 2] + SLOW_PROCESS_US - 1) / SLOW_PROCESS_US;
	n = n > slow_said() ? n : slow_said();
	slow = n > SLOWEST ? SLOWEST : n;
	return slow;
}

#endif
