// SPDX-License-Identifier: GPL-2.0
/*
 * Makes one end of a connection on loopback send a RST, in a given way:
 *
 *   resets CAUSE		once each for IPv4, IPv6 and v4-mapped
 *   resets -l			the causes, "CAUSE STATE", STATE the one to blame
 *
 * Prints "made", then holds all that is left until its standard input ends:
 * nothing but these three RSTs has been sent until then.
 */
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/tcp.h>

#include "raw.h"
#include "sock.h"

enum { ACK = 0x10, SYN_ACK = RAW_SYN | ACK };

static int listener;
static union addr to;

static struct pair opened(enum kind k)
{
	struct pair p;

	if (open_pair(k, listener, &to, &p) || !await_state(p.s, TCP_ESTABLISHED))
		err(1, "connect");
	return p;
}

static void must_be(int fd, int state)
{
	if (!await_state(fd, state))
		errx(1, "in state %d, not %d", tcp_state(fd), state);
}

static void say(int fd)
{
	if (send(fd, "x", 1, MSG_NOSIGNAL) != 1)
		err(1, "send");
}

static void give_data(int from, int at)
{
	say(from);
	if (!wait_for(at, POLLIN, bound_ms()))
		errx(1, "no data came");
}

static void abort_now(int fd)
{
	abort_on_close(fd);
	close(fd);
}

/* Not a segment more of it: a mute one would go on and on. */
static void vanish(int fd)
{
	int on = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)))
		err(1, "TCP_REPAIR");
	close(fd);
}

static void name_of(int fd, bool remote, union addr *a)
{
	socklen_t len = sizeof(*a);

	if (remote ? getpeername(fd, &a->sa, &len) : getsockname(fd, &a->sa, &len))
		err(1, "name of a socket");
	raw_unmap(a);
}

static void inject(const union addr *from, const union addr *at, __u32 seq, __u8 flags)
{
	int raw = raw_open(at->sa.sa_family);

	if (raw < 0 || raw_send(raw, from, at, seq, flags))
		err(1, "raw socket");
	close(raw);
}

/* --- no connection ---------------------------------------------------------- */

static void closed_port(enum kind k)
{
	union addr at;
	int fd;

	if (bind_any(k, false, &fd, &at))
		err(1, "bind");
	if (connect_to(k, 0, &at) >= 0)
		errx(1, "connected to a closed port");
}

static void ack_to_listener(enum kind k)
{
	union addr from, at = to;
	int fd;

	if (bind_any(k, true, &fd, &from))
		err(1, "bind");
	raw_unmap(&from);
	raw_unmap(&at);
	inject(&from, &at, 1, ACK);
}

/* --- before it is one -------------------------------------------------------- */

/* The SYN-ACK acknowledges nothing that was sent. */
static void bad_syn_ack(enum kind k)
{
	union addr here, there;
	int fd = new_socket(client_family(k), 0);

	mute(listener);
	if (fd < 0 || start_connect(fd, &to))
		err(1, "connect");
	must_be(fd, TCP_SYN_SENT);
	name_of(fd, false, &here);
	there = to;
	raw_unmap(&there);
	inject(&there, &here, 1, SYN_ACK);
}

/* The request sock meets another SYN, inside its window. */
static void syn_in_window(enum kind k)
{
	int fd = new_socket(client_family(k), 0);
	union addr here, there = to;
	__u32 seq;

	if (fd < 0)
		err(1, "socket");
	mute(fd);
	if (start_connect(fd, &to) || !next_seq(fd, &seq))
		err(1, "connect");
	must_be(fd, TCP_SYN_SENT);
	name_of(fd, false, &here);
	raw_unmap(&there);
	inject(&here, &there, seq + 10, RAW_SYN);
}

/* One of several sockets at that address. */
static int bind_also(enum kind k, const union addr *at)
{
	int on = 1, fd = new_socket(client_family(k), 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) ||
	    bind(fd, &at->sa, addr_len(at)))
		err(1, "bind");
	return fd;
}

/*
 * A full socket in SYN_RECV, by half a simultaneous open: a's SYN, whenever it is
 * sent again, meets a deaf listener, until b at the same address connects to a.
 */
static void abort_syn_recv(enum kind k)
{
	union addr at_a, at_b;
	int a, b, deaf;

	if (bind_any(k, true, &a, &at_a) || bind_any(k, true, &b, &at_b))
		err(1, "bind");
	close(b);
	deaf = bind_also(k, &at_b);
	b = bind_also(k, &at_b);
	mute(deaf);
	mute(b);
	if (listen(deaf, 1) || start_connect(a, &at_b))
		err(1, "connect");
	must_be(a, TCP_SYN_SENT);
	if (start_connect(b, &at_a))
		err(1, "connect back");
	must_be(a, TCP_SYN_RECV);
	abort_now(a);
	vanish(b);
}

/* --- while it is one ------------------------------------------------------------ */

static void abort_estab(enum kind k)
{
	abort_now(opened(k).c);
}

static void unread_estab(enum kind k)
{
	struct pair p = opened(k);

	give_data(p.s, p.c);
	close(p.c);
}

static void keepalive(enum kind k)
{
	struct pair p = opened(k);
	int one = 1;

	mute(p.s);
	if (setsockopt(p.c, IPPROTO_TCP, TCP_KEEPIDLE, &one, sizeof(one)) ||
	    setsockopt(p.c, IPPROTO_TCP, TCP_KEEPINTVL, &one, sizeof(one)) ||
	    setsockopt(p.c, IPPROTO_TCP, TCP_KEEPCNT, &one, sizeof(one)) ||
	    setsockopt(p.c, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one)))
		err(1, "keepalive");
	must_be(p.c, TCP_CLOSE);
}

