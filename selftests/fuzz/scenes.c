// SPDX-License-Identifier: GPL-2.0
/*
 * What is more than one message: changes that expire, members of the group,
 * namespaces that end under their sockets, root of a user namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "grammar.h"
#include "run.h"
#include "worker.h"
#include "world.h"

/* --- time ----------------------------------------------------------------------- */

static const struct op *some_op_with(struct worker *w, const char *name)
{
	const unsigned int start = rnd(&w->r, n_ops);
	unsigned int i, j;

	for (i = 0; i < n_ops; i++) {
		const struct op *op = &ops[(start + i) % n_ops];

		if (run.only && strcmp(op->name, run.only))
			continue;
		for (j = 0; op->do_request && j < op->do_request->n; j++)
			if (!strcmp(op->do_request->field[j].name, name))
				return op;
	}
	return NULL;
}

/* Changes that wait, mostly a second, and requests in the moment they end. */
void scene_expire(struct worker *w)
{
	const struct op *op = some_op_with(w, "confirm-seconds");
	struct mouth *m = &w->mouth[0];
	unsigned int i;

	for (i = 0; op && i < 4; i++) {
		message_make_right(&w->message, &w->r, &w->course, op, w->family, false);
		ask(m, &w->message);
		collect(m);
	}
	usleep(990000 + rnd(&w->r, 20000));
	for (i = 0; i < 10; i++) {
		worker_ask(w, m);
		collect(m);
	}
}

/* --- the group ---------------------------------------------------------------- */

/* Join as root or as nobody; hear what oneself does; leave, or just close. */
void scene_group(struct worker *w)
{
	const bool nobody = chance(&w->r, 20), leave = chance(&w->r, 50);
	unsigned int n = 1 + rnd(&w->r, 4);

	if (nobody)
		as_nobody(true);
	mouth_open(&w->own, 0);
	mouth_join(&w->own, true);
	if (nobody)
		as_nobody(false);
	mouth_widen(&w->own);
	while (n--) {
		worker_ask(w, &w->own);
		collect(&w->own);
	}
	if (leave)
		mouth_join(&w->own, false);
	mouth_close(&w->own);
}

/* One who is told everything and takes in nothing. */
void scene_mute(struct worker *w)
{
	if (w->mute.fd >= 0)
		mouth_close(&w->mute);
	mouth_open(&w->mute, MOUTH_DEAF);
	mouth_join(&w->mute, true);
}

/* --- namespaces ------------------------------------------------------------------ */

static int open_listener(__u16 port)
{
	const struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	bind(fd, (const void *)&at, sizeof(at));
	listen(fd, 10);
	return fd;
}

/* Some files stay open, so that a change that is pending there can expire. */
static void close_pair(struct worker *w, int first, int second)
{
	const unsigned int slot = rnd(&w->r, 2 * LINGERING);

	if (slot < LINGERING) {
		int *pair = w->lingering[slot], before[] = { pair[0], pair[1] };

		pair[0] = first;
		pair[1] = second;
		first = before[0];
		second = before[1];
	}
	if (first >= 0) {
		close(first);
		close(second);
	}
}

/*
 * A namespace that lives only while its sockets do, asked from outside; it may
 * end with a change pending.
 */
void scene_namespace(struct worker *w)
{
	const bool listener_first = chance(&w->r, 50);
	unsigned int n = 1 + rnd(&w->r, 6);
	int fd;

	if (unshare(CLONE_NEWNET))
		complain("no network namespace: %s", strerror(errno));
	mouth_open(&w->own, 0);
	fd = open_listener(slot_port(rnd(&w->r, SLOTS)));
	go_to(w->home);
	while (n--) {
		worker_ask(w, &w->own);
		collect(&w->own);
	}
	if (listener_first)
		close_pair(w, fd, w->own.fd);
	else
		close_pair(w, w->own.fd, fd);
}

static void write_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		complain("%s: %s", path, strerror(errno));
	close(fd);
}

/* Root of a user namespace, with a network namespace of its own or without. */
static void in_user_namespace(struct worker *w, bool with_net, unsigned int n)
{
	if (unshare(CLONE_NEWUSER | (with_net ? CLONE_NEWNET : 0)))
		_exit(errno == EPERM || errno == ENOSPC ? 0 : 3);
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", "0 0 1");
	write_file("/proc/self/gid_map", "0 0 1");
	if (with_net)
		close(open_listener(slot_port(rnd(&w->r, SLOTS))));
	power = with_net ? POWER_NAMESPACE : POWER_NONE;
	mouth_open(&w->own, 0);
	/* The buffer is what everybody gets. */
	w->batch = 1;
	while (n--) {
		worker_ask(w, &w->own);
		collect(&w->own);
	}
	_exit(0);
}

void scene_user_namespace(struct worker *w)
{
	const bool with_net = chance(&w->r, 75);
	const unsigned int n = 1 + rnd(&w->r, 30);
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		in_user_namespace(w, with_net, n);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		complain("no child");
	if (WEXITSTATUS(status))
		_exit(1);
}
