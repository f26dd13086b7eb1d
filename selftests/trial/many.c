// SPDX-License-Identifier: GPL-2.0
/*
 * Trials at once, each a process in namespaces of its own, so that what they wait
 * for overlaps. Those that want the module in the middle come last, in rounds:
 * it is unloaded before and loaded when all of a round have lived a while.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../client/slow.h"
#include "many.h"
#include "trial.h"

/* seconds a trial may take, of which it may nap 65 */
#define BOUND (600 * slow_said())

struct worker {
	pid_t pid;
	__u64 seed;
	int tell;	/* it tells us */
	int go;		/* we tell it */
};

struct shared {
	unsigned int compared;
	unsigned int broken;
};

static struct shared *shared;

static unsigned int now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* --- the module ------------------------------------------------------------------ */

static bool run_modprobe(void)
{
	pid_t pid = fork();
	int status = -1;

	if (!pid) {
		execlp("modprobe", "modprobe", "tcpulse", NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

static bool load(void)
{
	const char *path = getenv("TCPULSE_KO");
	int fd, ret;

	if (!path || !*path)
		return run_modprobe();
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ret = syscall(__NR_finit_module, fd, "", 0);
	close(fd);
	return !ret || errno == EEXIST;
}

static bool unload(void)
{
	return !syscall(__NR_delete_module, "tcpulse", 0) || errno == ENOENT;
}

/* --- one worker ---------------------------------------------------------------- */

/* The words come last, in one write: trials do not speak into each other. */
static int live(const struct many *m, __u64 seed, int tell, int go)
{
	struct trial *t = calloc(1, sizeof(*t));
	int status;

	if (!t)
		return EX_BROKEN;
	alarm(BOUND);
	draw_all(&t->d, seed);
	t->out = stdout;
	status = trial_run(t, tell, go);
	__atomic_add_fetch(&shared->compared, t->compared, __ATOMIC_RELAXED);
	if (status || m->verbose) {
		printf("%s - seed %llu, %u comparisons: %s\n", status ? "not ok" : "ok", seed,
		       t->compared, t->d.words);
		fflush(stdout);
	}
	return status;
}

static bool start(const struct many *m, struct worker *w, __u64 seed)
{
	int tell[2], go[2];

	fflush(stdout);
	if (pipe2(tell, O_CLOEXEC) || pipe2(go, O_CLOEXEC))
		return false;
	w->seed = seed;
	w->pid = fork();
	if (!w->pid) {
		close(tell[0]);
		close(go[1]);
		_exit(live(m, seed, tell[1], go[0]));
	}
	close(tell[1]);
	close(go[0]);
	w->tell = tell[0];
	w->go = go[1];
	return w->pid > 0;
}

static void say_broken(const struct worker *w, int status)
{
	struct drawn d;

	draw_all(&d, w->seed);
	if (WIFSIGNALED(status))
		printf("# seed %llu: ended by signal %d\n", w->seed, WTERMSIG(status));
	printf("not ok - seed %llu: %s\n", w->seed, d.words);
	fflush(stdout);
}

static void judge_worker(struct many *m, struct worker *w, int status)
{
	m->tried++;
	if (status)
		m->failed++;
	if (WIFSIGNALED(status) || WEXITSTATUS(status) == EX_BROKEN)
		say_broken(w, status);
	close(w->tell);
	close(w->go);
	w->pid = 0;
}

static void reap_one(struct many *m, struct worker *workers)
{
	unsigned int i;
	int status;
	pid_t pid = waitpid(-1, &status, 0);

	for (i = 0; i < m->workers; i++)
		if (pid > 0 && workers[i].pid == pid)
			judge_worker(m, &workers[i], status);
}

static unsigned int running(const struct many *m, const struct worker *workers)
{
	unsigned int i, n = 0;

	for (i = 0; i < m->workers; i++)
		n += workers[i].pid > 0;
	return n;
}

/* --- all of them ----------------------------------------------------------------- */

static bool is_late(__u64 seed)
{
	struct drawn d;

	draw_all(&d, seed);
	return d.load_late;
}

/* quarters: how much of the time is for those that ask */
static bool is_over(const struct many *m, unsigned int began, unsigned int quarters)
{
	return m->seconds && now() - began >= m->seconds * quarters / 4;
}

static bool run_early(struct many *m, struct worker *workers, unsigned int began)
{
	unsigned int i, next;

	for (next = 0; next < m->n && !is_over(m, began, 3); next++) {
		if (is_late(m->seeds[next]))
			continue;
		while (running(m, workers) == m->workers)
			reap_one(m, workers);
		for (i = 0; workers[i].pid; i++)
			;
		if (!start(m, &workers[i], m->seeds[next]))
			return false;
	}
	while (running(m, workers))
		reap_one(m, workers);
	return true;
}

/* who died says nothing: the end of its pipe is read */
static void load_when_all_have_told(struct many *m, struct worker *workers, unsigned int n)
{
	unsigned int i;
	char byte;

	for (i = 0; i < n; i++)
		if (read(workers[i].tell, &byte, 1) < 0)
			break;
	if (!load())
		fprintf(stderr, "tcptrial: cannot load the module: %s\n", strerror(errno));
	for (i = 0; i < n; i++)
		if (write(workers[i].go, &byte, 1) < 0)
			break;
	while (running(m, workers))
		reap_one(m, workers);
}

static bool run_late(struct many *m, struct worker *workers, unsigned int began)
{
	unsigned int next = 0, n;

	while (next < m->n && !is_over(m, began, 4)) {
		for (n = 0; n < m->workers && next < m->n; next++) {
			if (!is_late(m->seeds[next]))
				continue;
			if (!n && !unload())
				return false;
			if (!start(m, &workers[n], m->seeds[next]))
				return false;
			n++;
		}
		if (n)
			load_when_all_have_told(m, workers, n);
	}
	return true;
}

bool many_run(struct many *m)
{
	struct worker *workers = calloc(m->workers, sizeof(*workers));
	unsigned int began = now();
	bool good;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (!workers || shared == MAP_FAILED)
		return false;
	signal(SIGPIPE, SIG_IGN);
	good = run_early(m, workers, began) && run_late(m, workers, began);
	m->compared = shared->compared;
	free(workers);
	return good;
}
