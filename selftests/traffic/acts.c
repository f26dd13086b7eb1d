// SPDX-License-Identifier: GPL-2.0
/*
 * What a parameter of TCP decides about, once, IPv4:
 *
 *   acts syns N ADDRESS PORT
 *   acts dial ADDRESS PORT
 *   acts keepalive SECONDS
 *   acts migrate N
 *   acts fastopen
 *   acts toolarge ADDRESS PORT
 *   acts listen PORT BACKLOG [ADDRESS]
 *
 * syns: a SYN each from N peers of 198.51.100.0/24 that do not exist. Prints
 * "sent".
 *
 * dial: a connection to a server that waits for our end ("endings -l"), which
 * leaves TIME_WAIT here. Prints "connected", or the name of the error.
 *
 * keepalive: a connection with SO_KEEPALIVE on loopback, whose peer falls
 * silent. Prints "made", and the name of the error that ends it, or "alive" when
 * none has after SECONDS.
 *
 * migrate: N connections on loopback wait at two listeners that share a port;
 * one that has some of them closes. Prints how many the other one hands out.
 *
 * fastopen: a connection on loopback with data in its SYN. Prints "sent", or the
 * name of the error.
 *
 * toolarge: a connection with a thousand bytes in its SYN. Prints "sent", and waits for ten
 * minutes.
 *
 * listen: a listener, and again on the same socket with each number that its
 * standard input says. Prints "listens" each time.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>

#include "raw.h"
#include "sock.h"

#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif

#define BACKLOG 64

static void say(const char *word)
{
	puts(word);
	fflush(stdout);
}

static union addr named(const char *address, const char *port)
{
	union addr a = { .in.sin_family = AF_INET };

	if (inet_pton(AF_INET, address, &a.in.sin_addr) != 1)
		errx(2, "no address: %s", address);
	a.in.sin_port = htons(strtoul(port, NULL, 10));
	return a;
}

static int error_of(int fd)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len))
		err(1, "SO_ERROR");
	return error;
}

static void syns(unsigned int n, const char *address, const char *port)
{
	union addr to = named(address, port), from;
	int raw = raw_open(AF_INET);
	unsigned int i;

	if (raw < 0)
		err(1, "raw socket");
	for (i = 0; i < n; i++) {
		from = named("198.51.100.2", "1024");
		from.in.sin_addr.s_addr += htonl(i % 250);
		from.in.sin_port = htons(1024 + i);
		if (raw_send(raw, &from, &to, i * 1000, RAW_SYN))
			err(1, "send");
	}
	say("sent");
}

static int connected(int fd, const union addr *to)
{
	if (start_connect(fd, to))
		return errno;
	return wait_for(fd, POLLOUT, bound_ms()) ? error_of(fd) : ETIMEDOUT;
}

static void dial(const char *address, const char *port)
{
	union addr to = named(address, port);
	int fd = new_socket(AF_INET, 0), error;

	if (fd < 0)
		err(1, "socket");
	error = connected(fd, &to);
	if (error) {
		say(strerrorname_np(error));
		return;
	}
	/* "w": wait for our end */
	if (send(fd, "w", 1, MSG_NOSIGNAL) != 1)
		err(1, "send");
	shutdown(fd, SHUT_WR);
	wait_eof(fd, bound_ms());
	say("connected");
}

static void keepalive(unsigned int seconds)
{
	union addr to;
	int listener = listen_on(KIND_V4, 0, BACKLOG, &to), on = 1;
	struct pair p;

	if (listener < 0 || open_pair(KIND_V4, listener, &to, &p) ||
	    setsockopt(p.c, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)))
		err(1, "connect");
	mute(p.s);
	say("made");
	say(wait_for(p.c, POLLIN, seconds * 1000) ? strerrorname_np(error_of(p.c)) : "alive");
}

