// SPDX-License-Identifier: GPL-2.0
/*
 * The steps of a trial, each drawn: what programs do with connections at either
 * end. Nobody waits for anything: what a step finds undone, it finds so.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>

#include "trial.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif

#define CLOSED_PORT 9
#define FLOOD 12

static void end_conn(struct conn *c)
{
	close_fd(&c->fd);
}

/* --- clients ------------------------------------------------------------------ */

static struct conn *client_socket(struct trial *t, int listener, union addr *to)
{
	int kind = pick_kind(t, listener), fd = -1;
	struct conn *c = pick_place(t);

	world_enter(t->client);
	if (!rng_below(&t->rng, 12))
		fd = new_socket(client_family(kind), IPPROTO_MPTCP);
	if (fd < 0)
		fd = new_socket(client_family(kind), 0);
	if (fd < 0)
		trial_die(t, "socket: %s", strerror(errno));
	*c = (struct conn){ .fd = fd, .host = t->client, .kind = kind, .listener = listener };
	*to = pick_target(t, listener, kind);
	return c;
}

static void step_connect(struct trial *t)
{
	union addr to;
	struct conn *c = client_socket(t, listen_random(t), &to);

	/* who does not hear the SYN-ACK */
	if (t->d.mutes && !rng_below(&t->rng, 6))
		mute(c->fd);
	start_connect(c->fd, &to);
}

/* as many as a queue holds, and more */
static void step_connect_many(struct trial *t)
{
	int i, listener = listen_random(t);
	bool hear = !t->d.mutes || rng_below(&t->rng, 2);
	struct conn *c;
	union addr to;

	for (i = 0; i < FLOOD; i++) {
		c = client_socket(t, listener, &to);
		if (!hear)
			mute(c->fd);
		start_connect(c->fd, &to);
	}
}

static void step_fast_open(struct trial *t)
{
	int on = 1;
	union addr to;
	struct conn *c = client_socket(t, listen_random(t), &to);

	if (rng_below(&t->rng, 2))
		setsockopt(c->fd, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, &on, sizeof(on));
	if (t->d.mutes && !rng_below(&t->rng, 4))
		mute(c->fd);
	if (sendto(c->fd, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, &to.sa, addr_len(&to)) < 0 &&
	    errno == EOPNOTSUPP)
		start_connect(c->fd, &to);
}

static void step_refused(struct trial *t)
{
	union addr to;
	struct conn *c = client_socket(t, listen_random(t), &to);

	if (to.sa.sa_family == AF_INET)
		to.in.sin_port = htons(CLOSED_PORT);
	else
		to.in6.sin6_port = htons(CLOSED_PORT);
	start_connect(c->fd, &to);
}

/* of the kind's own family, at an address of its host */
static bool bind_at(struct host *h, int fd, int family, union addr *at)
{
	socklen_t len = sizeof(*at);

	*at = h->at[family == AF_INET6];
	return !bind(fd, &at->sa, addr_len(at)) && !getsockname(fd, &at->sa, &len);
}

/* Two that connect to each other, or one to itself; nobody listens. */
static void step_open_at_once(struct trial *t)
{
	int family = t->d.families == 1 || (t->d.families == 3 && rng_below(&t->rng, 2)) ?
			     AF_INET : AF_INET6;
	struct conn *a = pick_place(t), *b;
	union addr at_a, at_b;
	bool deaf = t->d.mutes && rng_below(&t->rng, 2);

	world_enter(t->client);
	*a = (struct conn){ .fd = new_socket(family, 0), .host = t->client, .listener = -1 };
	b = pick_place(t);
	world_enter(t->server);
	*b = (struct conn){ .fd = new_socket(family, 0), .host = t->server, .listener = -1 };
	if (!bind_at(t->client, a->fd, family, &at_a) || !bind_at(t->server, b->fd, family, &at_b))
		return;
	if (!t->d.veth && !rng_below(&t->rng, 4)) {
		start_connect(a->fd, &at_a);
		return;
	}
	/* or the first SYN would be refused */
	mute(a->fd);
	start_connect(a->fd, &at_b);
	if (deaf)
		mute(b->fd);
	unmute(a->fd);
	start_connect(b->fd, &at_a);
}

/* --- both ends ---------------------------------------------------------------- */

static void step_accept(struct trial *t)
{
	int i = listen_random(t), fd = t->listener[i][rng_below(&t->rng, COPIES_MAX)];
	struct conn *c;

	if (fd < 0 || (int)rng_below(&t->rng, 8) >= t->d.accepts)
		return;
	fd = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	c = pick_place(t);
	*c = (struct conn){ .fd = fd, .host = t->server, .listener = i };
}

static void step_accept_many(struct trial *t)
{
	unsigned int i;

	for (i = 0; i < FLOOD; i++)
		step_accept(t);
}

