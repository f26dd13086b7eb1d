// SPDX-License-Identifier: GPL-2.0
/*
 * Uses local ports, then counts how many connect(2) still gets:
 *
 *   portuser ORDER...
 *
 * ORDER is one of, in the order they are given; all sockets stay until the end:
 *
 *   connect,SRC,SPORT,DST,DPORT,N,FLAGS  N connections; SRC - and SPORT 0: any
 *   bind,ADDR,PORT,N,FLAGS		  N sockets bound to PORT and those behind it; 0: any
 *   listen,ADDR,PORT			  a listener
 *   wait				  till each TIME_WAIT may be taken over
 *   ask				  runs $ASK, a command
 *   fill,SRC,SPORT,DST,DPORT,0,FLAGS	  connects until EADDRNOTAVAIL, and says
 *					  "fill SRC DST DPORT COUNT"
 *   bindfill,ADDR,0,0,FLAGS		  binds until EADDRINUSE: "bindfill ADDR COUNT"
 *
 * FLAGS are letters, or -: b binds SRC with a port (without it, with
 * IP_BIND_ADDRESS_NO_PORT), r SO_REUSEADDR, p SO_REUSEPORT, d SO_BINDTODEVICE lo,
 * m an AF_INET6 socket for IPv4, l IP_LOCAL_PORT_RANGE $PORTS ("LOW HIGH"), t closed
 * into TIME_WAIT. Whoever is connected to is made to listen.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif
#define LOCAL_PORT_RANGE 51

/* tcp_twsk_unique(): later than a second after, and by its clock of seconds */
#define REUSE_US 2100000

#define FIELDS 7
#define SERVERS 16

struct to {
	struct sockaddr_storage sa;
	socklen_t len;
};

struct order {
	const char *verb, *src, *dst, *flags;
	unsigned int sport, dport, n;
};

static struct server {
	struct to at;
	int fd;
} servers[SERVERS];

/* @text: an address; @mapped: as an IPv4-mapped one */
static void address(const char *text, unsigned int port, bool mapped, struct to *to)
{
	struct sockaddr_in6 *in6 = (void *)&to->sa;
	struct sockaddr_in *in = (void *)&to->sa;
	char longer[64];

	memset(to, 0, sizeof(*to));
	snprintf(longer, sizeof(longer), "%s%s", mapped ? "::ffff:" : "", text);
	if (inet_pton(AF_INET6, longer, &in6->sin6_addr) == 1) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		to->len = sizeof(*in6);
	} else if (inet_pton(AF_INET, longer, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		to->len = sizeof(*in);
	} else {
		errx(2, "neither IPv4 nor IPv6: %s", text);
	}
}

static void set(int fd, int level, int option, unsigned int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)))
		err(1, "setsockopt %d", option);
}

static bool has(const struct order *order, char flag)
{
	return strchr(order->flags, flag);
}

static void set_range(int fd)
{
	const char *ports = getenv("PORTS");
	unsigned int low, high;

	if (!ports || sscanf(ports, "%u %u", &low, &high) != 2)
		errx(2, "no PORTS");
	set(fd, IPPROTO_IP, LOCAL_PORT_RANGE, low | high << 16);
}

static int new_socket(const struct order *order, int family)
{
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0)
		err(1, "socket");
	if (has(order, 'r'))
		set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (has(order, 'p'))
		set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (has(order, 'd') && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3))
		err(1, "lo");
	if (has(order, 'l'))
		set_range(fd);
	return fd;
}

static int bind_to(const struct order *order, int fd, unsigned int port)
{
	struct to src;

	address(order->src, port, has(order, 'm'), &src);
	if (!has(order, 'b') && !port)
		set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
	return bind(fd, (void *)&src.sa, src.len);
}

/* --- servers ------------------------------------------------------------------ */

static int listen_at(const struct to *at)
{
	int fd = socket(at->sa.ss_family, SOCK_STREAM, 0);

	set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (bind(fd, (const void *)&at->sa, at->len) || listen(fd, 16))
		err(1, "listen");
	return fd;
}

