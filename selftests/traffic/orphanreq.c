// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that outlive their listener:
 *
 *   orphanreq PORT SYNS
 *
 * Two listeners share 192.0.2.1:PORT (SO_REUSEPORT). SYNs come from 198.18.0.1, which
 * must swallow what is sent to it; then one listener closes, and each peer sends RST.
 * Prints "done", and holds the other listener until it is killed.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>

#include "raw.h"
#include "sock.h"

#define BACKLOG 64
#define PEER_PORT 10000
#define SEQ 1000	/* of the SYNs */

static int open_listener(const union addr *at)
{
	int on = 1, fd = new_socket(AF_INET, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) ||
	    bind(fd, &at->sa, addr_len(at)) || listen(fd, BACKLOG))
		err(1, "listen");
	return fd;
}

static void send_all(int raw, union addr *from, const union addr *to, unsigned int n,
		     __u32 seq, __u8 flags)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		from->in.sin_port = htons(PEER_PORT + i);
		if (raw_send(raw, from, to, seq, flags))
			err(1, "raw");
	}
}

int main(int argc, char **argv)
{
	union addr at = { .sa.sa_family = AF_INET }, from = { .sa.sa_family = AF_INET };
	int first, raw = raw_open(AF_INET);
	unsigned int n;

	if (argc != 3)
		errx(2, "usage: orphanreq PORT SYNS");
	n = strtoul(argv[2], NULL, 10);
	at.in.sin_port = htons(strtoul(argv[1], NULL, 10));
	inet_pton(AF_INET, "192.0.2.1", &at.in.sin_addr);
	inet_pton(AF_INET, "198.18.0.1", &from.in.sin_addr);
	first = open_listener(&at);
	open_listener(&at);
	send_all(raw, &from, &at, n, SEQ, RAW_SYN);
	close(first);
	send_all(raw, &from, &at, n, SEQ + 1, RAW_RST);
	puts("done");
	fflush(stdout);
	pause();
	return 0;
}
