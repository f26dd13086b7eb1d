// SPDX-License-Identifier: GPL-2.0
/*
 * Changes that are confirmed in the very moment their time is up: each must end
 * as one or the other, with all that belongs to it.
 *
 *   lateconfirm [-p NAMESPACES] [-n ROUNDS]
 *
 * All namespaces, new ones, go through their rounds at a time; again, and further
 * from that moment, until both have happened, for a slow machine comes late. Prints
 * "confirmed N expired N"; the exit status is 1 when a change ended as neither.
 */
#include <err.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../client/tuning.h"

/* how long before and after its second a change is confirmed, at most: first and last */
#define SPREAD_US 16000.0
#define SPREAD_MAX_US 900000.0
#define PROCESSES_MAX 64
/* It is settled before, however slow the machine is. */
#define ANOTHER_SECONDS 600

static const char * const names[] = { "tcp_fin_timeout", "tcp_keepalive_intvl" };

static double spread_us = SPREAD_US;

/* shared by all processes */
static struct shared {
	unsigned int confirmed;
	unsigned int expired;
} *shared;

static long long now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec * 1000000LL + ts.tv_nsec / 1000;
}

/* The last stretch is waited for awake: a sleep would be too late. */
static void wait_until(long long at_us)
{
	long long left = at_us - now_us() - 3000;

	if (left > 0)
		usleep(left);
	while (now_us() < at_us)
		;
}

static void set_both(struct request *r, int to, struct tuning *t)
{
	tuning_begin(r);
	tuning_put(r, names[0], to);
	tuning_put(r, names[1], to);
	tuning_put_confirm(r, 1);
	if (tuning_send(r, t) || t->n != 2)
		errx(1, "param-set: %d %s", r->error, r->text);
}

static int sysctl_get(const char *name)
{
	char path[64];
	int value = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%d", &value) != 1)
		err(1, "%s", path);
	fclose(f);
	return value;
}

static void check_values(const struct tuning *was, bool confirmed)
{
	__s64 value;
	int i;

	for (i = 0; i < 2; i++) {
		value = confirmed ? was->rows[i].new : was->rows[i].old;
		if (sysctl_get(names[i]) != value)
			errx(1, "%s: %s is %d, not %lld", confirmed ? "confirmed" : "expired",
			     names[i], sysctl_get(names[i]), value);
	}
}

/* Twice set, and twice what became of it, not before its time. */
static void check_history(struct request *r, __u64 transaction, const char *action)
{
	static struct change history[HISTORY_ROWS];
	int i, n = 0, rows = tuning_history(r, history);
	__u64 began = 0;

	for (i = 0; i < rows; i++) {
		if (history[i].transaction != transaction)
			continue;
		if (!n)
			began = history[i].time_ms;
		if (strcmp(change_action(&history[i]), n < 2 ? "set" : action))
			errx(1, "row %d is %s, not %s", n, change_action(&history[i]), action);
		/* these are whole milliseconds */
		if (n >= 2 && *action == 'e' && history[i].time_ms - began < 999)
			errx(1, "expired after %llu ms", history[i].time_ms - began);
		n++;
	}
	if (n != 4)
		errx(1, "%s: %d rows of 4 in the history", action, n);
}

/*
 * Another change, in the same moment: the end of the first one's time is not the
 * end of this one's.
 */
static void set_another(struct request *r, struct tuning *t)
{
	tuning_begin(r);
	tuning_put(r, "tcp_rfc1337", 1);
	tuning_put_confirm(r, ANOTHER_SECONDS);
	if (tuning_send(r, t))
		errx(1, "another param-set: %d %s", r->error, r->text);
}

static void end_another(struct request *r, __u64 transaction)
{
	struct tuning t;

	usleep(10000);
	if (tuning_pending(r, &t) != 1 || t.transaction != transaction)
		errx(1, "another change has ended before its time");
	if (tuning_settle(r, TCPULSE_CMD_PARAM_REVERT, transaction, &t))
		errx(1, "param-revert: %d %s", r->error, r->text);
}

static void play(struct request *r, int to, long long late)
{
	struct tuning was, another, t;
	long long start;
	bool confirmed;
	int error;

	start = now_us();
	set_both(r, to, &was);
	/* the deadline is between these two */
	wait_until((start + now_us()) / 2 + 1000000 + late);
	error = tuning_settle(r, TCPULSE_CMD_PARAM_CONFIRM, was.transaction, &t);
	if (error && error != ENOENT)
		errx(1, "param-confirm: %s", strerror(error));
	confirmed = !error;
	set_another(r, &another);
	check_values(&was, confirmed);
	check_history(r, was.transaction, confirmed ? "confirm" : "expire");
	end_another(r, another.transaction);
	__atomic_add_fetch(confirmed ? &shared->confirmed : &shared->expired, 1,
			   __ATOMIC_RELAXED);
}

/* The n-th of all, from long before to long after, most of them in between. */
static long long late_us(unsigned int n, unsigned int all)
{
	double x = (2 * n + 1.0) / all - 1;

	return spread_us * x * x * x;
}

static int play_all(unsigned int which, unsigned int processes, unsigned int rounds)
{
	struct request *r;
	unsigned int i;

	if (unshare(CLONE_NEWNET))
		err(1, "unshare");
	r = request_new();
	if (!r)
		err(1, "family tcpulse");
	for (i = 0; i < rounds; i++)
		play(r, 1000 + i, late_us(i * processes + which, processes * rounds));
	return 0;
}

/* Return: how many were played, 0 when something was wrong */
static unsigned int run_once(unsigned int processes, unsigned int rounds)
{
	unsigned int i;
	int status, bad = 0;

	for (i = 0; i < processes; i++)
		if (!fork())
			_exit(play_all(i, processes, rounds));
	while (wait(&status) > 0)
		bad |= status;
	return bad ? 0 : processes * rounds;
}

static int run(unsigned int processes, unsigned int rounds)
{
	unsigned int played, all = 0;

	do {
		played = run_once(processes, rounds);
		all += played;
		spread_us *= 3;
	} while (played && spread_us < SPREAD_MAX_US &&
		 !(shared->confirmed && shared->expired));
	printf("confirmed %u expired %u\n", shared->confirmed, shared->expired);
	return !played || shared->confirmed + shared->expired != all;
}

int main(int argc, char **argv)
{
	unsigned int processes = 8, rounds = 4;
	int opt;

	while ((opt = getopt(argc, argv, "p:n:")) != -1) {
		unsigned int n = optarg ? strtoul(optarg, NULL, 10) : 0;

		if (opt == 'p' && n && n <= PROCESSES_MAX)
			processes = n;
		else if (opt == 'n' && n)
			rounds = n;
		else
			errx(2, "usage: lateconfirm [-p NAMESPACES] [-n ROUNDS]");
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
	return run(processes, rounds);
}
