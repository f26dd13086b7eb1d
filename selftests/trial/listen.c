// SPDX-License-Identifier: GPL-2.0
/*
 * Listeners of the server: each index has a port, and some share it.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/tcp.h>

#include "trial.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

#define FASTOPEN_QUEUE 16

static int make_socket(struct trial *t, int i, int family)
{
	int fd = -1, on = 1;

	world_enter(t->server);
	/* a kernel may have no MPTCP */
	if (t->d.listener[i].mptcp)
		fd = new_socket(family, IPPROTO_MPTCP);
	if (fd < 0)
		fd = new_socket(family, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (t->d.listener[i].copies > 1)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (t->d.listener[i].kind == LISTEN_V6ONLY)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	return fd;
}

static int open_one(struct trial *t, int i)
{
	union addr at = { .sa.sa_family = t->d.listener[i].kind == LISTEN_V4 ? AF_INET :
						    AF_INET6 };
	int queue = FASTOPEN_QUEUE, fd = make_socket(t, i, at.sa.sa_family);

	if (at.sa.sa_family == AF_INET)
		at.in.sin_port = htons(PORT_BASE + i);
	else
		at.in6.sin6_port = htons(PORT_BASE + i);
	if (t->d.listener[i].fastopen)
		setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof(queue));
	/* who was killed by us may still have the port */
	if (bind(fd, &at.sa, addr_len(&at)) || listen(fd, t->d.listener[i].backlog))
		close_fd(&fd);
	return fd;
}

void listen_open(struct trial *t, int i)
{
	int copy;

	for (copy = 0; copy < t->d.listener[i].copies; copy++)
		if (t->listener[i][copy] < 0)
			t->listener[i][copy] = open_one(t, i);
}

void listen_close(struct trial *t, int i)
{
	int copy;

	t->reopened[i] = true;
	for (copy = 0; copy < COPIES_MAX; copy++)
		close_fd(&t->listener[i][copy]);
}

int listen_random(struct trial *t)
{
	return rng_below(&t->rng, t->d.listeners);
}

/* listen(2) once more, with another backlog; some stop to listen before */
void step_relisten(struct trial *t)
{
	int i = listen_random(t), *fd = &t->listener[i][rng_below(&t->rng, COPIES_MAX)];

	if (*fd < 0)
		return;
	if (!rng_below(&t->rng, 4)) {
		t->reopened[i] = true;
		shutdown(*fd, SHUT_RD);
	}
	listen(*fd, rng_below(&t->rng, 12));
}

/* One socket of a port ends, or is opened again. */
void step_reopen_listener(struct trial *t)
{
	int i = listen_random(t), *fd = &t->listener[i][rng_below(&t->rng, COPIES_MAX)];

	if (!t->d.restless)
		return;
	if (*fd >= 0) {
		t->reopened[i] = true;
		close_fd(fd);
	} else {
		listen_open(t, i);
	}
}
