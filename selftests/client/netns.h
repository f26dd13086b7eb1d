/* SPDX-License-Identifier: GPL-2.0 */
/* Into a network namespace: one that is named as the command-line tool has it, or a new one. */
#ifndef SELFTESTS_NETNS_H
#define SELFTESTS_NETNS_H

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* a name of ip-netns, a PID, or a path; -1 with errno */
static inline int enter_netns(const char *name)
{
	char path[256];
	int fd, ret;

	if (strchr(name, '/'))
		snprintf(path, sizeof(path), "%s", name);
	else if (strspn(name, "0123456789") == strlen(name))
		snprintf(path, sizeof(path), "/proc/%s/ns/net", name);
	else
		snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = setns(fd, CLONE_NEWNET);
	close(fd);
	return ret;
}

/* -1 with errno */
static inline int raise_loopback(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int ret = ioctl(fd, SIOCSIFFLAGS, &ifr);

	close(fd);
	return ret;
}

/* with lo up; -1 with errno */
static inline int enter_new_netns(void)
{
	return unshare(CLONE_NEWNET) ? -1 : raise_loopback();
}

#endif
