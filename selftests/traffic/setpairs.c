// SPDX-License-Identifier: GPL-2.0
/*
 * Several processes set two parameters at a time, both to the same number, while
 * others read them: nobody may ever see two different ones.
 *
 *   setpairs [-w WRITERS] [-r READERS] [-n SETS]
 *
 * tcp_fin_timeout and tcp_keepalive_intvl, which must be the same to begin with.
 * SETS is of all writers together. Prints "sets N readings N"; the exit status is
 * 1 when a pair was mixed, or a request failed.
 */
#include <err.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../client/tuning.h"

static const char * const names[] = { "tcp_fin_timeout", "tcp_keepalive_intvl" };

/* shared by all processes */
static struct shared {
	unsigned int sets;
	unsigned int readings;
	bool over;
} *shared;

/* --- writers -------------------------------------------------------------- */

static void set_pair(struct request *r, unsigned int i)
{
	struct tuning t;
	int error;

	tuning_begin(r);
	tuning_put(r, names[0], i);
	tuning_put(r, names[1], i);
	error = tuning_send(r, &t);
	if (error)
		errx(1, "set %u: %s %s", i, strerror(error), r->text);
	if (t.n != 2 || t.rows[0].new != i || t.rows[1].new != i ||
	    t.rows[0].old != t.rows[1].old)
		errx(1, "set %u: replaced a pair of %lld and %lld", i, t.rows[0].old,
		     t.rows[1].old);
	__atomic_add_fetch(&shared->sets, 1, __ATOMIC_RELAXED);
}

/* Numbers that nobody else has, so that each set changes something. */
static int write_pairs(struct request *r, unsigned int which, unsigned int writers,
		       unsigned int sets)
{
	unsigned int i;

	for (i = which; i < sets; i += writers)
		set_pair(r, 1000 + i);
	return 0;
}

/* --- readers -------------------------------------------------------------- */

static bool take_value(const struct nlattr *param, const char *name, __s64 *value)
{
	struct nlattr *attr;
	bool ours = false;
	__s64 v = 0;

	mnl_attr_for_each_nested(attr, param) {
		if (mnl_attr_get_type(attr) == TCPULSE_A_PARAM_NAME)
			ours = !strcmp(mnl_attr_get_str(attr), name);
		else if (mnl_attr_get_type(attr) == TCPULSE_A_PARAM_VALUE)
			v = mnl_attr_get_u64(attr);
	}
	if (ours)
		*value = v;
	return ours;
}

static void read_pair(struct request *r, __s64 *values)
{
	unsigned int found = 0, i;
	struct nlattr *attr;

	if (!request_works(r, TCPULSE_CMD_PARAM_GET))
		errx(1, "param-get: %s", strerror(r->error));
	mnl_attr_for_each(attr, r->reply, sizeof(struct genlmsghdr))
		for (i = 0; i < 2; i++)
			found += take_value(attr, names[i], &values[i]);
	if (found != 2)
		errx(1, "param-get: %u of 2 parameters", found);
}

static int read_pairs(struct request *r)
{
	__s64 values[2];

	while (!__atomic_load_n(&shared->over, __ATOMIC_RELAXED)) {
		read_pair(r, values);
		if (values[0] != values[1])
			errx(1, "read a pair of %lld and %lld", values[0], values[1]);
		__atomic_add_fetch(&shared->readings, 1, __ATOMIC_RELAXED);
	}
	return 0;
}

/* --- both ------------------------------------------------------------------- */

static struct request *open_request(void)
{
	struct request *r = request_new();

	if (!r)
		err(1, "family tcpulse");
	return r;
}

/* which < 0: a reader */
static pid_t start(int which, unsigned int writers, unsigned int sets)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	if (which < 0)
		_exit(read_pairs(open_request()));
	_exit(write_pairs(open_request(), which, writers, sets));
}

static bool ended_well(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

#define PROCESSES_MAX 64

static int run(unsigned int writers, unsigned int readers, unsigned int sets)
{
	pid_t pids[2 * PROCESSES_MAX];
	bool bad = false;
	unsigned int i;
	__s64 values[2];

	for (i = 0; i < readers; i++)
		pids[writers + i] = start(-1, writers, sets);
	for (i = 0; i < writers; i++)
		pids[i] = start(i, writers, sets);
	for (i = 0; i < writers; i++)
		bad |= !ended_well(pids[i]);
	__atomic_store_n(&shared->over, true, __ATOMIC_RELAXED);
	for (i = 0; i < readers; i++)
		bad |= !ended_well(pids[writers + i]);
	read_pair(open_request(), values);
	if (values[0] != values[1])
		errx(1, "a pair of %lld and %lld at the end", values[0], values[1]);
	printf("sets %u readings %u\n", shared->sets, shared->readings);
	return bad || shared->sets != sets;
}

int main(int argc, char **argv)
{
	unsigned int writers = 4, readers = 2, sets = 1000;
	int opt;

	while ((opt = getopt(argc, argv, "w:r:n:")) != -1) {
		unsigned int n = optarg ? strtoul(optarg, NULL, 10) : 0;

		if (opt == 'w' && n && n <= PROCESSES_MAX)
			writers = n;
		else if (opt == 'r' && n <= PROCESSES_MAX)
			readers = n;
		else if (opt == 'n' && n)
			sets = n;
		else
			errx(2, "usage: setpairs [-w WRITERS] [-r READERS] [-n SETS]");
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
	return run(writers, readers, sets);
}
