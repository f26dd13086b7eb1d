// SPDX-License-Identifier: GPL-2.0
/*
 * One process is in all namespaces of a trial by turns: sockets stay where they were
 * made.
 */
#include <sched.h>

#include "trial.h"

static int entered = -1;

void world_enter(struct host *h)
{
	if (entered != h->ns && !setns(h->ns, CLONE_NEWNET))
		entered = h->ns;
}

void world_entered(const struct host *h)
{
	entered = h->ns;
}
