// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/socket.h>

#include "live.h"

#define SLOTS 8
#define STRANGERS 8	/* accepted from elsewhere, by a packet that was lucky */
#define BACKLOG 16

/*
 * Of an even number: IPv4. The client is in the peer for 0 to 3, in the host for 4
 * and 5; 6 and 7 are connections of the host with itself.
 */
struct slot {
	int client, server;
	struct flow flow;	/* from the client */
};

static struct slot slots[SLOTS];
static int strangers[STRANGERS];
static int listeners[4];	/* host and peer, IPv4 and IPv6 */
static int n_listeners;
static const char *namespaces[2];

void enter_namespace(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(1, "%s", path);
	close(fd);
}

static bool client_in_peer(int i)
{
	return i < 4;
}

static void fill_addr(union addr *a, int family, const __u8 *address, __u16 port)
{
	memset(a, 0, sizeof(*a));
	a->sa.sa_family = family;
	if (family == AF_INET) {
		memcpy(&a->in.sin_addr, address, 4);
		a->in.sin_port = htons(port);
	} else {
		memcpy(&a->in6.sin6_addr, address, 16);
		a->in6.sin6_port = htons(port);
	}
}

/* One that is taken already, or shall be soon again, is not in the way. */
static int bound_socket(int family, const __u8 *address, __u16 port)
{
	int fd = new_socket(family, 0), on = 1;
	union addr a;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	fill_addr(&a, family, address, port);
	if (fd >= 0 && bind(fd, &a.sa, addr_len(&a)))
		close_fd(&fd);
	return fd;
}

static int open_listener(int family)
{
	static const __u8 any[16];
	int fd = bound_socket(family, any, PORT_LISTEN);

	if (fd < 0 || listen(fd, BACKLOG))
		err(1, "port %d", PORT_LISTEN);
	return fd;
}

static void begin_slot(int i)
{
	static const char * const addresses[2][2] = {
		{ "192.0.2.1", "192.0.2.2" }, { "2001:db8::1", "2001:db8::2" },
	};
	const char * const *address = addresses[i & 1];
	struct flow *f = &slots[i].flow;

	f->family = i & 1 ? AF_INET6 : AF_INET;
	f->alen = i & 1 ? 16 : 4;
	inet_pton(f->family, address[client_in_peer(i)], f->from);
	inet_pton(f->family, address[i == 4 || i == 5], f->to);
	f->sport = PORT_LIVE + i;
	f->dport = PORT_LISTEN;
	slots[i].client = -1;
	slots[i].server = -1;
}

void live_begin(const char *host, const char *peer)
{
	int i;

	namespaces[0] = host;
	namespaces[1] = peer;
	for (i = 0; i < SLOTS; i++)
		begin_slot(i);
	for (i = 0; i < STRANGERS; i++)
		strangers[i] = -1;
	n_listeners = strcmp(host, peer) ? 4 : 2;
	for (i = 0; i < n_listeners; i++) {
		enter_namespace(namespaces[i / 2]);
		listeners[i] = open_listener(i & 1 ? AF_INET6 : AF_INET);
	}
}

/* --- what happens to them -------------------------------------------------- */

static void keep_stranger(int fd)
{
	static unsigned int next;

	close_fd(&strangers[next % STRANGERS]);
	strangers[next++ % STRANGERS] = fd;
}

static int *server_of(const union addr *from, int family)
{
	int port = ntohs(family == AF_INET ? from->in.sin_port : from->in6.sin6_port);
	int i = port - PORT_LIVE;

	if (i < 0 || i >= SLOTS || slots[i].flow.family != family || slots[i].server >= 0)
		return NULL;
	return &slots[i].server;
}

static void accept_all(int listener, int family)
{
	union addr from;
	socklen_t len = sizeof(from);
	int fd, *server;

	while ((fd = accept4(listener, &from.sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		server = server_of(&from, family);
		if (server)
			*server = fd;
		else
			keep_stranger(fd);
		len = sizeof(from);
	}
}

static void open_client(int i)
{
	struct slot *s = &slots[i];
	union addr to;

	enter_namespace(namespaces[client_in_peer(i)]);
	s->client = bound_socket(s->flow.family, s->flow.from, s->flow.sport);
	fill_addr(&to, s->flow.family, s->flow.to, s->flow.dport);
	if (s->client >= 0 && start_connect(s->client, &to))
		close_fd(&s->client);
}

static void disconnect(int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	if (connect(fd, &none, sizeof(none)))
		warnx("a socket cannot be disconnected");
}

static void talk(int fd)
{
	static char data[3000];

	if (recv(fd, data, sizeof(data), MSG_DONTWAIT) <= 0)
		send(fd, data, sizeof(data) / 2, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void happen(int *fd, unsigned int what)
{
	switch (what) {
	case 0:
		close_fd(fd);
		break;
	case 1:
		abort_on_close(*fd);
		close_fd(fd);
		break;
	case 2:
		shutdown(*fd, SHUT_WR);
		break;
	case 3:
		disconnect(*fd);
		close_fd(fd);
		break;
	default:
		talk(*fd);
	}
}

void live_step(struct rng *r)
{
	int i = rng_below(r, SLOTS);
	int *fd = percent(r, 50) ? &slots[i].client : &slots[i].server;
	unsigned int what = rng_below(r, 10);
	int l;

	for (l = 0; l < n_listeners; l++)
		accept_all(listeners[l], l & 1 ? AF_INET6 : AF_INET);
	if (*fd >= 0)
		happen(fd, what);
	else if (slots[i].client < 0)
		open_client(i);
}

/* --- what packets say of them -------------------------------------------------- */

/* Mostly what is expected next, or a little beside it. */
static __u32 beside(struct rng *r, __u32 seq)
{
	__u32 off = rng_below(r, 4000) - 2000;

	switch (rng_below(r, 10)) {
	case 0:
		return seq + off;
	case 1:
		return seq - 1;
	case 2:
		return seq + 1;
	default:
		return seq;
	}
}

void live_flow(struct rng *r, struct flow *f)
{
	struct slot *s = &slots[rng_below(r, SLOTS)];

	if (s->client >= 0)
		next_seq(s->client, &s->flow.seq);
	if (s->server >= 0)
		next_seq(s->server, &s->flow.ack);
	*f = s->flow;
	if (percent(r, 50))
		flow_reverse(f);
	f->seq = beside(r, f->seq);
	f->ack = beside(r, f->ack);
}
