// SPDX-License-Identifier: GPL-2.0
/*
 * Many ESTABLISHED sockets, cheaply:
 *
 *   manysocks -n SOCKETS
 *
 * Made in repair mode, so that not a packet is sent, half of them IPv4, half
 * IPv6. Prints "ready" and holds them until its standard input ends.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>

#include "sock.h"

#define PEER_SOCKETS 5000	/* well below the number of ephemeral ports */

/* The i-th socket's peer: nobody there, and nobody will be asked. */
static void peer(unsigned int i, union addr *a)
{
	unsigned int n = i / 2 / PEER_SOCKETS;

	memset(a, 0, sizeof(*a));
	if (i % 2) {
		a->in.sin_family = AF_INET;
		a->in.sin_port = htons(7);
		a->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + n);
	} else {
		a->in6.sin6_family = AF_INET6;
		a->in6.sin6_port = htons(7 + n);
		a->in6.sin6_addr = in6addr_loopback;
	}
}

static void open_one(unsigned int i)
{
	union addr to;
	int on = 1, fd;

	peer(i, &to);
	fd = new_socket(to.sa.sa_family, 0);
	if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)) ||
	    connect(fd, &to.sa, addr_len(&to)))
		err(1, "socket %u", i);
}

int main(int argc, char **argv)
{
	unsigned int n = 0, i;

	if (getopt(argc, argv, "n:") == 'n')
		n = strtoul(optarg, NULL, 10);
	if (!n || optind != argc)
		errx(2, "usage: manysocks -n SOCKETS");
	raise_fd_limit();
	for (i = 0; i < n; i++)
		open_one(i);
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
