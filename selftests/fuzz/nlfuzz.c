// SPDX-License-Identifier: GPL-2.0
/*
 * Sends the family tcpulse what nobody should, and watches what comes back:
 *
 *   nlfuzz [-s SEED] [-n MESSAGES] [-t SECONDS] [-j WORKERS] [-o OP] [-gvd]
 *
 * Needs root and the module. Works in a network namespace of its own. Ends with
 * 0 if nothing was wrong; with 1, and what it takes to see it again, if
 * something was; with 2 for wrong usage and 4 without the module. A message is a
 * request; many share a datagram. -t ends it sooner. With one worker, the same
 * seed makes the same messages, but for ids of listeners and numbers of
 * transactions, which the module gives; -d prints a sum of them, -v which errno
 * each operation gave how often. -g: look for what makes the module do something
 * new, on a kernel that says what it did (KCOV); then a seed alone repeats nothing.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/wait.h>

#include "../client/slow.h"
#include "grammar.h"
#include "guide.h"
#include "run.h"
#include "settle.h"
#include "worker.h"
#include "world.h"

/* A worker that sends nothing for so long is stuck in the kernel. */
#define SECONDS_STUCK (120 * slow_measured())

static pid_t pids[WORKERS_MAX];

static void wrong_usage(void)
{
	fputs("usage: nlfuzz [-s SEED] [-n MESSAGES] [-t SECONDS] [-j WORKERS] [-o OP] [-gvd]\n",
	      stderr);
	exit(2);
}

static __u64 number(const char *text)
{
	char *end;
	__u64 value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end)
		wrong_usage();
	return value;
}

static void read_options(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "s:n:t:j:o:gvd")) != -1) {
		if (opt == 's')
			run.seed = number(optarg);
		else if (opt == 'n')
			run.messages = number(optarg);
		else if (opt == 't')
			run.seconds = number(optarg);
		else if (opt == 'j')
			run.workers = number(optarg);
		else if (opt == 'o')
			run.only = optarg;
		else if (opt == 'g')
			run.guided = true;
		else if (opt == 'v')
			run.verbose = true;
		else if (opt == 'd')
			run.digest = true;
		else
			wrong_usage();
	}
	run.verbose |= run.digest;
	if (optind < argc || !run.workers || run.workers > WORKERS_MAX)
		wrong_usage();
	if (run.only && !op_named(run.only))
		wrong_usage();
}

/* --- workers --------------------------------------------------------------- */

static void start_worker(unsigned int i)
{
	pids[i] = fork();
	if (pids[i] < 0) {
		perror("fork");
		exit(2);
	}
	if (pids[i])
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	run.worker = i;
	worker_run(run.messages / run.workers);
	exit(0);
}

static void kill_workers(void)
{
	unsigned int i;

	for (i = 0; i < run.workers; i++)
		if (pids[i] > 0)
			kill(pids[i], SIGKILL);
}

static void say_stuck(void)
{
	unsigned int i;

	for (i = 0; i < run.workers; i++)
		fprintf(stderr, "FAILED seed %llu, %u workers, worker %u: stuck after %llu\n",
			run.seed, run.workers, i, shared->progress[i]);
	kill_workers();
	exit(1);
}

/* One that has ended. Return: false while all still work. */
static bool reap(unsigned int *left, bool *failed)
{
	unsigned int i;
	int status;
	pid_t pid = waitpid(-1, &status, WNOHANG);

	if (pid <= 0)
		return false;
	for (i = 0; i < run.workers; i++)
		if (pids[i] == pid)
			pids[i] = 0;
	--*left;
	if (WIFSIGNALED(status))
		fprintf(stderr, "FAILED seed %llu: a worker was killed by signal %d\n", run.seed,
			WTERMSIG(status));
	*failed |= status;
	return true;
}

/* Return: whether all of them ended well; after the first that did not, none goes on. */
static bool watch_workers(void)
{
	const struct timespec nap = { .tv_nsec = 20000000 };
	time_t since = time(NULL);
	unsigned int left = run.workers;
	__u64 before = 0, now;
	bool failed = false;

	while (left && !failed) {
		while (left && reap(&left, &failed))
			;
		now = run_progress();
		if (now != before)
			since = time(NULL);
		before = now;
		if (time(NULL) - since > SECONDS_STUCK)
			say_stuck();
		nanosleep(&nap, NULL);
	}
	kill_workers();
	return !failed;
}

/* --- main -------------------------------------------------------------------- */

static void begin(void)
{
	signal(SIGPIPE, SIG_IGN);
	if (unshare(CLONE_NEWNET)) {
		perror("nlfuzz: unshare");
		exit(4);
	}
	lo_up();
	if (!module_is_there()) {
		fputs("nlfuzz: the tcpulse module is not loaded\n", stderr);
		exit(4);
	}
	params_learn();
	run_check_kernel();
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	double start, took;
	unsigned int i;
	bool ok;

	run = (struct run){ .messages = 10000, .workers = 1 };
	getrandom(&run.seed, 4, 0);
	read_options(argc, argv);
	printf("seed %llu\n", run.seed);
	fflush(stdout);
	run_share();
	begin();
	start = seconds_now();
	for (i = 0; i < run.workers; i++)
		start_worker(i);
	ok = watch_workers();
	took = seconds_now() - start;
	if (ok)
		settle();
	if (run.verbose)
		run_print();
	printf("seed %llu, %u workers: %llu messages in %llu datagrams, %.1f s, %.0f a second",
	       run.seed, run.workers, run_progress(), shared->datagrams, took,
	       run_progress() / took);
	if (run.guided)
		printf(", %u places of the module reached", guide_reached());
	putchar('\n');
	return ok ? 0 : 1;
}
