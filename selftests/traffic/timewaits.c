// SPDX-License-Identifier: GPL-2.0
/*
 * Many TIME_WAIT minisocks, quickly:
 *
 *   timewaits -n MINISOCKS [-p PEERS] [-s SECONDS]
 *
 * Half of them IPv4, half IPv6. Their peers do not exist: 198.18.N.1-4 and
 * 2001:db8:N::1-4, four to a network, must be routed to where packets vanish.
 * Each is a connection put up in repair mode and closed, with the peer's FIN
 * from a raw socket: two packets that go nowhere for one that is looked at.
 * Ends after SECONDS, with less than MINISOCKS then. Prints how many were made.
 */
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>

#include "raw.h"
#include "sock.h"

#define PORT 443
#define WINDOW 65535

/* Raw segments acknowledge 0: the byte after our FIN must be that one. */
#define OUR_SEQ 0xffffffff
#define THEIR_SEQ 1000

enum { FIN_ACK = 0x11 };

struct family {
	pthread_t thread;
	int family;
	unsigned int n;
};

static unsigned int peers = 8;
static time_t deadline;

static void peer(int family, unsigned int i, union addr *a)
{
	unsigned int net = i % peers / 4, host = i % peers % 4 + 1;
	char text[64];

	memset(a, 0, sizeof(*a));
	a->sa.sa_family = family;
	if (family == AF_INET) {
		snprintf(text, sizeof(text), "198.18.%u.%u", net, host);
		inet_pton(family, text, &a->in.sin_addr);
		a->in.sin_port = htons(PORT);
	} else {
		snprintf(text, sizeof(text), "2001:db8:%x::%x", net, host);
		inet_pton(family, text, &a->in6.sin6_addr);
		a->in6.sin6_port = htons(PORT);
	}
}

static void set(int fd, int option, const void *value, socklen_t len)
{
	if (setsockopt(fd, IPPROTO_TCP, option, value, len))
		err(1, "repair");
}

static void set_int(int fd, int option, int value)
{
	set(fd, option, &value, sizeof(value));
}

static int open_one(const union addr *to, union addr *from)
{
	struct tcp_repair_window window = {
		.snd_wl1 = THEIR_SEQ, .snd_wnd = WINDOW, .max_window = WINDOW,
		.rcv_wnd = WINDOW, .rcv_wup = THEIR_SEQ,
	};
	int fd = socket(to->sa.sa_family, SOCK_STREAM, 0);
	socklen_t len = sizeof(*from);

	if (fd < 0)
		err(1, "socket");
	set_int(fd, TCP_REPAIR, 1);
	set_int(fd, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);
	set_int(fd, TCP_QUEUE_SEQ, OUR_SEQ);
	set_int(fd, TCP_REPAIR_QUEUE, TCP_RECV_QUEUE);
	set_int(fd, TCP_QUEUE_SEQ, THEIR_SEQ);
	if (connect(fd, &to->sa, addr_len(to)) || getsockname(fd, &from->sa, &len))
		err(1, "connect");
	set(fd, TCP_REPAIR_WINDOW, &window, sizeof(window));
	set_int(fd, TCP_REPAIR, -1);
	return fd;
}

static void *work(void *data)
{
	struct family *f = data;
	int raw = raw_open(f->family);
	union addr here, there;
	unsigned int i;

	for (i = 0; i < f->n; i++) {
		if (deadline && time(NULL) >= deadline)
			break;
		peer(f->family, i, &there);
		close(open_one(&there, &here));
		if (raw < 0 || raw_send(raw, &there, &here, THEIR_SEQ, FIN_ACK))
			err(1, "raw socket");
	}
	f->n = i;
	close(raw);
	return NULL;
}

int main(int argc, char **argv)
{
	struct family f[2] = { { .family = AF_INET }, { .family = AF_INET6 } };
	unsigned int n = 0, i;
	int opt;

	while ((opt = getopt(argc, argv, "n:p:s:")) != -1) {
		if (opt == 'n')
			n = strtoul(optarg, NULL, 10);
		else if (opt == 'p')
			peers = strtoul(optarg, NULL, 10);
		else if (opt == 's')
			deadline = time(NULL) + strtoul(optarg, NULL, 10);
	}
	if (!n || !peers || optind != argc)
		errx(2, "usage: timewaits -n MINISOCKS [-p PEERS] [-s SECONDS]");
	for (i = 0; i < 2; i++) {
		f[i].n = (n + i) / 2;
		if (pthread_create(&f[i].thread, NULL, work, &f[i]))
			err(1, "pthread_create");
	}
	for (i = 0; i < 2; i++)
		pthread_join(f[i].thread, NULL);
	printf("%u\n", f[0].n + f[1].n);
	return 0;
}
