// SPDX-License-Identifier: GPL-2.0
/*
 * Listeners of a process with any name:
 *
 *   named COMM PORT [INTERFACE PORT]
 *
 * Takes the name COMM, listens on 0.0.0.0:PORT and, bound to INTERFACE, on the other
 * one; prints "ready" and waits to be ended.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/socket.h>

static void listen_on(const char *interface, const char *port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		err(1, "socket");
	if (interface && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
				    strlen(interface) + 1))
		err(1, "SO_BINDTODEVICE");
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 5))
		err(1, "listen on %s", port);
}

int main(int argc, char **argv)
{
	if (argc != 3 && argc != 5)
		errx(1, "usage: named COMM PORT [INTERFACE PORT]");
	if (prctl(PR_SET_NAME, argv[1]))
		err(1, "prctl");
	listen_on(NULL, argv[2]);
	if (argc == 5)
		listen_on(argv[3], argv[4]);
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
