// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../client/netlink.h"
#include "run.h"
#include "world.h"

#define IDS_MAX 512
#define PORTS_OF_A_WORKER 128

/* what a slot holds */
enum what { TCP, LOCAL, GROUP, UDP, PAIR };

struct slot {
	enum what what;
	__u16 family;
	__u16 port;
	bool v6only;
	int fd;
};

bool world_is_blind;

static struct slot slots[SLOTS];
static __u64 ids[IDS_MAX], transaction;
static unsigned int n_ids;
static struct request *asker;

void lo_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &ifr))
		complain("cannot see lo");
	ifr.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr))
		complain("cannot set lo up");
	close(fd);
}

/* --- sockets ------------------------------------------------------------ */

__u16 slot_port(unsigned int slot)
{
	return slots[slot % SLOTS].port;
}

__u16 slot_family(unsigned int slot)
{
	return slots[slot % SLOTS].family;
}

/* Return: length. */
unsigned int slot_address(unsigned int slot, void *address)
{
	const struct slot *s = &slots[slot % SLOTS];
	const struct in_addr lo = { htonl(INADDR_LOOPBACK) };

	memset(address, 0, sizeof(struct in6_addr));
	if (s->family == AF_INET6) {
		if (s->what == LOCAL)
			memcpy(address, &in6addr_loopback, sizeof(in6addr_loopback));
		return sizeof(struct in6_addr);
	}
	if (s->what == LOCAL || s->what == PAIR)
		memcpy(address, &lo, sizeof(lo));
	return sizeof(lo);
}

static socklen_t fill_address(unsigned int slot, struct sockaddr_storage *to)
{
	struct sockaddr_in6 *v6 = (void *)to;
	struct sockaddr_in *v4 = (void *)to;

	memset(to, 0, sizeof(*to));
	to->ss_family = slots[slot].family;
	if (to->ss_family == AF_INET6) {
		v6->sin6_port = htons(slots[slot].port);
		slot_address(slot, &v6->sin6_addr);
		return sizeof(*v6);
	}
	v4->sin_port = htons(slots[slot].port);
	slot_address(slot, &v4->sin_addr);
	return sizeof(*v4);
}

/* None of it need succeed: parameters are anything, and ports may be in use. */
static void open_slot(unsigned int i, int backlog)
{
	struct slot *s = &slots[i];
	struct sockaddr_storage to;
	socklen_t len = fill_address(i, &to);
	int on = 1;

	s->fd = socket(s->family, (s->what == UDP ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK |
		       SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return;
	if (s->what == PAIR) {
		connect(s->fd, (void *)&to, len);
		return;
	}
	setsockopt(s->fd, SOL_SOCKET, s->what == GROUP ? SO_REUSEPORT : SO_REUSEADDR, &on,
		   sizeof(on));
	if (s->v6only)
		setsockopt(s->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	bind(s->fd, (void *)&to, len);
	if (s->what != UDP)
		listen(s->fd, backlog);
}

static void close_slot(unsigned int i)
{
	if (slots[i].fd >= 0)
		close(slots[i].fd);
	slots[i].fd = -1;
}

/* Plenty of plain listeners at the end, so that a dump takes several messages. */
static void plan_slot(unsigned int i, unsigned int first)
{
	struct slot *s = &slots[i];

	*s = (struct slot){ .what = TCP, .family = i % 3 == 2 ? AF_INET6 : AF_INET,
			    .port = first + i, .v6only = i % 2, .fd = -1 };
	if (i < 4) {
		s->what = LOCAL;
	} else if (i < 14) {
		s->what = GROUP;
		s->family = i < 10 ? AF_INET : AF_INET6;
		s->port = first + 4;
		s->v6only = true;
	} else if (i < 18) {
		s->what = UDP;
		s->port = first + i - 14;
	} else if (i < 26) {
		s->what = PAIR;
		s->family = AF_INET;
		s->port = first + 30 + i % 4;
	}
}

/* In the namespace it shall be in. */
void world_build(unsigned int worker)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		plan_slot(i, 20000 + worker * PORTS_OF_A_WORKER);
		open_slot(i, 4 + i);
	}
	asker = request_new();
	if (!asker)
		complain("cannot ask");
	world_learn();
}

void world_close(void)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		close_slot(i);
	request_free(asker);
}

static void accept_one(int fd)
{
	const int got = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (got >= 0)
		close(got);
}

void world_churn(struct rng *r)
{
	const unsigned int i = rnd(r, SLOTS), action = rnd(r, 4), backlog = rnd(r, 300);

	if (slots[i].fd < 0)
		open_slot(i, backlog);
	else if (action < 2)
		close_slot(i);
	else if (action == 2)
		listen(slots[i].fd, backlog);
	else
		accept_one(slots[i].fd);
}

/* --- numbers that the module gives ----------------------------------------- */

/* Return: whether that was the end of the dump. */
static bool read_ids(const void *data, ssize_t len)
{
	const struct nlmsghdr *nlh = data;
	struct nlattr *attr;
	int left = len;

	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_type == NLMSG_DONE)
			return true;
		if (nlh->nlmsg_type != asker->family)
			complain("listeners cannot be dumped");
		mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
			if (mnl_attr_get_type(attr) == TCPULSE_A_LISTENER_ID && n_ids < IDS_MAX)
				ids[n_ids++] = mnl_attr_get_u64(attr);
	}
	return false;
}

/* Which listeners there are now. */
void world_learn(void)
{
	ssize_t len;

	request_begin(asker, asker->family, TCPULSE_CMD_LISTENER_GET);
	asker->nlh->nlmsg_flags |= NLM_F_DUMP;
	if (mnl_socket_sendto(asker->nl, asker->nlh, asker->nlh->nlmsg_len) < 0)
		complain("cannot ask for listeners");
	n_ids = 0;
	do {
		len = kernel_mnl_receive(asker->nl, asker->answer, sizeof(asker->answer));
		if (len < 0)
			complain("no answer about listeners: %s", strerror(errno));
	} while (!read_ids(asker->answer, len));
}

__u64 some_id(unsigned int n)
{
	return world_is_blind || !n_ids ? n : ids[n % n_ids];
}

__u64 last_transaction(void)
{
	return world_is_blind ? 0 : transaction;
}

void set_last_transaction(__u64 number)
{
	transaction = number;
}
