// SPDX-License-Identifier: GPL-2.0
/*
 * What the owner of a socket may do to it that TCP does not do by itself, on loopback:
 *
 *   owner addrform N
 *   owner turnover N
 *   owner repair N
 *   owner twin DEVICE
 *   owner relisten SECONDS
 *
 * addrform: N connections of IPv6 that speak IPv4 become sockets of IPv4
 * (IPV6_ADDRFORM): of four one stays, one is closed, one is disconnected and connected
 * again, one is disconnected and listens, with a connection. Twice as many are made
 * and left as they are.
 *
 * turnover: the same N times, one after the other, each aborted at once.
 *
 * repair: N connections at both ends that nobody has ever opened (TCP_REPAIR).
 *
 * twin: a request of 10.8.0.9 at 10.8.0.8, which are ours, and a socket with the same
 * addresses and ports that is bound to DEVICE; the request is reset.
 *
 * relisten: a socket listens, is disconnected, connects to another one, is
 * disconnected, as fast as it can, while clients connect to its port.
 *
 * Each prints "ready", and lets go when its standard input ends. Nothing is waited for at
 * the end.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>

#include "sock.h"

#define CLIENTS 4
#define PORT_REPAIRED 20000
#define PORT_TWIN 8080
#define FOR_EVER_MS (3600 * 1000)

static void ready(void)
{
	puts("ready");
	fflush(stdout);
	wait_eof(STDIN_FILENO, FOR_EVER_MS);
}

static void set(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)))
		err(1, "setsockopt(%d, %d)", level, option);
}

static void disconnect(int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	if (connect(fd, &none, sizeof(none)))
		err(1, "disconnect");
}

/* A socket of IPv4 to @to, by whatever it has been; accepted. */
static void join(int fd, int listener, const union addr *to)
{
	if (start_connect(fd, to) || !wait_for(fd, POLLOUT, bound_ms()) ||
	    accept_from(listener) < 0)
		err(1, "connect again");
}

/* --- addrform ------------------------------------------------------------------- */

static void listen_with_one(int fd)
{
	union addr at;
	socklen_t len = sizeof(at);

	disconnect(fd);
	if (listen(fd, 8) || getsockname(fd, &at.sa, &len))
		err(1, "listen");
	at.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	join(new_socket(AF_INET, 0), fd, &at);
}

static void connect_again(int fd)
{
	union addr to;
	int listener = listen_on(KIND_V4, 0, 8, &to);

	disconnect(fd);
	join(fd, listener, &to);
}

static void turn(int i, struct pair *p)
{
	set(p->c, IPPROTO_IPV6, IPV6_ADDRFORM, AF_INET);
	if (i % 4 == 1)
		close_pair(p);
	else if (i % 4 == 2)
		connect_again(p->c);
	else if (i % 4 == 3)
		listen_with_one(p->c);
}

static void addrform(int n)
{
	union addr to;
	int i, listener = listen_on(KIND_MAPPED, 0, 64, &to);
	struct pair p;

	for (i = 0; i < 3 * n; i++) {
		if (open_pair(KIND_MAPPED, listener, &to, &p))
			err(1, "connect");
		if (i % 3 == 0)
			turn(i / 3, &p);
	}
	ready();
}

static void turnover(int n)
{
	union addr to;
	int listener = listen_on(KIND_MAPPED, 0, 64, &to);
	struct pair p;

	while (n--) {
		if (open_pair(KIND_MAPPED, listener, &to, &p))
			err(1, "connect");
		set(p.c, IPPROTO_IPV6, IPV6_ADDRFORM, AF_INET);
		abort_on_close(p.c);
		close_pair(&p);
	}
	ready();
}

/* --- repair ----------------------------------------------------------------------- */

static int repaired(int port, int peer)
{
	union addr at = { .in.sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	at.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	set(fd, IPPROTO_TCP, TCP_REPAIR, 1);
	set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	at.in.sin_port = htons(port);
	if (bind(fd, &at.sa, sizeof(at.in)))
		err(1, "bind");
	at.in.sin_port = htons(peer);
	if (connect(fd, &at.sa, sizeof(at.in)))
		err(1, "connect");
	set(fd, IPPROTO_TCP, TCP_REPAIR, 0);
	return fd;
}

static void repair(int n)
{
	int i;

	for (i = 0; i < n; i++) {
		repaired(PORT_REPAIRED + i, PORT_REPAIRED + n + i);
		repaired(PORT_REPAIRED + n + i, PORT_REPAIRED + i);
	}
	ready();
}

/* --- twin ------------------------------------------------------------------------- */

static int bound_at(const char *device, const union addr *at)
{
	int fd = new_socket(AF_INET, 0);

	set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device) + 1))
		err(1, "%s", device);
	if (bind(fd, &at->sa, sizeof(at->in)))
		err(1, "bind");
	return fd;
}

/* The request waits for data (TCP_DEFER_ACCEPT), the twin for an answer. */
static void twin(const char *device)
{
	union addr at = { .in.sin_family = AF_INET }, peer;
	int listener, client, other;

	inet_pton(AF_INET, "10.8.0.8", &at.in.sin_addr);
	at.in.sin_port = htons(PORT_TWIN);
	peer = at;
	inet_pton(AF_INET, "10.8.0.9", &peer.in.sin_addr);
	peer.in.sin_port = htons(PORT_TWIN + 1);
	listener = bound_at(NULL, &at);
	set(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 30);
	if (listen(listener, 8))
		err(1, "listen");
	other = bound_at(device, &at);
	start_connect(other, &peer);
	client = bound_at(NULL, &peer);
	if (start_connect(client, &at) || !wait_for(client, POLLOUT, bound_ms()))
		err(1, "connect");
	ready();
	abort_on_close(client);
	close_fd(&client);
}

/* --- relisten ----------------------------------------------------------------------- */

static union addr target;
static atomic_bool over;

static void *hammer(void *unused)
{
	int fd;

	(void)unused;
	while (!over) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		connect(fd, &target.sa, sizeof(target.in));
		abort_on_close(fd);
		close(fd);
	}
	return NULL;
}

static void accept_and_abort(int listener)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		abort_on_close(fd);
		close(fd);
	}
}

static void lead_two_lives(int fd, int other, const union addr *to)
{
	if (listen(fd, 64))
		return;
	nap_us(rand() % 300);
	disconnect(fd);
	start_connect(fd, to);
	disconnect(fd);
	accept_and_abort(other);
}

static void relisten(int seconds)
{
	time_t end = time(NULL) + seconds;
	pthread_t thread[CLIENTS];
	int i, fd, other;
	union addr to;

	other = listen_on(KIND_V4, 0, 64, &to);
	if (bind_any(KIND_V4, false, &fd, &target))
		err(1, "bind");
	for (i = 0; i < CLIENTS; i++)
		pthread_create(&thread[i], NULL, hammer, NULL);
	while (time(NULL) < end)
		lead_two_lives(fd, other, &to);
	over = true;
	for (i = 0; i < CLIENTS; i++)
		pthread_join(thread[i], NULL);
	close(fd);
	close(other);
	ready();
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	raise_fd_limit();
	if (!strcmp(what, "addrform"))
		addrform(atoi(argv[2]));
	else if (!strcmp(what, "turnover"))
		turnover(atoi(argv[2]));
	else if (!strcmp(what, "repair"))
		repair(atoi(argv[2]));
	else if (!strcmp(what, "twin"))
		twin(argv[2]);
	else if (!strcmp(what, "relisten"))
		relisten(atoi(argv[2]));
	else
		errx(2, "usage: owner addrform|turnover|repair|twin|relisten N");
	return 0;
}
