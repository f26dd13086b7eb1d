// SPDX-License-Identifier: GPL-2.0
/*
 * The work that vm/bench measures: whole connections, request/response
 * exchanges, or bulk data, over IPv4 loopback. One thread plays both ends, so
 * that nothing sleeps and nothing but the work is in the time. Each round is in
 * a network namespace of its own: what an earlier one left behind, TIME_WAIT
 * minisocks and taken ports, changes the cost of the next. Prints a line a
 * round: nanoseconds for one unit of work.
 *
 * usage: cycle WORK ROUNDS UNITS
 *	WORK	connection: connect, accept, one byte, close
 *		exchange: one byte there and one back, on one connection
 *		bulk: a megabyte in writes of 8 kB, on one connection
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "sock.h"

#define WARM_UP_DIVISOR 4	/* a quarter of the units of a round go before it */
#define SETTLE_US 1000000	/* for what the kernel does about a namespace later */
#define BACKLOG 16
#define CHUNK 8192
#define MEGABYTE 1048576
#define TIMEWAIT_MAX 1048576	/* no minisock is refused */

struct bench {
	union addr to;
	int listener;
	struct pair p;
};

struct work {
	const char *name;
	bool (*unit)(struct bench *b);
};

static bool carry(int from, int to, size_t len)
{
	static char buf[CHUNK];
	size_t got = 0;
	ssize_t n;

	if (write(from, buf, len) != (ssize_t)len)
		return false;
	while (got < len) {
		n = read(to, buf, len - got);
		if (n <= 0)
			return false;
		got += n;
	}
	return true;
}

/* Blocking sockets: on loopback all is there when the call that sent returns. */
static bool open_connection(struct bench *b)
{
	b->p.s = -1;
	b->p.c = socket(AF_INET, SOCK_STREAM, 0);
	if (b->p.c < 0 || connect(b->p.c, &b->to.sa, addr_len(&b->to)))
		return false;
	b->p.s = accept(b->listener, NULL, NULL);
	return b->p.s >= 0;
}

/* The client closes first: its TIME_WAIT minisock begins in FIN_WAIT2. */
static bool unit_connection(struct bench *b)
{
	bool ok = open_connection(b) && carry(b->p.c, b->p.s, 1);

	close_pair(&b->p);
	return ok;
}

static bool unit_exchange(struct bench *b)
{
	return carry(b->p.c, b->p.s, 1) && carry(b->p.s, b->p.c, 1);
}

static bool unit_bulk(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < MEGABYTE / CHUNK; i++)
		if (!carry(b->p.c, b->p.s, CHUNK))
			return false;
	return true;
}

static const struct work works[] = {
	{ "connection", unit_connection },
	{ "exchange", unit_exchange },
	{ "bulk", unit_bulk },
};

static bool lift_timewait_limit(void)
{
	FILE *f = fopen("/proc/sys/net/ipv4/tcp_max_tw_buckets", "w");

	if (!f)
		return false;
	fprintf(f, "%d\n", TIMEWAIT_MAX);
	return !fclose(f);
}

static bool raise_loopback(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	bool ok;

	if (fd < 0)
		return false;
	ok = !ioctl(fd, SIOCSIFFLAGS, &lo);
	close(fd);
	return ok;
}

/* Moves to a new namespace; the kernel takes the last one down meanwhile. */
static bool fresh_namespace(void)
{
	if (unshare(CLONE_NEWNET) || !raise_loopback() || !lift_timewait_limit())
		return false;
	nap_us(SETTLE_US);
	return true;
}

static __u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static bool repeat(struct bench *b, const struct work *w, unsigned int units)
{
	while (units--)
		if (!w->unit(b))
			return false;
	return true;
}

static bool measure(struct bench *b, const struct work *w, unsigned int units)
{
	__u64 start;

	if (!repeat(b, w, units / WARM_UP_DIVISOR))
		return false;
	start = now_ns();
	if (!repeat(b, w, units))
		return false;
	printf("%llu\n", (now_ns() - start) / units);
	return !fflush(stdout);
}

static bool round_of(const struct work *w, unsigned int units)
{
	struct bench b = { .p = { -1, -1 } };
	bool ok;

	if (!fresh_namespace())
		return false;
	b.listener = listen_on(KIND_V4, 0, BACKLOG, &b.to);
	if (b.listener < 0)
		return false;
	ok = (w->unit == unit_connection || open_connection(&b)) &&
	     measure(&b, w, units);
	close_pair(&b.p);
	close_fd(&b.listener);
	return ok;
}

static const struct work *find_work(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(works); i++)
		if (!strcmp(works[i].name, name))
			return &works[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct work *w = argc == 4 ? find_work(argv[1]) : NULL;
	unsigned int rounds, units;

	rounds = w ? strtoul(argv[2], NULL, 10) : 0;
	units = w ? strtoul(argv[3], NULL, 10) : 0;
	if (!rounds || !units) {
		fprintf(stderr, "usage: cycle connection|exchange|bulk ROUNDS UNITS\n");
		return 2;
	}
	while (rounds--) {
		if (round_of(w, units))
			continue;
		fprintf(stderr, "cycle: %s: %s\n", w->name, strerror(errno));
		return 1;
	}
	return 0;
}
