// SPDX-License-Identifier: GPL-2.0
/*
 * Steps that need segments of no socket: SYNs nobody answers for, ACKs that
 * belong to nothing, and what meets a connection in TIME_WAIT.
 */
#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/tcp.h>

#include "trial.h"

#define SYNS 8

static int raw_of(struct host *h, bool six)
{
	if (h->raw[six] < 0) {
		world_enter(h);
		h->raw[six] = raw_open(six ? AF_INET6 : AF_INET);
	}
	return h->raw[six];
}

static void set_port(union addr *a, __u16 port)
{
	if (a->sa.sa_family == AF_INET)
		a->in.sin_port = htons(port);
	else
		a->in6.sin6_port = htons(port);
}

/* an address of the client, or one behind it that never answers */
static void invent(struct trial *t, bool six, union addr *from)
{
	__u32 n = rng_below(&t->rng, 0xffff);

	*from = t->client->at[six];
	if (rng_below(&t->rng, 4) && !six)
		from->in.sin_addr.s_addr = htonl((t->d.veth ? 0xc6120000 : 0x7f090000) | n);
	else if (rng_below(&t->rng, 4) && t->d.veth && six)
		from->in6.sin6_addr.s6_addr[7] = 1 + n % 255;
	set_port(from, 1024 + rng_below(&t->rng, 60000));
}

static void send_from_client(struct trial *t, __u8 flags)
{
	int listener = listen_random(t), kind = pick_kind(t, listener);
	union addr to = pick_target(t, listener, kind), from;
	bool six;

	raw_unmap(&to);
	six = to.sa.sa_family == AF_INET6;
	invent(t, six, &from);
	if (!raw_send(raw_of(t->client, six), &from, &to, rng_below(&t->rng, 0x7fffffff), flags) &&
	    flags == RAW_SYN)
		t->client->raw_out[six][SEEN_SYN]++;
}

void step_raw_syn(struct trial *t)
{
	unsigned int i;

	for (i = 0; t->d.raws && i < SYNS; i++)
		send_from_client(t, RAW_SYN);
}

void step_raw_ack(struct trial *t)
{
	if (t->d.raws)
		send_from_client(t, RAW_ACK);
}

/* --- TIME_WAIT, and its end ------------------------------------------------------- */

struct ends {
	union addr here;
	union addr there;
};

static bool name_ends(int fd, struct ends *e)
{
	socklen_t len = sizeof(e->here);

	memset(e, 0, sizeof(*e));
	if (getsockname(fd, &e->here.sa, &len))
		return false;
	len = sizeof(e->there);
	if (getpeername(fd, &e->there.sa, &len))
		return false;
	raw_unmap(&e->here);
	raw_unmap(&e->there);
	return true;
}

static bool is_same(const union addr *a, const union addr *b)
{
	if (a->sa.sa_family != b->sa.sa_family)
		return false;
	if (a->sa.sa_family == AF_INET)
		return a->in.sin_port == b->in.sin_port &&
		       a->in.sin_addr.s_addr == b->in.sin_addr.s_addr;
	return a->in6.sin6_port == b->in6.sin6_port &&
	       !memcmp(&a->in6.sin6_addr, &b->in6.sin6_addr, 16);
}

static struct conn *peer_of(struct trial *t, const struct ends *e)
{
	struct ends other;
	unsigned int i;

	for (i = 0; i < CONNS; i++)
		if (t->conn[i].fd >= 0 && name_ends(t->conn[i].fd, &other) &&
		    is_same(&other.here, &e->there) && is_same(&other.there, &e->here))
			return &t->conn[i];
	return NULL;
}

/* A RST from who closed last meets who closed first. */
static void reset(struct trial *t, struct host *from, const struct ends *first, __u32 seq)
{
	bool six = first->here.sa.sa_family == AF_INET6;

	if (!t->d.raws || !t->loaded)
		return;
	if (!raw_send(raw_of(from, six), &first->there, &first->here, seq + 1, RAW_RST))
		from->raw_out[six][SEEN_RST]++;
}

static bool is_listening_end(const union addr *a)
{
	unsigned int port = ntohs(a->sa.sa_family == AF_INET ? a->in.sin_port : a->in6.sin6_port);

	return port - PORT_BASE < LISTENERS;
}

/* The same ports again, whichever end is in TIME_WAIT. */
static void connect_again(struct trial *t, int listener, const union addr *from)
{
	int kind = from->sa.sa_family == AF_INET ? KIND_V4 : KIND_V6, on = 1;
	union addr to = pick_target(t, listener, kind);
	struct conn *c = pick_place(t);

	world_enter(t->client);
	*c = (struct conn){ .fd = new_socket(client_family(kind), 0), .host = t->client,
			    .kind = kind, .listener = listener };
	setsockopt(c->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (!bind(c->fd, &from->sa, addr_len(from)))
		start_connect(c->fd, &to);
}

/* One end closes, then the other, and something comes after. */
void step_time_wait(struct trial *t)
{
	struct conn *first = pick_any(t), *last;
	struct host *from;
	struct ends ends;
	int listener;
	__u32 seq = 0;

	if (!first || !name_ends(first->fd, &ends))
		return;
	last = peer_of(t, &ends);
	if (!last || last == first || !next_seq(last->fd, &seq))
		return;
	from = last->host;
	listener = first->listener;
	shutdown(first->fd, SHUT_WR);
	shutdown(last->fd, SHUT_WR);
	close_fd(&first->fd);
	close_fd(&last->fd);
	switch (rng_below(&t->rng, 4)) {
	case 0:
		reset(t, from, &ends, seq);
		break;
	case 1:
		if (listener >= 0)
			connect_again(t, listener, is_listening_end(&ends.here) ? &ends.there :
				      &ends.here);
		break;
	}
}
