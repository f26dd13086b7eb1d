// SPDX-License-Identifier: GPL-2.0
/* Tries a call until none of its allocations is left to fail. */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failnth.h"
#include "sock.h"

/* more than any call here has */
#define TRIES_MAX 20000

#define SPACE "/sys/kernel/debug/failslab/space"

/* 0: one allocation fails, else all after so many bytes more with each try */
unsigned int failing_step;
static int fail_fd, space_fd = -1;

/* set by a judge that sees from something else than an errno that one failed */
bool failing_noticed;

static void write_number(int fd, unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (write(fd, text, len) != len)
		err(1, "cannot have allocations fail");
}

static void open_faults(void)
{
	fail_fd = open(failing_step ? "/proc/thread-self/make-it-fail" :
				      "/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (failing_step)
		space_fd = open(SPACE, O_WRONLY | O_CLOEXEC);
	if (fail_fd < 0 || (failing_step && space_fd < 0))
		err(1, "no fault injection");
}

static void arm(unsigned int n)
{
	failing_noticed = false;
	if (failing_step)
		write_number(space_fd, (n - 1) * failing_step + 1);
	write_number(fail_fd, failing_step ? 1 : n);
}

/* Whether one has failed, if that is known; nothing fails from here on. */
static bool disarm(void)
{
	char text[16] = "";

	if (!failing_step && pread(fail_fd, text, sizeof(text) - 1, 0) <= 0)
		err(1, "fail-nth");
	write_number(fail_fd, 0);
	return !failing_step && !strtoul(text, NULL, 10);
}

static const char *name_of(int error)
{
	return error ? strerrorname_np(error) : "ok";
}

/* One try; false when there was nothing left to fail. */
static bool try_once(const struct failing *f, unsigned int n, bool *good)
{
	const char *wrong;
	bool hit;
	int error;

	f->prepare();
	arm(n);
	error = f->call();
	hit = disarm();
	wrong = f->judge(error);
	if (failing_step)
		hit = error || failing_noticed;
	else if (!hit && error && !wrong)
		wrong = "failed by itself";
	printf("%s %u %s%s%s\n", f->name, n, name_of(error), wrong ? ": " : "", wrong ?: "");
	fflush(stdout);
	*good = *good && !wrong;
	return hit;
}

bool failing_run(const struct failing *f)
{
	bool good = true;
	unsigned int n = 1;

	open_faults();
	while (n < TRIES_MAX && try_once(f, n, &good))
		n++;
	printf("%s: %u tries failed\n", f->name, n - 1);
	close(fail_fd);
	close_fd(&space_fd);
	return good && n < TRIES_MAX;
}
