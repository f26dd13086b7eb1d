// SPDX-License-Identifier: GPL-2.0
/*
 * How a trial begins: hosts and listeners, and the module unless it comes later.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../client/netlink.h"
#include "trial.h"
#include "witness.h"

void trial_meet_module(struct trial *t)
{
	struct host *h;
	unsigned int i;

	for (i = 0; i < t->nhosts; i++) {
		h = &t->hosts[i];
		world_enter(h);
		h->r = request_new();
		if (!h->r)
			trial_die(t, "the module does not answer: %s", strerror(errno));
		if (!t->d.segments)
			tune_segments(t, h, false);
	}
	t->loaded = true;
}

static void make_bases(struct trial *t)
{
	unsigned int i;

	for (i = 0; i < t->nhosts; i++) {
		t->hosts[i].base = calloc(1, sizeof(struct kernel));
		t->hosts[i].after = calloc(1, sizeof(struct kernel));
		t->hosts[i].based = !t->d.load_late;
	}
}

static void open_listeners(struct trial *t)
{
	int i;

	memset(t->listener, -1, sizeof(t->listener));
	for (i = 0; i < t->d.listeners; i++)
		listen_open(t, i);
}

void trial_begin(struct trial *t)
{
	int i;

	rng_seed(&t->rng, t->d.seed ^ 0x7472696c);
	t->segments_all = t->d.segments && !t->d.switches;
	for (i = 0; i < CONNS; i++)
		t->conn[i].fd = -1;
	world_make(t);
	make_bases(t);
	if (!t->d.load_late)
		trial_meet_module(t);
	open_listeners(t);
}
