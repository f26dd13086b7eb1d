// SPDX-License-Identifier: GPL-2.0
/*
 * A neighbour who means harm: a process that lives another trial in namespaces of its
 * own, with the same addresses and ports, and with all that owners do, while the trial
 * is played and judged. Nobody judges what becomes of him.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "trial.h"

#define OTHER_SEED 0x61747461636bull

/* what he draws, but for what would hold him back, or leave no CPU to others */
static void draw_attacker(struct trial *a, const struct trial *t)
{
	draw_all(&a->d, t->d.seed ^ OTHER_SEED);
	a->d.load_late = t->d.load_late;
	a->d.owners = true;
	a->d.raws = true;
	a->d.mutes = true;
	a->d.destroys = true;
	a->d.restless = true;
	a->d.tunes = false;
	if (a->d.calm < 4)
		a->d.calm = 4;
}

static void attack(const struct trial *t)
{
	struct trial *a = calloc(1, sizeof(*a));

	if (!a)
		_exit(EX_BROKEN);
	draw_attacker(a, t);
	a->out = stderr;
	trial_begin(a);
	for (;;)
		play_steps(a, 16);
}

/* He goes with us, however we go. */
void attacker_start(struct trial *t)
{
	pid_t parent = getpid();

	if (!t->d.attacked)
		return;
	t->attacker = fork();
	if (t->attacker < 0)
		trial_die(t, "no attacker");
	if (t->attacker)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		attack(t);
	_exit(EX_BROKEN);
}

/* Whoever could not begin, or has ended by himself, was none. */
void attacker_end(struct trial *t)
{
	int status = -1;

	if (t->attacker <= 0)
		return;
	kill(t->attacker, SIGKILL);
	waitpid(t->attacker, &status, 0);
	trial_expect(t, WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
		     "the attacker ended with status %#x", status);
}
