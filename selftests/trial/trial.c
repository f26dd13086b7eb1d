// SPDX-License-Identifier: GPL-2.0
/*
 * The order of one trial: how it begins, steps, a rest at which all is judged, more
 * steps, and at last the end of all sockets and what stays of them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "../client/slow.h"
#include "../client/netlink.h"
#include "trial.h"
#include "witness.h"

/* --- the module -------------------------------------------------------------- */

static void read_counters(struct trial *t, bool after)
{
	struct host *h;
	unsigned int i;

	for (i = 0; i < t->nhosts; i++) {
		h = &t->hosts[i];
		if (!witness_counters(h, after ? h->after : h->base))
			trial_die(t, "the kernel does not answer");
	}
}

/* The module is loaded by who started us, when all have told. */
static void await_module(struct trial *t, int tell, int go)
{
	char byte = 'm';

	read_counters(t, false);
	if (write(tell, &byte, 1) != 1)
		trial_die(t, "nobody loads the module");
	play_steps(t, t->d.steps / 4);
	if (read(go, &byte, 1) != 1)
		trial_die(t, "nobody has loaded the module");
	read_counters(t, true);
	trial_meet_module(t);
}

/* --- what tcpulse thinks of it ------------------------------------------------- */

static void exec_audit(struct trial *t, int words)
{
	const char *tool = getenv("TCPULSE");
	char seconds[16];

	snprintf(seconds, sizeof(seconds), "%u", 5 * slow_said());

	world_enter(t->server);
	dup2(words, 1);
	dup2(words, 2);
	execlp(tool ? tool : "tcpulse", "tcpulse", "-j", "audit", "--timeout", seconds, NULL);
	_exit(127);
}

/* What it says is shown only when it is not content. */
static void ask_tool(struct trial *t)
{
	int status = -1, words = memfd_create("audit", MFD_CLOEXEC);
	char text[4096] = "";
	pid_t pid = fork();

	if (!pid)
		exec_audit(t, words);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		trial_die(t, "audit: %s", strerror(errno));
	if (status && pread(words, text, sizeof(text) - 1, 0) < 0)
		*text = '\0';
	close(words);
	trial_expect(t, !status, "audit: status %#x: %s", status, text);
}

/* --- in order ------------------------------------------------------------------- */

static void end_all(struct trial *t)
{
	play_end(t);
	if (t->d.linger)
		nap_us(t->d.linger * 1000);
	judge_all(t, "at the end");
	if (!t->d.veth || !t->d.client_dies)
		return;
	request_free(t->client->r);
	world_end_client(t);
	nap_us(200000);
	judge_all(t, "without the client");
}

int trial_run(struct trial *t, int tell, int go)
{
	int i;

	attacker_start(t);
	trial_begin(t);
	for (i = 0; i < t->d.rests; i++) {
		play_steps(t, t->d.steps / t->d.rests);
		if (!t->loaded)
			await_module(t, tell, go);
		judge_all(t, i ? "again at rest" : "at rest");
	}
	play_steps(t, t->d.steps / 4);
	if (t->d.audit)
		ask_tool(t);
	end_all(t);
	attacker_end(t);
	return t->differs ? EX_DIFFERS : EX_OK;
}