static int server_of(const struct order *order)
{
	struct to at;
	int i;

	address(order->dst, order->dport, false, &at);
	for (i = 0; i < SERVERS && servers[i].at.len; i++)
		if (!memcmp(&servers[i].at, &at, sizeof(at)))
			return servers[i].fd;
	if (i == SERVERS)
		errx(2, "too many servers");
	servers[i].fd = listen_at(&at);
	servers[i].at = at;
	return servers[i].fd;
}

/* --- orders -------------------------------------------------------------------- */

/* Closed by us first, and by the peer after it has seen that. */
static void end(int fd, int peer)
{
	char byte;

	close(fd);
	if (read(peer, &byte, 1))
		errx(1, "no FIN came");
	close(peer);
}

/* Return: 0, or the error number. */
static int connect_one(const struct order *order, unsigned int sport)
{
	int server = server_of(order), fd, peer;
	struct to dst;

	address(order->dst, order->dport, has(order, 'm'), &dst);
	fd = new_socket(order, dst.sa.ss_family);
	if ((strcmp(order->src, "-") && bind_to(order, fd, sport)) ||
	    connect(fd, (void *)&dst.sa, dst.len)) {
		int error = errno;

		close(fd);
		return error;
	}
	peer = accept(server, NULL, NULL);
	if (peer < 0)
		err(1, "accept");
	if (has(order, 't'))
		end(fd, peer);
	return 0;
}

static int bind_one(const struct order *order, unsigned int port)
{
	struct to to;
	int fd, error;

	address(order->src, port, has(order, 'm'), &to);
	fd = new_socket(order, to.sa.ss_family);
	if (!bind(fd, (void *)&to.sa, to.len))
		return 0;
	error = errno;
	close(fd);
	return error;
}

/* All of them, or until there is no port. Return: how many */
static unsigned int repeat(const struct order *order,
			   int (*one)(const struct order *order, unsigned int port),
			   int last_error)
{
	unsigned int i;
	int error;

	for (i = 0; !order->n || i < order->n; i++) {
		error = one(order, order->sport ? order->sport + i : 0);
		if (!error)
			continue;
		if (error == last_error)
			break;
		errno = error;
		err(1, "%s %s", order->verb, order->src);
	}
	return i;
}

static void run_ask(void)
{
	const char *command = getenv("ASK");

	fflush(stdout);
	if (!command || system(command))
		errx(1, "ASK failed");
}

static void run(const struct order *order)
{
	struct to at;

	if (!strcmp(order->verb, "connect")) {
		repeat(order, connect_one, 0);
	} else if (!strcmp(order->verb, "bind")) {
		repeat(order, bind_one, 0);
	} else if (!strcmp(order->verb, "listen")) {
		address(order->src, order->sport, false, &at);
		listen_at(&at);
	} else if (!strcmp(order->verb, "fill")) {
		printf("fill %s %s %u %u\n", order->src, order->dst, order->dport,
		       repeat(order, connect_one, EADDRNOTAVAIL));
	} else if (!strcmp(order->verb, "bindfill")) {
		printf("bindfill %s %u\n", order->src,
		       repeat(order, bind_one, EADDRINUSE));
	} else {
		errx(2, "what is %s?", order->verb);
	}
}

/* Cuts @text. bind has no destination. */
static void parse(char *text, struct order *order)
{
	char *field[FIELDS] = { }, *comma = text;
	int n = 0;

	while (comma && n < FIELDS)
		field[n++] = strsep(&comma, ",");
	*order = (struct order){ .verb = field[0], .src = field[1], .flags = "-" };
	if (n > 2)
		order->sport = atoi(field[2]);
	if (n == FIELDS) {
		order->dst = field[3];
		order->dport = atoi(field[4]);
	}
	if (n >= 5) {
		order->n = atoi(field[n - 2]);
		order->flags = field[n - 1];
	}
}

int main(int argc, char **argv)
{
	struct order order;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "ask")) {
			run_ask();
		} else if (!strcmp(argv[i], "wait")) {
			usleep(REUSE_US);
		} else {
			parse(argv[i], &order);
			run(&order);
		}
	}
	return 0;
}
