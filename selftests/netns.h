/* SPDX-License-Identifier: GPL-2.0 */
/* Into a network namespace that is named as the command-line tool has it. */
#ifndef SELFTESTS_NETNS_H
#define SELFTESTS_NETNS_H

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

#endif
