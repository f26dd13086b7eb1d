// SPDX-License-Identifier: GPL-2.0
/*
 * One connection on loopback, step by step, as its standard input says:
 *
 *   step -k KIND [-p PORT] [-q PORT]
 *   listen | connect | accept | shut c|s | deafen c|s | orphan c|s | say c|s |
 *   abort c|s | close c|s|l
 *
 * -p and -q are the ports of listener and client, which then may be in TIME-WAIT; else
 * they are any. Who is deaf answers data with RST, and so does an orphan, which stays a
 * full socket in FIN-WAIT-2. To connect may fail when nobody listens here.
 *
 * Answers each order with "ok" once the kernel has done all that follows from
 * it: the states of the sockets still open do not change any more. All is done on
 * one CPU, so that nothing is left to do when that has had its time.
 */
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/tcp.h>

#include "sock.h"

#define STILL_MS 60	/* longer than a delayed ACK */

static enum kind kind;
static union addr to;
static int c = -1, s = -1, l = -1;
static in_port_t port_l, port_c;

static int *named(const char *name)
{
	return *name == 'c' ? &c : *name == 's' ? &s : &l;
}

/* At own addresses, with that port. */
static int at_port(int family, in_port_t port, union addr *a)
{
	int on = 1, fd = new_socket(family, 0);

	own_address(family, kind == KIND_MAPPED, a);
	a->in.sin_port = port;
	if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
			bind(fd, &a->sa, addr_len(a))))
		close_fd(&fd);
	return fd;
}

static bool open_listener(void)
{
	if (!port_l) {
		l = listen_on(kind, 0, 8, &to);
		return l >= 0;
	}
	l = at_port(server_family(kind), port_l, &to);
	return l >= 0 && !listen(l, 8);
}

static bool open_client(void)
{
	union addr from;

	if (l < 0) {
		own_address(server_family(kind), kind == KIND_MAPPED, &to);
		to.in.sin_port = port_l;
	}
	c = port_c ? at_port(client_family(kind), port_c, &from) :
		     new_socket(client_family(kind), 0);
	if (c < 0 || start_connect(c, &to))
		return false;
	wait_for(c, POLLOUT, bound_ms());
	return l < 0 || tcp_state(c) == TCP_ESTABLISHED;
}

/* Longer than a minisock would take over for. */
static bool make_orphan(int *fd)
{
	int seconds = 100;

	if (setsockopt(*fd, IPPROTO_TCP, TCP_LINGER2, &seconds, sizeof(seconds)))
		return false;
	close_fd(fd);
	return true;
}

static bool obey(const char *order, const char *name)
{
	if (!strcmp(order, "listen"))
		return open_listener();
	if (!strcmp(order, "connect"))
		return open_client();
	if (!strcmp(order, "accept"))
		return (s = accept_from(l)) >= 0;
	if (!strcmp(order, "shut"))
		return !shutdown(*named(name), SHUT_WR);
	if (!strcmp(order, "deafen"))
		return !shutdown(*named(name), SHUT_RDWR);
	if (!strcmp(order, "orphan"))
		return make_orphan(named(name));
	if (!strcmp(order, "say"))
		return send(*named(name), "x", 1, MSG_NOSIGNAL) == 1;
	if (!strcmp(order, "abort"))
		abort_on_close(*named(name));
	else if (strcmp(order, "close"))
		return false;
	return !close(*named(name)) && (*named(name) = -1);
}

static int states(void)
{
	return (c < 0 ? 0 : tcp_state(c)) * 16 + (s < 0 ? 0 : tcp_state(s));
}

static void settle(void)
{
	int before, ms, still = 0;

	before = states();
	for (ms = bound_ms(); ms > 0 && still < STILL_MS; ms -= 2) {
		nap_us(2000);
		still = states() == before ? still + 2 : 0;
		before = states();
	}
}

static void parse(int argc, char **argv)
{
	unsigned int kinds = 0;
	int opt;

	while ((opt = getopt(argc, argv, "k:p:q:")) != -1) {
		if (opt == 'k')
			kinds = parse_kinds(optarg);
		else if (opt == 'p' || opt == 'q')
			*(opt == 'p' ? &port_l : &port_c) = htons(atoi(optarg));
	}
	while (kinds >> kind && !(kinds & 1u << kind))
		kind++;
	if (!kinds)
		errx(2, "usage: step -k KIND [-p PORT] [-q PORT]");
}

int main(int argc, char **argv)
{
	char line[32], order[16], name[8];

	parse(argc, argv);
	stay_on_this_cpu();
	while (fgets(line, sizeof(line), stdin)) {
		*name = '\0';
		if (sscanf(line, "%15s %7s", order, name) < 1 || !obey(order, name))
			err(1, "%s", line);
		settle();
		puts("ok");
		fflush(stdout);
	}
	return 0;
}
