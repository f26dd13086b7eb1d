// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "../client/netlink.h"
#include "ask.h"
#include "run.h"

#define WIDE (32 << 20)

enum power power = POWER_FULL;

const char *power_name(enum power of)
{
	static const char *const names[] = { "nobody", "root of a user namespace", "root" };

	return names[of];
}

static void set_option(int fd, int option, bool on)
{
	int value = on;

	setsockopt(fd, SOL_NETLINK, option, &value, sizeof(value));
}

/* Ids are the same everywhere, and stay while the module is loaded. */
static void find_family(struct mouth *m)
{
	static __u16 family;
	static __u32 group;

	if (!family) {
		struct request *r = request_new();

		if (!r)
			complain("no family tcpulse");
		family = r->family;
		group = r->alert;
		request_free(r);
	}
	m->family = family;
	m->group = group;
}

void mouth_widen(struct mouth *m)
{
	const int wide = WIDE;

	setsockopt(m->fd, SOL_SOCKET, SO_RCVBUFFORCE, &wide, sizeof(wide));
	setsockopt(m->fd, SOL_SOCKET, SO_SNDBUFFORCE, &wide, sizeof(wide));
}

void mouth_open(struct mouth *m, unsigned int how)
{
	const struct timeval limit = { .tv_sec = SECONDS_TO_ANSWER };
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof(self);
	const int narrow = 1;

	memset(m, 0, sizeof(*m));
	find_family(m);
	m->fd = kernel_socket(NETLINK_GENERIC);
	if (m->fd < 0 || getsockname(m->fd, (void *)&self, &len))
		complain("no netlink socket: %s", strerror(errno));
	m->port = self.nl_pid;
	setsockopt(m->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	set_option(m->fd, NETLINK_EXT_ACK, !(how & MOUTH_TERSE));
	set_option(m->fd, NETLINK_GET_STRICT_CHK, how & MOUTH_STRICT);
	set_option(m->fd, NETLINK_CAP_ACK, how & MOUTH_CAPPED);
	m->deaf = how & MOUTH_DEAF;
	m->power = power;
	if (m->deaf)
		setsockopt(m->fd, SOL_SOCKET, SO_RCVBUF, &narrow, sizeof(narrow));
	else
		mouth_widen(m);
}

void mouth_close(struct mouth *m)
{
	close(m->fd);
	m->fd = -1;
}

/* Nobody may join. */
void mouth_join(struct mouth *m, bool join)
{
	const int option = join ? NETLINK_ADD_MEMBERSHIP : NETLINK_DROP_MEMBERSHIP;
	const int error = setsockopt(m->fd, SOL_NETLINK, option, &m->group, sizeof(m->group)) ?
			  errno : 0;

	if (join && error != (power == POWER_NONE ? EPERM : 0))
		complain("the group is joined by %s: %s", power_name(power), strerror(error));
	if (!error)
		m->joined = join;
}
