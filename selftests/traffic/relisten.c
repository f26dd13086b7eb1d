// SPDX-License-Identifier: GPL-2.0
/*
 * One socket that begins to listen and ends it, again and again, as fast as it
 * can, which takes no privilege and, for the kernel itself, no memory:
 *
 *   relisten SECONDS
 *
 * Prints how often.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>

#include "sock.h"

#define BURST 100	/* between two looks at the clock */

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/*
 * Twice, the second time over the first, which a file has room for and this program
 * memory: where a cgroup has no page left to give, none is asked for.
 */
static void say(unsigned long n)
{
	static char line[32];
	int len = snprintf(line, sizeof(line), "%lu\n", n);

	lseek(STDOUT_FILENO, 0, SEEK_SET);
	if (write(STDOUT_FILENO, line, len) != len)
		err(1, "write");
}

int main(int argc, char **argv)
{
	double end = now() + (argc == 2 ? atof(argv[1]) : 0);
	unsigned long n = 0;
	union addr at;
	int i, fd;

	if (argc != 2)
		errx(2, "usage: relisten SECONDS");
	say(0);
	fd = listen_on(KIND_V4, 0, 1, &at);
	if (fd < 0)
		err(1, "listen");
	while (now() < end) {
		for (i = 0; i < BURST; i++)
			if (shutdown(fd, SHUT_RD) || listen(fd, 1))
				err(1, "listen again");
		n += BURST;
	}
	say(n);
	_exit(0);
}