/* Another listener at *to, or the first one, on a port of the kernel's choice. */
static int share(union addr *to)
{
	socklen_t len = sizeof(*to);
	int fd = new_socket(AF_INET, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) ||
	    bind(fd, &to->sa, addr_len(to)) || getsockname(fd, &to->sa, &len) ||
	    listen(fd, BACKLOG))
		err(1, "listen");
	return fd;
}

static void connect_many(unsigned int n, const union addr *to)
{
	unsigned int i;
	int fd;

	for (i = 0; i < n; i++) {
		fd = new_socket(AF_INET, 0);
		if (fd < 0 || connected(fd, to))
			err(1, "connect");
	}
}

static void migrate(unsigned int n)
{
	union addr to = named("127.0.0.1", "0");
	int a = share(&to), b = share(&to), other = b;
	unsigned int got = 0;

	connect_many(n, &to);
	if (wait_for(a, POLLIN, 0)) {
		close(a);
	} else {
		close(b);
		other = a;
	}
	while (accept(other, NULL, NULL) >= 0)
		got++;
	printf("%u\n", got);
}

static void fastopen(void)
{
	int qlen = BACKLOG, on = 1, fd = new_socket(AF_INET, 0), listener;
	union addr to;

	listener = listen_on(KIND_V4, 0, BACKLOG, &to);
	if (fd < 0 || listener < 0)
		err(1, "listen");
	setsockopt(listener, IPPROTO_TCP, TCP_FASTOPEN, &qlen, sizeof(qlen));
	setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, &on, sizeof(on));
	if (sendto(fd, "x", 1, MSG_FASTOPEN, &to.sa, addr_len(&to)) < 0 && errno != EINPROGRESS) {
		say(strerrorname_np(errno));
		return;
	}
	if (accept_from(listener) < 0 || !await_state(fd, TCP_ESTABLISHED))
		err(1, "accept");
	say("sent");
}

/* MSG_FASTOPEN says EINPROGRESS where the data have been sent and nobody has answered. */
static void too_large(const char *address, const char *port)
{
	union addr to = named(address, port);
	int on = 1, fd = new_socket(AF_INET, 0);
	char bytes[1000] = { 0 };

	setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, &on, sizeof(on));
	if (fd < 0 || (sendto(fd, bytes, sizeof(bytes), MSG_FASTOPEN, &to.sa, addr_len(&to)) < 0 &&
		       errno != EINPROGRESS))
		err(1, "send");
	say("sent");
	sleep(600);
}

static void listen_again(const char *address, const char *port, const char *backlog)
{
	union addr at = named(address, port);
	int fd = new_socket(AF_INET, 0), on = 1;
	char line[32];

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, &at.sa, addr_len(&at)))
		err(1, "bind");
	do {
		if (listen(fd, strtoul(backlog, NULL, 10)))
			err(1, "listen");
		say("listens");
		backlog = fgets(line, sizeof(line), stdin);
	} while (backlog);
}

static void explain(void)
{
	errx(2, "usage: acts syns N ADDRESS PORT | dial ADDRESS PORT |\n"
	     "            keepalive SECONDS | migrate N | fastopen | listen PORT BACKLOG [ADDRESS]");
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 5 && !strcmp(what, "syns"))
		syns(strtoul(argv[2], NULL, 10), argv[3], argv[4]);
	else if (argc == 4 && !strcmp(what, "dial"))
		dial(argv[2], argv[3]);
	else if (argc == 3 && !strcmp(what, "keepalive"))
		keepalive(strtoul(argv[2], NULL, 10));
	else if (argc == 3 && !strcmp(what, "migrate"))
		migrate(strtoul(argv[2], NULL, 10));
	else if (argc == 2 && !strcmp(what, "fastopen"))
		fastopen();
	else if (argc == 4 && !strcmp(what, "toolarge"))
		too_large(argv[2], argv[3]);
	else if ((argc == 4 || argc == 5) && !strcmp(what, "listen"))
		listen_again(argc == 5 ? argv[4] : "0.0.0.0", argv[2], argv[3]);
	else
		explain();
	return 0;
}
