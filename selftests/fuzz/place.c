// SPDX-License-Identifier: GPL-2.0
/* As whom we are, and in which namespace. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "run.h"
#include "worker.h"
#include "world.h"

#define NOBODY 65534

/* Capabilities go with it, and come back. */
void as_nobody(bool yes)
{
	if (seteuid(yes ? NOBODY : 0))
		complain("cannot change user: %s", strerror(errno));
	power = yes ? POWER_NONE : POWER_FULL;
}

void go_to(int ns)
{
	if (setns(ns, CLONE_NEWNET))
		complain("cannot enter a network namespace: %s", strerror(errno));
}

int new_namespace(int home)
{
	int ns;

	if (unshare(CLONE_NEWNET))
		complain("no network namespace: %s", strerror(errno));
	lo_up();
	ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	go_to(home);
	return ns;
}
