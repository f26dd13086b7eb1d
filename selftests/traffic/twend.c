// SPDX-License-Identifier: GPL-2.0
/*
 * Makes connections end in TIME_WAIT and ends that in a given way:
 *
 *   twend [-k KINDS] connect|syn|reset|stay N
 *
 *   connect  a new connect() from the same port takes the client's over
 *   syn      a new SYN from the same port takes the server's over
 *   reset    a RST meets the client's
 *   stay     nothing happens to the client's
 *
 * Prints how many were. Any but N is a failure of this program.
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

static int listener;
static union addr to;

static int reusable_socket(enum kind k)
{
	int on = 1, fd = new_socket(client_family(k), 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)))
		err(1, "socket");
	return fd;
}

static struct pair open_from(enum kind k, const union addr *from)
{
	struct pair p = { .c = reusable_socket(k) };

	if (from && bind(p.c, &from->sa, addr_len(from)))
		err(1, "bind to the old port");
	if (start_connect(p.c, &to) || !await_state(p.c, TCP_ESTABLISHED))
		err(1, "connect");
	p.s = accept_from(listener);
	if (p.s < 0)
		err(1, "accept");
	return p;
}

static void name_of(int fd, union addr *a)
{
	socklen_t len = sizeof(*a);

	if (getsockname(fd, &a->sa, &len))
		err(1, "getsockname");
}

/* The end that closes first is the one in TIME_WAIT afterwards. */
static void close_both(int *first, int *last)
{
	shutdown(*first, SHUT_WR);
	if (!await_state(*last, TCP_CLOSE_WAIT) || !await_state(*first, TCP_FIN_WAIT2))
		errx(1, "no FIN seen");
	shutdown(*last, SHUT_WR);
	if (!await_state(*last, TCP_CLOSE))
		errx(1, "no last ACK");
	close_fd(first);
	close_fd(last);
}

static void abort_pair(struct pair *p)
{
	abort_on_close(p->c);
	close_pair(p);
}

static void by_connect(enum kind k)
{
	struct pair p = open_from(k, NULL);
	union addr from;

	name_of(p.c, &from);
	close_both(&p.c, &p.s);
	p = open_from(k, &from);
	abort_pair(&p);
}

static void by_syn(enum kind k)
{
	struct pair p = open_from(k, NULL);
	union addr from;

	name_of(p.c, &from);
	close_both(&p.s, &p.c);
	p = open_from(k, &from);
	abort_pair(&p);
}

static void by_reset(enum kind k)
{
	struct pair p = open_from(k, NULL);
	union addr c, s;
	__u32 seq;
	int raw;

	name_of(p.c, &c);
	name_of(p.s, &s);
	raw_unmap(&c);
	raw_unmap(&s);
	if (!next_seq(p.s, &seq))
		err(1, "sequence number");
	close_both(&p.c, &p.s);
	raw = raw_open(c.sa.sa_family);
	/* the FIN took one number */
	if (raw < 0 || raw_send(raw, &s, &c, seq + 1, RAW_RST))
		err(1, "raw socket");
	close(raw);
}

static void by_nothing(enum kind k)
{
	struct pair p = open_from(k, NULL);

	close_both(&p.c, &p.s);
}

static const struct way {
	const char *name;
	void (*end)(enum kind k);
} ways[] = {
	{ "connect", by_connect },
	{ "reset", by_reset },
	{ "stay", by_nothing },
	{ "syn", by_syn },
};

static const struct way *find_way(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++)
		if (!strcmp(ways[i].name, name))
			return &ways[i];
	errx(2, "no such way: %s", name);
}

static unsigned int end_all(const struct way *way, unsigned int kinds, unsigned int n)
{
	unsigned int k, i, done = 0;

	for (k = 0; k < KINDS; k++) {
		if (!(kinds & 1u << k))
			continue;
		listener = listen_on(k, 0, 64, &to);
		if (listener < 0)
			err(1, "listen");
		for (i = 0; i < n; i++, done++)
			way->end(k);
		close(listener);
	}
	return done;
}

int main(int argc, char **argv)
{
	unsigned int kinds = 1u << KIND_V4 | 1u << KIND_V6;
	int opt;

	while ((opt = getopt(argc, argv, "k:")) != -1) {
		if (opt == 'k')
			kinds = parse_kinds(optarg);
		if (opt != 'k' || !kinds)
			errx(2, "usage: twend [-k KINDS] connect|syn|reset|stay N");
	}
	if (optind + 2 != argc)
		errx(2, "usage: twend [-k KINDS] connect|syn|reset|stay N");
	printf("%u\n", end_all(find_way(argv[optind]), kinds,
			       strtoul(argv[optind + 1], NULL, 10)));
	return 0;
}
