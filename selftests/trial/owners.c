// SPDX-License-Identifier: GPL-2.0
/*
 * Steps that only the owner of a socket takes, or who has CAP_NET_ADMIN: what it is
 * changes, and no segment says so.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <netinet/tcp.h>
#include <linux/bpf.h>

#include "trial.h"

#define PORT_REPAIRED 30000
#define SOCKMAP_ENTRIES 16

#ifndef TCP_ULP
#define TCP_ULP 31
#endif

static bool set(int fd, int level, int option, int value)
{
	return !setsockopt(fd, level, option, &value, sizeof(value));
}

/* Of IPv6 that speaks IPv4, and established: one of IPv4 from now on. */
static void become_v4(struct trial *t)
{
	struct conn *c = pick_any(t);

	if (c && set(c->fd, IPPROTO_IPV6, IPV6_ADDRFORM, AF_INET))
		c->kind = KIND_V4;
}

/* to the loopback device, by which segments may come or not; or to none */
static void bind_to_device(struct trial *t)
{
	struct conn *c = pick_any(t);
	const char *name = rng_below(&t->rng, 3) ? "lo" : "";

	if (!c)
		return;
	world_enter(c->host);
	c->host->bound = true;
	setsockopt(c->fd, SOL_SOCKET, SO_BINDTODEVICE, name, strlen(name) + 1);
}

/*
 * Nobody is repaired before the module is there: whom it has seen established nobody could
 * tell.
 */
static bool begin_repair(struct trial *t, const struct conn *c)
{
	return c && t->loaded && set(c->fd, IPPROTO_TCP, TCP_REPAIR, 1);
}

/* Whoever is closed in the middle of it is gone without a word. */
static void repair_on_and_off(struct trial *t)
{
	struct conn *c = pick_any(t);

	if (!begin_repair(t, c))
		return;
	if (rng_below(&t->rng, 3))
		set(c->fd, IPPROTO_TCP, TCP_REPAIR, 0);
}

void owner_connected(const struct conn *c)
{
	socklen_t len = sizeof(int);
	int on = 0, family = 0;

	if (!getsockopt(c->fd, IPPROTO_TCP, TCP_REPAIR, &on, &len) && on &&
	    !getsockopt(c->fd, SOL_SOCKET, SO_DOMAIN, &family, &len) &&
	    tcp_state(c->fd) == TCP_ESTABLISHED)
		c->host->repaired[family == AF_INET6]++;
}

/* A connection to nobody, that nobody has opened. */
static void repair_connect(struct trial *t)
{
	struct conn *c = pick_place(t);
	union addr at = t->client->at[0], to = t->server->at[0];

	world_enter(t->client);
	*c = (struct conn){ .fd = new_socket(AF_INET, 0), .host = t->client, .listener = -1 };
	at.in.sin_port = htons(PORT_REPAIRED + rng_below(&t->rng, 256));
	to.in.sin_port = htons(PORT_REPAIRED + 256);
	if (t->d.families == 2 || !begin_repair(t, c) ||
	    bind(c->fd, &at.sa, sizeof(at.in)) || connect(c->fd, &to.sa, sizeof(to.in)))
		return;
	owner_connected(c);
	if (rng_below(&t->rng, 3))
		set(c->fd, IPPROTO_TCP, TCP_REPAIR, 0);
}

/* A listener is disconnected, and connects to another one while its clients come. */
static void listener_connects(struct trial *t)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	int i = listen_random(t), to = listen_random(t), kind = pick_kind(t, to);
	int *fd = &t->listener[i][rng_below(&t->rng, COPIES_MAX)];
	union addr at = pick_target(t, to, kind);
	struct conn *c;

	if (*fd < 0 || t->d.listener[i].mptcp || connect(*fd, &none, sizeof(none)))
		return;
	t->reopened[i] = true;
	c = pick_place(t);
	*c = (struct conn){ .fd = *fd, .host = t->server, .kind = kind, .listener = -1 };
	*fd = -1;
	world_enter(t->server);
	start_connect(c->fd, &at);
}

/* A client listens instead, at a port of its own. */
static void client_listens(struct trial *t)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct conn *c = pick_any(t);

	if (!c || connect(c->fd, &none, sizeof(none)))
		return;
	world_enter(c->host);
	listen(c->fd, rng_below(&t->rng, 4));
}

/* Nobody is told of a client before it has said something. */
static void defer_accept(struct trial *t)
{
	int fd = t->listener[listen_random(t)][rng_below(&t->rng, COPIES_MAX)];

	if (fd >= 0)
		set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, rng_below(&t->rng, 3));
}

/* What is encrypted, or may be, has other operations, and another end. */
static void become_tls(struct trial *t)
{
	struct conn *c = pick_any(t);

	if (c)
		setsockopt(c->fd, IPPROTO_TCP, TCP_ULP, "tls", sizeof("tls"));
}

/* one map for all, of programs there are none; -1 when the kernel has no such thing */
static int sockmap(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_SOCKMAP, .key_size = 4, .value_size = 4,
		.max_entries = SOCKMAP_ENTRIES,
	};
	static int fd = -2;

	if (fd == -2)
		fd = syscall(__NR_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
	return fd;
}

/* a socket of any state, in the place of another one */
static void enter_sockmap(struct trial *t)
{
	struct conn *c = pick_any(t);
	int fd = c ? c->fd : -1, map = sockmap();
	__u32 key = rng_below(&t->rng, SOCKMAP_ENTRIES);
	union bpf_attr attr = {
		.map_fd = map, .key = (unsigned long)&key, .value = (unsigned long)&fd,
	};

	if (!rng_below(&t->rng, 3))
		fd = t->listener[listen_random(t)][0];
	if (map >= 0 && fd >= 0)
		syscall(__NR_bpf, BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
}

/* What one end is told it has in its queues, and how much the other one takes. */
static void repair_queues(struct trial *t)
{
	struct tcp_repair_window window = { .max_window = 1, .rcv_wnd = rng_below(&t->rng, 3) };
	struct conn *c = pick_any(t);
	char bytes[200] = { 0 };

	if (!begin_repair(t, c))
		return;
	/* only one that is closed can be numbered anew */
	set(c->fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);
	set(c->fd, IPPROTO_TCP, TCP_QUEUE_SEQ, rng_below(&t->rng, 0x7fffffff));
	if (send(c->fd, bytes, sizeof(bytes), MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
		set(c->fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_RECV_QUEUE);
	setsockopt(c->fd, IPPROTO_TCP, TCP_REPAIR_WINDOW, &window, sizeof(window));
	set(c->fd, IPPROTO_TCP, TCP_REPAIR, 0);
}

void step_owner(struct trial *t)
{
	static void (* const steps[])(struct trial *t) = {
		become_v4, become_v4, bind_to_device, repair_on_and_off, repair_connect,
		listener_connects, listener_connects, client_listens, defer_accept,
		become_tls, enter_sockmap, repair_queues,
	};

	steps[rng_below(&t->rng, ARRAY_SIZE(steps))](t);
}
