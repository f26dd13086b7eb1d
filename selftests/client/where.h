/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets that are bound and listen, in every way a listener can differ. */
#ifndef SELFTESTS_WHERE_H
#define SELFTESTS_WHERE_H

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <sys/socket.h>

/**
 * struct where - a socket to be
 * @address: IPv4 or IPv6
 * @dev: interface that it is bound to, or NULL
 * @type: SOCK_STREAM if 0
 * @backlog: for listen_at()
 * @v6only: not for IPv4 as well
 * @reuseport: may share its port
 */
struct where {
	const char *address;
	const char *dev;
	int type;
	int backlog;
	bool v6only;
	bool reuseport;
};

static inline int set_options(int fd, const struct where *where, bool six)
{
	int v6only = where->v6only, reuseport = where->reuseport;

	if (six && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof(v6only)))
		return -1;
	if (where->dev && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, where->dev,
				     strlen(where->dev)))
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &reuseport, sizeof(reuseport));
}

/* the socket, or -1 with errno */
static inline int bind_at(const struct where *where, unsigned int port)
{
	bool six = strchr(where->address, ':');
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(six ? AF_INET6 : AF_INET, where->type ? where->type : SOCK_STREAM, 0);

	inet_pton(AF_INET6, where->address, &in6.sin6_addr);
	inet_pton(AF_INET, where->address, &in.sin_addr);
	if (set_options(fd, where, six) ||
	    bind(fd, six ? (void *)&in6 : (void *)&in, six ? sizeof(in6) : sizeof(in)))
		return -1;
	return fd;
}

/* the socket, or -1 with errno */
static inline int listen_at(const struct where *where, unsigned int port)
{
	int fd = bind_at(where, port);

	return fd >= 0 && !listen(fd, where->backlog) ? fd : -1;
}

#endif
