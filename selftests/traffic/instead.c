// SPDX-License-Identifier: GPL-2.0
/*
 * A library to be loaded before the tool's own (LD_PRELOAD). By environment:
 *
 *   INSTEAD_UNCONNECTED=1	a netlink socket that is to be connected is bound only, and
 *				others have some time to write to it: as if the kernel did
 *				not keep them away
 *   INSTEAD_NAMES=FILE		whoever asks for the name of a user leaves there which
 *				network namespace that was in
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <linux/netlink.h>

int connect(int fd, const struct sockaddr *to, socklen_t len)
{
	const struct timespec window = { .tv_nsec = 50000000 };
	int result;

	if (to->sa_family != AF_NETLINK || !getenv("INSTEAD_UNCONNECTED"))
		return syscall(SYS_connect, fd, to, len);
	result = bind(fd, to, len);
	nanosleep(&window, NULL);
	return result;
}

struct passwd *getpwuid(uid_t uid)
{
	const char *path = getenv("INSTEAD_NAMES");
	char where[64] = "";
	FILE *f = path ? fopen(path, "ae") : NULL;

	(void)uid;
	if (f) {
		if (readlink("/proc/thread-self/ns/net", where, sizeof(where) - 1) > 0)
			fprintf(f, "%s\n", where);
		fclose(f);
	}
	return NULL;
}