/* Nobody has accepted it. */
static void listener_closes(enum kind k)
{
	int c = connect_to(k, 0, &to);

	if (c < 0 || !wait_for(listener, POLLIN, bound_ms()))
		err(1, "connect");
	close(listener);
	listener = -1;
}

/* --- while it ends ----------------------------------------------------------------- */

static struct pair half_closed(enum kind k)
{
	struct pair p = opened(k);

	shutdown(p.s, SHUT_WR);
	must_be(p.c, TCP_CLOSE_WAIT);
	must_be(p.s, TCP_FIN_WAIT2);
	return p;
}

static void abort_close_wait(enum kind k)
{
	abort_now(half_closed(k).c);
}

static void unread_close_wait(enum kind k)
{
	struct pair p = opened(k);

	give_data(p.s, p.c);
	shutdown(p.s, SHUT_WR);
	must_be(p.c, TCP_CLOSE_WAIT);
	close(p.c);
}

static void unread_last_ack(enum kind k)
{
	struct pair p = opened(k);

	give_data(p.s, p.c);
	shutdown(p.s, SHUT_WR);
	must_be(p.c, TCP_CLOSE_WAIT);
	mute(p.s);
	shutdown(p.c, SHUT_WR);
	must_be(p.c, TCP_LAST_ACK);
	close(p.c);
	vanish(p.s);
}

static void abort_fin_wait_1(enum kind k)
{
	struct pair p = opened(k);

	mute(p.s);
	shutdown(p.c, SHUT_WR);
	must_be(p.c, TCP_FIN_WAIT1);
	abort_now(p.c);
	vanish(p.s);
}

/* An orphan gets data that nobody can take any more. */
static void data_fin_wait_1(enum kind k)
{
	struct pair p = opened(k);

	mute(p.s);
	close(p.c);
	say(p.s);
	vanish(p.s);
}

static void unread_closing(enum kind k)
{
	struct pair p = opened(k);

	give_data(p.s, p.c);
	mute(p.s);
	shutdown(p.c, SHUT_WR);
	shutdown(p.s, SHUT_WR);
	must_be(p.c, TCP_CLOSING);
	close(p.c);
	vanish(p.s);
}

static void abort_fin_wait_2(enum kind k)
{
	abort_now(half_closed(k).s);
}

/* Asked not to wait for the other's FIN at all. */
static void linger2_fin_wait_2(enum kind k)
{
	struct pair p = half_closed(k);
	int never = -1;

	if (setsockopt(p.s, IPPROTO_TCP, TCP_LINGER2, &never, sizeof(never)))
		err(1, "TCP_LINGER2");
	close(p.s);
}

/* The same for a minisock. */
static void data_fin_wait_2(enum kind k)
{
	struct pair p = half_closed(k);

	close(p.s);
	say(p.c);
}

static const struct cause {
	const char *name;
	const char *state;
	void (*make)(enum kind k);
} causes[] = {
	{ "closed-port", "CLOSED", closed_port },
	{ "ack-to-listener", "LISTEN", ack_to_listener },
	{ "bad-syn-ack", "SYN-SENT", bad_syn_ack },
	{ "syn-in-window", "SYN-RECV", syn_in_window },
	{ "abort-syn-recv", "SYN-RECV", abort_syn_recv },
	{ "abort-estab", "ESTAB", abort_estab },
	{ "unread-estab", "ESTAB", unread_estab },
	{ "keepalive", "ESTAB", keepalive },
	{ "listener-closes", "ESTAB", listener_closes },
	{ "abort-close-wait", "CLOSE-WAIT", abort_close_wait },
	{ "unread-close-wait", "CLOSE-WAIT", unread_close_wait },
	{ "unread-last-ack", "LAST-ACK", unread_last_ack },
	{ "abort-fin-wait-1", "FIN-WAIT-1", abort_fin_wait_1 },
	{ "data-fin-wait-1", "FIN-WAIT-1", data_fin_wait_1 },
	{ "unread-closing", "CLOSING", unread_closing },
	{ "abort-fin-wait-2", "FIN-WAIT-2", abort_fin_wait_2 },
	{ "linger2-fin-wait-2", "FIN-WAIT-2", linger2_fin_wait_2 },
	{ "data-fin-wait-2", "FIN-WAIT-2", data_fin_wait_2 },
};

#define CAUSES ARRAY_SIZE(causes)

static void list(void)
{
	size_t i;

	for (i = 0; i < CAUSES; i++)
		printf("%s %s\n", causes[i].name, causes[i].state);
}

/* Listeners stay open: closing one may reset what it has not given away. */
static void make(const char *name)
{
	enum kind k;
	size_t i;

	for (i = 0; i < CAUSES && strcmp(name, causes[i].name); i++)
		;
	if (i == CAUSES)
		errx(2, "no such cause: %s", name);
	for (k = KIND_V4; k <= KIND_MAPPED; k++) {
		listener = listen_on(k, 0, 8, &to);
		if (listener < 0)
			err(1, "listen");
		causes[i].make(k);
	}
	puts("made");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: resets CAUSE | -l");
	if (!strcmp(argv[1], "-l")) {
		list();
		return 0;
	}
	make(argv[1]);
	while (getchar() != EOF)
		;
	return 0;
}
