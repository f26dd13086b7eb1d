// SPDX-License-Identifier: GPL-2.0
/* Makes the next datagram, and sends it. */
#include "guide.h"
#include "run.h"
#include "worker.h"
#include "world.h"

/* The same with what the module numbers left out, for a sum that can be compared. */
static void digest(struct worker *w)
{
	struct course course = w->course;
	struct rng r = w->r;

	world_is_blind = true;
	message_make(&w->message, &r, &course, 0, w->batch);
	world_is_blind = false;
	run_digest(w->message.buf, w->message.len);
}

void worker_ask(struct worker *w, struct mouth *m)
{
	if (run.digest)
		digest(w);
	message_make(&w->message, &w->r, &w->course, w->family, w->batch);
	guide_choose(&w->message, &w->r, &w->course, w->batch);
	guide_forget();
	ask(m, &w->message);
}
