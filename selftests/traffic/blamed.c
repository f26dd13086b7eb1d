// SPDX-License-Identifier: GPL-2.0
/*
 * Listeners that refuse, and how TCP came by them:
 *
 *   blamed syns N ADDRESS PORT OTHER-PORT
 *   blamed steered N PORT
 *   blamed given PORT
 *
 * syns: a SYN each from N addresses of 198.18.0.0/24 or 2001:db8:bad::/64 that are not
 * ours, to one port, and after each a connection of our own to the other, which ends
 * well.
 *
 * steered: three listeners of 127.0.0.1 share a port, and a program
 * (SO_ATTACH_REUSEPORT_CBPF) sends everybody to the last of them; N connect.
 *
 * given: a listener of 127.0.0.1 that takes what is for other addresses
 * (IP_TRANSPARENT).
 *
 * The accept queues of both have room for two, and nobody accepts. Each prints "ready" when
 * all that is sent has been; the last two let go when their standard input ends.
 */
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <linux/filter.h>

#include "raw.h"
#include "sock.h"

#define MEMBERS 3
#define BACKLOG 1
#define FOR_EVER_MS (3600 * 1000)

static void ready(void)
{
	puts("ready");
	fflush(stdout);
}

static void set(int fd, int level, int option, const void *value, socklen_t len)
{
	if (setsockopt(fd, level, option, value, len))
		err(1, "setsockopt(%d, %d)", level, option);
}

static union addr named(const char *address, int port)
{
	union addr a = { .in.sin_family = AF_INET };

	a.in.sin_port = htons(port);
	if (inet_pton(AF_INET, address, &a.in.sin_addr) == 1)
		return a;
	a.in6.sin6_family = AF_INET6;
	if (inet_pton(AF_INET6, address, &a.in6.sin6_addr) != 1)
		errx(2, "no address: %s", address);
	return a;
}

/* --- syns ------------------------------------------------------------------------- */

static union addr invent(int family, int i)
{
	char text[INET6_ADDRSTRLEN];

	snprintf(text, sizeof(text), family == AF_INET ? "198.18.0.%d" : "2001:db8:bad::%x",
		 1 + i % 250);
	return named(text, 2000 + i);
}

static void connect_well(const union addr *to)
{
	int fd = new_socket(to->sa.sa_family, 0);

	if (start_connect(fd, to) || !wait_for(fd, POLLOUT, bound_ms()))
		err(1, "connect");
	abort_on_close(fd);
	close(fd);
}

static void syns(int n, const char *address, int port, int other_port)
{
	union addr to = named(address, port), other = named(address, other_port), from;
	int i, raw = raw_open(to.sa.sa_family);

	if (raw < 0)
		err(1, "raw socket");
	for (i = 0; i < n; i++) {
		from = invent(to.sa.sa_family, i);
		if (raw_send(raw, &from, &to, i * 1000, RAW_SYN))
			err(1, "send");
		connect_well(&other);
	}
	ready();
}

/* --- listeners -------------------------------------------------------------------- */

static int listener(int port, int level, int option)
{
	union addr at = named("127.0.0.1", port);
	int fd = new_socket(AF_INET, 0), on = 1;

	set(fd, level, option, &on, sizeof(on));
	if (bind(fd, &at.sa, addr_len(&at)) || listen(fd, BACKLOG))
		err(1, "listen");
	return fd;
}

static void steered(int n, int port)
{
	struct sock_filter code = BPF_STMT(BPF_RET | BPF_K, MEMBERS - 1);
	struct sock_fprog program = { .len = 1, .filter = &code };
	union addr to = named("127.0.0.1", port);
	int i, last = -1;

	for (i = 0; i < MEMBERS; i++)
		last = listener(port, SOL_SOCKET, SO_REUSEPORT);
	set(last, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program));
	for (i = 0; i < n; i++)
		start_connect(new_socket(AF_INET, 0), &to);
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (!strcmp(what, "syns") && argc == 6) {
		syns(atoi(argv[2]), argv[3], atoi(argv[4]), atoi(argv[5]));
		return 0;
	}
	if (!strcmp(what, "steered") && argc == 4)
		steered(atoi(argv[2]), atoi(argv[3]));
	else if (!strcmp(what, "given"))
		listener(atoi(argv[2]), IPPROTO_IP, IP_TRANSPARENT);
	else
		errx(2, "usage: blamed syns|steered|given ...");
	ready();
	wait_eof(STDIN_FILENO, FOR_EVER_MS);
	return 0;
}
