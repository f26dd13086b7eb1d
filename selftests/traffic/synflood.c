// SPDX-License-Identifier: GPL-2.0
/*
 * SYNs from invented addresses, beside honest connections, to a listener:
 *
 *   synflood -4|-6 [-b BACKLOG] [-c COPIES] [-n SYNS] [-r SYNS-PER-SECOND] [-s SEED]
 *
 * Listens on 198.51.100.1 or 2001:db8:5::1, which must be ours, with several
 * sockets that share the port (SO_REUSEPORT) if COPIES is more than 1, and invents
 * peers of the same subnet, which must swallow what is sent to them. One SYN in
 * 16 is a connection of its own, accepted and closed. Prints "ready" when
 * it has begun, "SYNS CONNECTIONS" at the end; the listeners stay until the
 * process is killed.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <arpa/inet.h>

#include "raw.h"
#include "sock.h"

#define HONEST 16	/* connections kept open at a time */
#define COPIES_MAX 16

static struct rng rng;
static union addr target;
static int listeners[COPIES_MAX], raw;
static unsigned int copies = 1;
static int honest[HONEST];
static unsigned int connected;

static void name_target(int family)
{
	target.sa.sa_family = family;
	if (family == AF_INET)
		inet_pton(AF_INET, "198.51.100.1", &target.in.sin_addr);
	else
		inet_pton(AF_INET6, "2001:db8:5::1", &target.in6.sin6_addr);
}

/* The first one is given a port, the others share it. */
static int open_listener(int backlog)
{
	socklen_t len = sizeof(target);
	int on = copies > 1, fd;

	fd = new_socket(target.sa.sa_family, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) ||
	    bind(fd, &target.sa, addr_len(&target)) ||
	    getsockname(fd, &target.sa, &len) || listen(fd, backlog))
		err(1, "listen");
	return fd;
}

static void open_sockets(int family, int backlog)
{
	unsigned int i;

	name_target(family);
	for (i = 0; i < copies; i++)
		listeners[i] = open_listener(backlog);
	raw = raw_open(family);
	if (raw < 0)
		err(1, "raw socket");
}

static void send_syn(void)
{
	union addr from = target;
	unsigned int n = rng_below(&rng, 0x7fffffff);

	if (from.sa.sa_family == AF_INET) {
		from.in.sin_addr.s_addr = htonl((ntohl(from.in.sin_addr.s_addr) & ~0xffu) |
						(2 + n % 250));
		from.in.sin_port = htons(1024 + n / 250 % 60000);
	} else {
		memcpy(&from.in6.sin6_addr.s6_addr[12], &n, sizeof(n));
		from.in6.sin6_port = htons(1024 + n % 60000);
	}
	if (raw_send(raw, &from, &target, rng_below(&rng, 0x7fffffff), RAW_SYN) &&
	    errno != ENOBUFS)
		err(1, "send");
}

static void accept_all(void)
{
	unsigned int i;
	int fd;

	for (i = 0; i < copies; i++) {
		while ((fd = accept(listeners[i], NULL, NULL)) >= 0) {
			connected++;
			close(fd);
		}
	}
}

static void connect_honestly(unsigned int i)
{
	int *fd = &honest[i % HONEST];

	close_fd(fd);
	*fd = new_socket(target.sa.sa_family, 0);
	if (*fd >= 0)
		start_connect(*fd, &target);
	accept_all();
}

static __u64 now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000ull + ts.tv_nsec / 1000;
}

static void flood(unsigned int n, unsigned int rate)
{
	__u64 start = now_us(), due, now;
	unsigned int i;

	for (i = 0; i < n; i++) {
		due = start + (__u64)i * 1000000 / rate;
		/* we may be stopped at any moment: one look at the clock */
		now = now_us();
		if (now < due)
			nap_us(due - now + 1000);
		if (i % 16)
			send_syn();
		else
			connect_honestly(i / 16);
		if (i == 32) {
			puts("ready");
			fflush(stdout);
		}
	}
	accept_all();
}

int main(int argc, char **argv)
{
	unsigned int n = 2000, rate = 1000;
	int backlog = 128, family = 0, opt;
	__u64 seed = 1;

	while ((opt = getopt(argc, argv, "46b:c:n:r:s:")) != -1) {
		if (opt == '4' || opt == '6')
			family = opt == '4' ? AF_INET : AF_INET6;
		else if (opt == 'b')
			backlog = atoi(optarg);
		else if (opt == 'c')
			copies = strtoul(optarg, NULL, 10);
		else if (opt == 'n')
			n = strtoul(optarg, NULL, 10);
		else if (opt == 'r')
			rate = strtoul(optarg, NULL, 10);
		else if (opt == 's')
			seed = strtoull(optarg, NULL, 10);
	}
	if (!family || !rate || !copies || copies > COPIES_MAX || optind != argc)
		errx(2, "usage: synflood -4|-6 [-b BACKLOG] [-c COPIES] [-n SYNS] [-r RATE]\n"
		     "                     [-s SEED]");
	memset(honest, -1, sizeof(honest));
	rng_seed(&rng, seed);
	open_sockets(family, backlog);
	flood(n, rate);
	printf("%u %u\n", n, connected);
	fflush(stdout);
	pause();
	return 0;
}
