// SPDX-License-Identifier: GPL-2.0
/*
 * Dumps that nobody reads to the end, or later, or of more than fits anywhere.
 */
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>

#include "grammar.h"
#include "run.h"
#include "worker.h"
#include "world.h"

/* Listeners that take some thirty parts to dump. */
#define CROWD 1000

static int crowd[CROWD];

static const struct op *some_dump(struct worker *w)
{
	const unsigned int start = rnd(&w->r, n_ops);
	unsigned int i;

	for (i = 0; i < n_ops; i++) {
		const struct op *op = &ops[(start + i) % n_ops];

		if (op->dump_request && (!run.only || !strcmp(op->name, run.only)))
			return op;
	}
	return NULL;
}

static void start_dump(struct worker *w)
{
	const struct op *op = some_dump(w);

	if (!op)
		return;
	message_make_right(&w->message, &w->r, &w->course, op, w->family, true);
	ask(&w->own, &w->message);
}

/* What follows the first part: nothing, some of it, another request, or all. */
static void go_on(struct worker *w)
{
	const unsigned int how = rnd(&w->r, 5), pieces = 1 + rnd(&w->r, 3);
	const size_t size = 16 + rnd(&w->r, 4000);

	switch (how) {
	case 0:
		break;
	case 1:
		collect_some(&w->own, pieces, -1);
		break;
	case 2:
		collect_some(&w->own, pieces - 1, -1);
		worker_ask(w, &w->own);
		collect(&w->own);
		break;
	case 3:
		start_dump(w);
		collect(&w->own);
		break;
	default:
		w->own.deaf = true;
		collect_some(&w->own, 50, size);
	}
}

void scene_interrupt(struct worker *w)
{
	const bool deaf = chance(&w->r, 30);

	mouth_open(&w->own, deaf ? MOUTH_DEAF : 0);
	start_dump(w);
	go_on(w);
	mouth_close(&w->own);
}

/* Much comes and goes: also what the dump has just been at. */
static void turn_over(struct worker *w)
{
	unsigned int n = 20;

	while (n--)
		world_churn(&w->r);
}

/*
 * A dump is begun and left; some time later, when listeners and namespaces have
 * come and gone, more of it is read, or all, or none.
 */
static void leave_half_read(struct worker *w, struct mouth *m)
{
	const bool away = chance(&w->r, 30);
	const struct op *op = some_dump(w);

	if (!op)
		return;
	if (away)
		go_to(w->other);
	mouth_open(m, 0);
	if (away)
		go_to(w->home);
	message_make_bare(&w->message, &w->course, op, w->family, true);
	ask(m, &w->message);
	collect_some(m, rnd(&w->r, 3), -1);
	turn_over(w);
}

void scene_half_read(struct worker *w)
{
	struct mouth *m = &w->half_read[rnd(&w->r, HALF_READ)];
	const unsigned int how = rnd(&w->r, 4), pieces = 1 + rnd(&w->r, 2);

	if (m->fd < 0) {
		leave_half_read(w, m);
		return;
	}
	if (how == 0)
		collect_some(m, pieces, -1);
	else if (how == 1)
		collect(m);
	if (how)
		mouth_close(m);
}

/* --- a crowd ------------------------------------------------------------------------ */

static void fill_crowd(void)
{
	const struct sockaddr_in any = { .sin_family = AF_INET };
	unsigned int i;

	for (i = 0; i < CROWD; i++) {
		if (crowd[i] > 0)
			continue;
		crowd[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		bind(crowd[i], (const void *)&any, sizeof(any));
		listen(crowd[i], 1);
	}
}

static void thin_crowd(struct worker *w)
{
	unsigned int n = rnd(&w->r, 50);

	while (n--) {
		const unsigned int i = rnd(&w->r, CROWD);

		if (crowd[i] > 0)
			close(crowd[i]);
		crowd[i] = 0;
	}
}

/* A dump of many parts, while some of what it is of goes. */
void scene_crowd(struct worker *w)
{
	const bool deaf = chance(&w->r, 30);
	const struct op *op = some_dump(w);

	if (!op)
		return;
	if (w->crowd < 0)
		w->crowd = new_namespace(w->home);
	go_to(w->crowd);
	fill_crowd();
	mouth_open(&w->own, deaf ? MOUTH_DEAF : 0);
	go_to(w->home);
	message_make_bare(&w->message, &w->course, op, w->family, true);
	ask(&w->own, &w->message);
	collect_some(&w->own, rnd(&w->r, 4), -1);
	thin_crowd(w);
	go_on(w);
	mouth_close(&w->own);
}

void scenes_end(struct worker *w)
{
	unsigned int i;

	for (i = 0; i < CROWD; i++)
		if (crowd[i] > 0)
			close(crowd[i]);
	for (i = 0; i < HALF_READ; i++)
		if (w->half_read[i].fd >= 0)
			mouth_close(&w->half_read[i]);
	if (w->crowd >= 0)
		close(w->crowd);
	if (w->mute.fd >= 0)
		mouth_close(&w->mute);
}