static void step_say(struct trial *t)
{
	struct conn *c = pick_any(t);
	char bytes[3000] = { 0 };

	if (c && send(c->fd, bytes, 1 + rng_below(&t->rng, sizeof(bytes)), MSG_NOSIGNAL) < 0)
		return;
}

static void step_hear(struct trial *t)
{
	struct conn *c = pick_any(t);
	char bytes[4096];

	while (c && read(c->fd, bytes, sizeof(bytes)) > 0)
		;
}

static void step_shut(struct trial *t)
{
	struct conn *c = pick_any(t);

	if (c)
		shutdown(c->fd, rng_below(&t->rng, 8) ? SHUT_WR : SHUT_RDWR);
}

static void step_close(struct trial *t)
{
	struct conn *c = pick_any(t);

	if (c)
		end_conn(c);
}

static void step_abort(struct trial *t)
{
	struct conn *c = pick_any(t);

	if (!c)
		return;
	abort_on_close(c->fd);
	end_conn(c);
}

/* how long FIN_WAIT2 lasts when nobody has the socket: not at all, or a second */
static void step_linger2(struct trial *t)
{
	int seconds = rng_below(&t->rng, 3) - 1;
	struct conn *c = pick_any(t);

	if (c)
		setsockopt(c->fd, IPPROTO_TCP, TCP_LINGER2, &seconds, sizeof(seconds));
}

static void step_mute(struct trial *t)
{
	struct conn *c = pick_any(t);

	if (c && t->d.mutes)
		mute(c->fd);
}

static void step_unmute(struct trial *t)
{
	struct conn *c = pick_any(t);

	if (c)
		unmute(c->fd);
}

/* connect(AF_UNSPEC), and perhaps the same socket again */
static void step_disconnect(struct trial *t)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct conn *c = pick_any(t);
	union addr to;

	if (!c || connect(c->fd, &none, sizeof(none)) || c->listener < 0)
		return;
	if (c->host == t->client && rng_below(&t->rng, 2)) {
		to = pick_target(t, c->listener, c->kind);
		start_connect(c->fd, &to);
		owner_connected(c);
	}
}

/* --- the dice -------------------------------------------------------------------- */

static const struct {
	void (*go)(struct trial *t);
	unsigned int weight;
} steps[] = {
	{ step_connect, 24 },
	{ step_connect_many, 2 },
	{ step_fast_open, 4 },
	{ step_refused, 2 },
	{ step_open_at_once, 3 },
	{ step_accept, 20 },
	{ step_accept_many, 2 },
	{ step_say, 10 },
	{ step_hear, 6 },
	{ step_shut, 14 },
	{ step_close, 12 },
	{ step_abort, 5 },
	{ step_linger2, 2 },
	{ step_mute, 4 },
	{ step_unmute, 8 },
	{ step_disconnect, 2 },
	{ step_time_wait, 6 },
	{ step_raw_syn, 2 },
	{ step_raw_ack, 2 },
	{ step_relisten, 1 },
	{ step_reopen_listener, 3 },
	{ step_tune, 2 },
	{ step_tune_listener, 2 },
	{ step_switch, 1 },
	{ step_destroy, 2 },
};

static void step(struct trial *t)
{
	unsigned int sum = 0, i;

	if (t->d.owners && !rng_below(&t->rng, 8)) {
		step_owner(t);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		sum += steps[i].weight;
	sum = rng_below(&t->rng, sum);
	for (i = 0; sum >= steps[i].weight; i++)
		sum -= steps[i].weight;
	steps[i].go(t);
}

/* A packet socket has room for some thousand packets only. */
static void read_captures(struct trial *t)
{
	unsigned int i;

	for (i = 0; i < t->nhosts; i++)
		capture_read(&t->hosts[i].capture, t->hosts[i].at);
}

void play_steps(struct trial *t, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		step(t);
		if ((int)rng_below(&t->rng, 8) < t->d.calm)
			nap_us(rng_below(&t->rng, 8000));
		if (i % 16 == 15)
			read_captures(t);
	}
}

/* Clients first, as a rule: a segment that meets a listener while it closes is attributed
 * to none.
 */
void play_end(struct trial *t)
{
	bool listeners_first = !rng_below(&t->rng, 4);
	int i;

	for (i = 0; listeners_first && i < LISTENERS; i++)
		listen_close(t, i);
	for (i = 0; i < CONNS; i++) {
		if (t->conn[i].fd >= 0 && rng_below(&t->rng, 2))
			unmute(t->conn[i].fd);
		end_conn(&t->conn[i]);
	}
	for (i = 0; i < LISTENERS; i++)
		listen_close(t, i);
	read_captures(t);
}
