// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "guide.h"
#include "params.h"
#include "run.h"
#include "trial.h"
#include "worker.h"
#include "world.h"

/* datagrams between two looks at what there is, and at /proc/sys */
#define LEARN_EVERY 64
#define CHECK_EVERY 16

/* --- sockets --------------------------------------------------------------- */

static void open_mouth(struct worker *w, unsigned int i)
{
	static const unsigned int how[MOUTHS] = {
		0, MOUTH_STRICT | MOUTH_CAPPED, 0, 0, MOUTH_TERSE,
	};
	const bool nobody = i == 2, away = i == 3;

	if (away)
		go_to(w->other);
	if (nobody)
		as_nobody(true);
	mouth_open(&w->mouth[i], how[i]);
	if (nobody)
		as_nobody(false);
	if (away)
		go_to(w->home);
	mouth_widen(&w->mouth[i]);
}

static struct worker *begin(void)
{
	struct worker *w = calloc(1, sizeof(*w));
	unsigned int i;

	if (!w)
		complain("no memory");
	w->home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	w->other = new_namespace(w->home);
	w->quiet = new_namespace(w->home);
	w->crowd = -1;
	w->batch = REQUESTS_MAX;
	w->mute.fd = -1;
	for (i = 0; i < HALF_READ; i++)
		w->half_read[i].fd = -1;
	memset(w->lingering, -1, sizeof(w->lingering));
	for (i = 0; i < MOUTHS; i++)
		open_mouth(w, i);
	w->family = w->mouth[0].family;
	world_build(run.worker);
	guide_open();
	go_to(w->quiet);
	trial_begin();
	go_to(w->home);
	return w;
}

static void end(struct worker *w)
{
	unsigned int i;

	for (i = 0; i < MOUTHS; i++)
		mouth_close(&w->mouth[i]);
	world_close();
	trial_end(w);
	scenes_end(w);
	close(w->home);
	close(w->other);
	close(w->quiet);
	free(w);
}

/* --- messages ---------------------------------------------------------------- */

/*
 * From any socket, as anybody, anywhere: a socket opened by root is used by
 * nobody and the other way round, and one of another namespace from here.
 */
static void plain_message(struct worker *w)
{
	const unsigned int which = rnd(&w->r, 10);
	const bool nobody = chance(&w->r, 6), away = chance(&w->r, 5);
	struct mouth *m = &w->mouth[which < MOUTHS ? which : which % 2];

	if (away)
		go_to(w->other);
	if (nobody)
		as_nobody(true);
	worker_ask(w, m);
	if (nobody)
		as_nobody(false);
	if (away)
		go_to(w->home);
	collect(m);
	guide_note(&w->message);
}

static void reopen_some_mouth(struct worker *w)
{
	const unsigned int i = rnd(&w->r, MOUTHS);

	mouth_close(&w->mouth[i]);
	open_mouth(w, i);
}

static void one_step(struct worker *w)
{
	const unsigned int what = rnd(&w->r, 1000);

	if (what < 300)
		world_churn(&w->r);
	if (what < 20)
		reopen_some_mouth(w);
	else if (what < 60)
		scene_interrupt(w);
	else if (what < 100)
		scene_half_read(w);
	else if (what < 120)
		scene_group(w);
	else if (what < 124)
		scene_namespace(w);
	else if (what < 127)
		scene_user_namespace(w);
	else if (what == 127)
		scene_crowd(w);
	else if (what == 128 && chance(&w->r, 15))
		scene_expire(w);
	else if (what < 134)
		scene_mute(w);
	else
		plain_message(w);
}

/* Numbers of their own for each step, so that what one does changes no other. */
static void step(struct worker *w)
{
	rng_begin(&w->r, run.seed, run.worker, run.datagram);
	if (run.datagram % LEARN_EVERY == LEARN_EVERY - 1)
		world_learn();
	one_step(w);
	trial_step(w);
	if (run.datagram % CHECK_EVERY)
		return;
	params_check_ranges();
	run_check_kernel();
}

void worker_run(__u64 messages)
{
	const time_t end_at = run.seconds ? time(NULL) + run.seconds : 0;
	struct worker *w = begin();

	while (run.made < messages && (!end_at || time(NULL) < end_at)) {
		step(w);
		run.datagram++;
	}
	end(w);
	run_check_kernel();
}
