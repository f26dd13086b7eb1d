// SPDX-License-Identifier: GPL-2.0
/*
 * TCP sockets on loopback for the traffic makers. Every wait has a bound;
 * no function exits, the makers decide what a failure means.
 *
 * TRAFFIC_ADDRESS4 and TRAFFIC_ADDRESS6, in the environment, are other addresses of
 * this host, TRAFFIC_DEVICE is what all sockets are bound to; but those that listen are
 * bound to no device and no address, if there is a TRAFFIC_LISTENERS_ANYWHERE.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <linux/filter.h>

#include "sock.h"
#include "../client/slow.h"

#define LOOK_MS 50

const char * const kind_names[KINDS] = {
	[KIND_V4] = "v4",
	[KIND_V6] = "v6",
	[KIND_MAPPED] = "mapped",
	[KIND_DUAL] = "dual",
};

int client_family(enum kind k)
{
	return k == KIND_V4 || k == KIND_DUAL ? AF_INET : AF_INET6;
}

int server_family(enum kind k)
{
	return k == KIND_V4 ? AF_INET : AF_INET6;
}

unsigned int parse_kinds(char *list)
{
	unsigned int mask = 0, k;
	char *word;

	while ((word = strsep(&list, ","))) {
		for (k = 0; k < KINDS && strcmp(word, kind_names[k]); k++)
			;
		if (k == KINDS)
			return 0;
		mask |= 1u << k;
	}
	return mask;
}

static const char *setting(const char *name, const char *otherwise)
{
	const char *said = getenv(name);

	return said && *said ? said : otherwise;
}

/* ADDRESS, or ADDRESS%DEVICE; one that cannot be read is no address of this host. */
static void address6(const char *text, struct sockaddr_in6 *a)
{
	const size_t len = strcspn(text, "%");
	char address[INET6_ADDRSTRLEN] = "";

	if (len < sizeof(address))
		memcpy(address, text, len);
	inet_pton(AF_INET6, address, &a->sin6_addr);
	if (text[len])
		a->sin6_scope_id = if_nametoindex(text + len + 1);
}

void own_address(int family, bool mapped, union addr *a)
{
	const char *v4 = setting("TRAFFIC_ADDRESS4", "127.0.0.1");

	memset(a, 0, sizeof(*a));
	a->sa.sa_family = family;
	if (family == AF_INET) {
		inet_pton(AF_INET, v4, &a->in.sin_addr);
	} else if (mapped) {
		a->in6.sin6_addr.s6_addr[10] = 0xff;
		a->in6.sin6_addr.s6_addr[11] = 0xff;
		inet_pton(AF_INET, v4, &a->in6.sin6_addr.s6_addr[12]);
	} else {
		address6(setting("TRAFFIC_ADDRESS6", "::1"), &a->in6);
	}
}

int to_device(int fd)
{
	const char *device = setting("TRAFFIC_DEVICE", "");

	return *device ? setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
				    strlen(device) + 1) : 0;
}

socklen_t addr_len(const union addr *a)
{
	return a->sa.sa_family == AF_INET ? sizeof(a->in) : sizeof(a->in6);
}

int new_socket(int family, int protocol)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);

	if (fd >= 0 && to_device(fd))
		close_fd(&fd);
	return fd;
}

static int bind_and_name(int fd, union addr *a)
{
	socklen_t len = sizeof(*a);

	if (bind(fd, &a->sa, addr_len(a)))
		return -1;
	return getsockname(fd, &a->sa, &len);
}

int bind_any(enum kind k, bool client, int *fd, union addr *at)
{
	int family = client ? client_family(k) : server_family(k);

	*fd = new_socket(family, 0);
	if (*fd < 0)
		return -1;
	own_address(family, k == KIND_MAPPED, at);
	if (bind_and_name(*fd, at)) {
		close_fd(fd);
		return -1;
	}
	return 0;
}

/* Any address, bound to no device: the one to connect to is still a. */
static int listen_anywhere(int fd, union addr *a)
{
	union addr any = { .sa.sa_family = a->sa.sa_family };
	const char *device = setting("TRAFFIC_DEVICE", "");

	if (*device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "", 0))
		return -1;
	if (bind_and_name(fd, &any))
		return -1;
	/* of either family, the port is at the same place */
	a->in.sin_port = any.in.sin_port;
	return 0;
}

