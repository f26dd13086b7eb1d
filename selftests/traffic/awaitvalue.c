// SPDX-License-Identifier: GPL-2.0
/*
 * When a file gets another content:
 *
 *   awaitvalue FILE CONTENT SECONDS
 *
 * Reads FILE some hundred times a second until it is CONTENT, or SECONDS have
 * passed, which is a failure. Prints when it was read last with another content,
 * and when first with this one, milliseconds since the Epoch: it changed in
 * between, however late we were. And how long we did not get to look, at most:
 * so late may anything else on this CPU be that has to be done in time.
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <linux/types.h>

static __u64 now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * 1000ull + ts.tv_nsec / 1000000;
}

static bool is_there(int fd, const char *content)
{
	char buf[64];
	ssize_t n = pread(fd, buf, sizeof(buf) - 1, 0);

	if (n < 0)
		err(1, "read");
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return !strcmp(buf, content);
}

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	__u64 before, now, end, gap = 0;
	int fd;

	if (argc != 4)
		errx(2, "usage: awaitvalue FILE CONTENT SECONDS");
	fd = open(argv[1], O_RDONLY);
	if (fd < 0)
		err(1, "%s", argv[1]);
	now = now_ms();
	end = now + strtoul(argv[3], NULL, 10) * 1000;
	do {
		before = now;
		nanosleep(&pause, NULL);
		now = now_ms();
		if (now - before > gap)
			gap = now - before;
		if (now > end)
			errx(1, "%s is never %s", argv[1], argv[2]);
	} while (!is_there(fd, argv[2]));
	printf("%llu %llu %llu\n", before, now_ms(), gap);
	return 0;
}
