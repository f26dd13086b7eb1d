// SPDX-License-Identifier: GPL-2.0
/*
 * Many listeners, and others that come and go:
 *
 *   manylisteners -n LISTENERS [-c]
 *
 * The i-th listens on 127.1.x.y, where y is i / 100 and its port 1001 to 1100.
 * With -c, when all are there, ports 2001 to 2100 of 127.2.0.1 are opened and
 * closed in turn without end. Prints "ready"; ends with its standard input, also
 * while others come and go.
 */
#include <err.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <arpa/inet.h>

#include "sock.h"

#define PORTS 100	/* of an address */
#define PAUSE_US 200	/* between one that comes and one that goes */

static int listen_at(__u32 address, unsigned int port)
{
	union addr at = { .in.sin_family = AF_INET };
	int fd = new_socket(AF_INET, 0);

	at.in.sin_addr.s_addr = htonl(address);
	at.in.sin_port = htons(port);
	if (fd < 0 || bind(fd, &at.sa, addr_len(&at)) || listen(fd, 8))
		err(1, "listen");
	return fd;
}

static void open_all(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		listen_at(0x7f010000 + i / PORTS, 1001 + i % PORTS);
}

static bool is_told_to_end(void)
{
	return wait_for(STDIN_FILENO, POLLIN, 0);
}

static void come_and_go(void)
{
	int fds[PORTS];
	unsigned int i;

	memset(fds, -1, sizeof(fds));
	for (i = 0; !is_told_to_end(); i = (i + 1) % PORTS) {
		close_fd(&fds[i]);
		/* half of them are open at a time */
		fds[i] = listen_at(0x7f020001, 2001 + i);
		close_fd(&fds[(i + PORTS / 2) % PORTS]);
		nap_us(PAUSE_US);
	}
}

int main(int argc, char **argv)
{
	bool churn = false;
	unsigned int n = 0;
	int opt;

	while ((opt = getopt(argc, argv, "cn:")) != -1) {
		if (opt == 'c')
			churn = true;
		else if (opt == 'n')
			n = strtoul(optarg, NULL, 10);
	}
	if (!n || optind != argc)
		errx(2, "usage: manylisteners -n LISTENERS [-c]");
	raise_fd_limit();
	open_all(n);
	puts("ready");
	fflush(stdout);
	if (churn)
		come_and_go();
	while (getchar() != EOF)
		;
	return 0;
}