int listen_on(enum kind k, int protocol, int backlog, union addr *to)
{
	const bool anywhere = *setting("TRAFFIC_LISTENERS_ANYWHERE", "");
	int fd = new_socket(server_family(k), protocol);

	if (fd < 0)
		return -1;
	own_address(server_family(k), k == KIND_MAPPED, to);
	if (k == KIND_DUAL)
		to->in6.sin6_addr = in6addr_any;
	if ((anywhere ? listen_anywhere(fd, to) : bind_and_name(fd, to)) ||
	    listen(fd, backlog)) {
		close(fd);
		return -1;
	}
	if (k == KIND_DUAL) {
		in_port_t port = to->in6.sin6_port;

		own_address(AF_INET, false, to);
		to->in.sin_port = port;
	}
	return fd;
}

int start_connect(int fd, const union addr *to)
{
	if (!connect(fd, &to->sa, addr_len(to)) || errno == EINPROGRESS)
		return 0;
	return -1;
}

int connect_to(enum kind k, int protocol, const union addr *to)
{
	socklen_t len = sizeof(int);
	int err = 0;
	int fd;

	fd = new_socket(client_family(k), protocol);
	if (fd < 0)
		return -1;
	if (!start_connect(fd, to) && wait_for(fd, POLLOUT, bound_ms()) &&
	    !getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) && !err)
		return fd;
	close(fd);
	errno = err ? err : ETIMEDOUT;
	return -1;
}

int accept_from(int listener)
{
	if (!wait_for(listener, POLLIN, bound_ms()))
		return -1;
	return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int open_pair(enum kind k, int listener, const union addr *to, struct pair *p)
{
	p->s = -1;
	p->c = connect_to(k, 0, to);
	if (p->c < 0)
		return -1;
	p->s = accept_from(listener);
	if (p->s >= 0)
		return 0;
	close_fd(&p->c);
	return -1;
}

void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void close_pair(struct pair *p)
{
	close_fd(&p->c);
	close_fd(&p->s);
}

int scaled_ms(int ms)
{
	return ms * slow_said();
}

void stay_on_this_cpu(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* In many short waits: a machine that stands still for long ends just one of them. */
bool wait_for(int fd, short events, int ms)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (; ms > LOOK_MS; ms -= LOOK_MS)
		if (poll(&p, 1, LOOK_MS) == 1)
			return true;
	return poll(&p, 1, ms) == 1;
}

void wait_eof(int fd, int ms)
{
	char buf[4096];

	while (wait_for(fd, POLLIN, ms) && read(fd, buf, sizeof(buf)) > 0)
		;
}

void mute(int fd)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog prog = { .len = 1, .filter = &drop };

	setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog));
}

void unmute(int fd)
{
	int none = 0;

	setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof(none));
}

void abort_on_close(int fd)
{
	struct linger l = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
}

bool next_seq(int fd, __u32 *seq)
{
	int on = 1, off = -1, queue = TCP_SEND_QUEUE;
	socklen_t len = sizeof(*seq);

	return !setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)) &&
	       !setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue, sizeof(queue)) &&
	       !getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, seq, &len) &&
	       !setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof(off));
}

int tcp_state(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len))
		return -1;
	return info.tcpi_state;
}

bool await_state(int fd, int state)
{
	int ms;

	for (ms = bound_ms(); ms > 0; ms--) {
		if (tcp_state(fd) == state)
			return true;
		nap_us(1000);
	}
	return false;
}

void nap_us(unsigned int us)
{
	struct timespec ts = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };

	nanosleep(&ts, NULL);
}

void raise_fd_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	if (limit.rlim_max < 1048576 && !geteuid())
		limit.rlim_max = 1048576;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

void rng_seed(struct rng *r, __u64 seed)
{
	r->x = seed * 0x9e3779b97f4a7c15ull + 1;
	r->x ^= r->x >> 31;
	if (!r->x)
		r->x = 1;
}

unsigned int rng_below(struct rng *r, unsigned int n)
{
	r->x ^= r->x >> 12;
	r->x ^= r->x << 25;
	r->x ^= r->x >> 27;
	return ((r->x * 0x2545f4914f6cdd1dull) >> 33) % n;
}
