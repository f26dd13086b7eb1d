// SPDX-License-Identifier: GPL-2.0
/*
 * Connections that stay as they are, between two network namespaces:
 *
 *   still serve [OPTION]... ADDRESS PORT
 *   still connect [OPTION]... ADDRESS PORT
 *
 * serve: a listener; prints "ready" when it listens, and runs until it is killed.
 *
 *   -a N	accepts so many connections, then none any more
 *   -b N	backlog (128)
 *   -c N	so many listeners, which share the port (SO_REUSEPORT)
 *   -d S	TCP_DEFER_ACCEPT
 *   -k S	what it accepts has SO_KEEPALIVE, of S seconds, then 1 s between probes
 *   -o		IPv6 only
 *   -r		reads what comes
 *   -s N	sends so many bytes to each, as far as they go
 *   -x		closes what has ended; it reads then
 *
 * connect: connections, one after the other; prints "ready" when all have been tried,
 * and keeps them until it is killed.
 *
 *   -n N	so many (1)
 *   -a		does not wait for them to be there
 *   -c		closes each
 *   -f		shuts each down for sending
 *   -s N	sends so many bytes
 *   -w N	has a receive buffer of so many
 */
#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/tcp.h>

#include "sock.h"

#define FDS_MAX 8192

/* One for each letter; what is not given is -1. */
static int option[128];

static struct pollfd polled[FDS_MAX];
static unsigned int n_polled, n_listeners;

static bool given(char letter)
{
	return option[(unsigned char)letter] >= 0;
}

static int value(char letter, int otherwise)
{
	return given(letter) ? option[(unsigned char)letter] : otherwise;
}

static void say_ready(void)
{
	puts("ready");
	fflush(stdout);
}

static void set(int fd, int level, int name, int to)
{
	if (setsockopt(fd, level, name, &to, sizeof(to)))
		err(1, "setsockopt %d", name);
}

static void watch(int fd)
{
	if (n_polled == FDS_MAX)
		errx(1, "too many connections");
	polled[n_polled++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

/* --- server -------------------------------------------------------------- */

static void listen_at(const struct addrinfo *at)
{
	int fd = new_socket(at->ai_family, 0);

	if (fd < 0)
		err(1, "socket");
	set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (given('c'))
		set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (at->ai_family == AF_INET6)
		set(fd, IPPROTO_IPV6, IPV6_V6ONLY, given('o'));
	if (given('d'))
		set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, value('d', 0));
	if (to_device(fd) || bind(fd, at->ai_addr, at->ai_addrlen) ||
	    listen(fd, value('b', 128)))
		err(1, "listen");
	watch(fd);
	n_listeners++;
}

static void send_some(int fd, int n)
{
	static char bytes[65536];
	int sent = 1;

	for (; n > 0 && sent > 0; n -= sent)
		sent = send(fd, bytes, n < (int)sizeof(bytes) ? n : (int)sizeof(bytes),
			    MSG_NOSIGNAL);
}

static void take(struct pollfd *listener)
{
	static int accepted;
	int fd = accept_from(listener->fd);

	if (fd < 0)
		return;
	if (given('k')) {
		set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
		set(fd, IPPROTO_TCP, TCP_KEEPIDLE, value('k', 0));
		set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	}
	send_some(fd, value('s', 0));
	watch(fd);
	if (++accepted == value('a', -1))
		listener->events = 0;
}

static void hear(struct pollfd *connection)
{
	char bytes[4096];
	ssize_t n = -1;

	if (given('r') || given('x'))
		n = recv(connection->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (!n && given('x'))
		close(connection->fd);
	/* it would be heard again at once */
	if (n <= 0)
		connection->fd = -1;
}

static void serve(const struct addrinfo *at)
{
	unsigned int i;
	int n;

	for (n = value('c', 1); n; n--)
		listen_at(at);
	if (!value('a', -1))
		n_polled = 0;
	say_ready();
	while (poll(polled, n_polled, -1) >= 0)
		for (i = 0; i < n_polled; i++)
			if (polled[i].revents && i < n_listeners)
				take(&polled[i]);
			else if (polled[i].revents)
				hear(&polled[i]);
	pause();
}

/* --- client -------------------------------------------------------------- */

static void connect_once(const struct addrinfo *at)
{
	union addr to;
	int fd;

	memcpy(&to, at->ai_addr, at->ai_addrlen);
	fd = new_socket(at->ai_family, 0);
	if (fd < 0)
		err(1, "socket");
	if (given('w'))
		set(fd, SOL_SOCKET, SO_RCVBUF, value('w', 0));
	if (start_connect(fd, &to))
		err(1, "connect");
	if (!given('a') && !await_state(fd, TCP_ESTABLISHED))
		errx(1, "not connected");
	send_some(fd, value('s', 0));
	if (given('f'))
		shutdown(fd, SHUT_WR);
	if (given('c'))
		close(fd);
}

static void connect_all(const struct addrinfo *at)
{
	int n;

	for (n = value('n', 1); n; n--)
		connect_once(at);
	say_ready();
	pause();
}

int main(int argc, char **argv)
{
	struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM,
	}, *at;
	bool serves = argc > 1 && !strcmp(argv[1], "serve");
	int letter;

	memset(option, 0xff, sizeof(option));
	raise_fd_limit();
	argc--;
	argv++;
	while ((letter = getopt(argc, argv, serves ? "a:b:c:d:k:ors:x" : "acfn:s:w:")) != -1) {
		if (letter == '?')
			errx(2, "usage: still serve|connect [OPTION]... ADDRESS PORT");
		option[letter] = optarg ? atoi(optarg) : 1;
	}
	if (argc - optind != 2 || getaddrinfo(argv[optind], argv[optind + 1], &hints, &at))
		errx(2, "usage: still serve|connect [OPTION]... ADDRESS PORT");
	if (serves)
		serve(at);
	else
		connect_all(at);
	return 0;
}
