// SPDX-License-Identifier: GPL-2.0
/*
 * Listeners that are asked for more than they take:
 *
 *   overload serve [-a ACCEPTS-PER-SECOND | -w] LISTENER...
 *   overload press [-n CONNECTIONS] [-r RATE] [-s SEED] [-t FILE] ADDRESS,PORT...
 *   overload hold [-m | -w] [-i MS] -n CONNECTIONS ADDRESS,PORT...
 *
 * serve: each LISTENER is FAMILY,PORT,BACKLOG[,COPIES] with FAMILY v4, v6 (IPv6
 * only) or dual, of which several copies share a port (SO_REUSEPORT); every
 * one accepts ACCEPTS connections a second, none at all when that is 0, or one for
 * each byte on stdin (-w), and aborts them, so that no TIME_WAIT is left. Runs until
 * it is killed.
 *
 * press: connections to one of the targets after the other, 30 at once and RATE a
 * second at most, of which some never hear the SYN-ACK, some send, some end, some are
 * aborted. After each 30 a byte goes to FILE (-t): however slow the machine is, who
 * accepts by these stays as far behind. Before them comes a burst of such that never
 * hear it. Between them come ACKs that belong to nothing and, where a target is an
 * address of 127/8, SYNs to the broadcast address. The same seed gives the same
 * sequence. Ends by itself and prints "CONNECTIONS CONNECTED".
 *
 * hold: as many connections to each target as told, all at once or one every MS
 * milliseconds, held until it is killed; muted ones (-m) never hear the SYN-ACK.
 * With -w each waits for the one before, until a target takes no more: none of its
 * handshakes is half done then. It says how long it took, from before the first SYN.
 *
 * All print "ready", serve when it listens, press when half of the connections
 * have been tried, hold when all have.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <arpa/inet.h>

#include "raw.h"
#include "sock.h"

#define LISTENERS_MAX 64
#define TARGETS_MAX 16
#define SLOTS 64	/* connections that press keeps open */
#define AT_ONCE 30	/* connections between two pauses of press */
#define BURST 64	/* SYNs nobody answers for, at the beginning */
#define KEPT 16		/* connections that serve keeps open */
#define SOON_MS 1000	/* who is not connected by then will not be */

static union addr targets[TARGETS_MAX];
static unsigned int ntargets;

static __u64 now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000ull + ts.tv_nsec / 1000;
}

static void await_us(__u64 due)
{
	__u64 now = now_us();

	if (now < due)
		nap_us(due - now);
}

static void say_ready(void)
{
	puts("ready");
	fflush(stdout);
}

/* --- serve ----------------------------------------------------------------- */

static struct pollfd listeners[LISTENERS_MAX];
static unsigned int nlisteners;

static void open_listener(bool v4, bool v6only, unsigned int port, int backlog, bool shared)
{
	union addr at = { 0 };
	int on = 1, fd;

	at.sa.sa_family = v4 ? AF_INET : AF_INET6;
	if (v4)
		at.in.sin_port = htons(port);
	else
		at.in6.sin6_port = htons(port);
	fd = new_socket(at.sa.sa_family, 0);
	if (fd < 0 || nlisteners == LISTENERS_MAX)
		err(1, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (shared)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (v6only)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, &at.sa, addr_len(&at)) || listen(fd, backlog))
		err(1, "listen on port %u", port);
	listeners[nlisteners].fd = fd;
	listeners[nlisteners++].events = POLLIN;
}

static void open_listeners(const char *word)
{
	unsigned int port, copies = 1, i;
	char family[5];
	int backlog, n;

	n = sscanf(word, "%4[a-z0-9],%u,%d,%u", family, &port, &backlog, &copies);
	if (n < 3)
		errx(2, "no listener: %s", word);
	for (i = 0; i < copies; i++)
		open_listener(!strcmp(family, "v4"), !strcmp(family, "v6"), port,
			      backlog, n == 4);
}

static void accept_one(int listener)
{
	static unsigned int next;
	static int kept[KEPT];
	int *fd = &kept[next++ % KEPT];

	if (*fd)
		close(*fd);
	*fd = accept(listener, NULL, NULL);
	if (*fd >= 0)
		abort_on_close(*fd);
	else
		*fd = 0;
}

static void accept_from_each(void)
{
	unsigned int i;

	for (i = 0; i < nlisteners; i++)
		accept_one(listeners[i].fd);
}

static void serve(unsigned int rate)
{
	__u64 due = now_us();

	say_ready();
	while (rate) {
		due += 1000000 / rate;
		await_us(due);
		accept_from_each();
	}
	pause();
}

static void serve_when_told(void)
{
	char byte;

	say_ready();
	while (read(STDIN_FILENO, &byte, 1) == 1)
		accept_from_each();
	pause();
}

/* --- press ----------------------------------------------------------------- */

static struct rng rng;
static int slots[SLOTS];
static int raws[2];
static unsigned int connected;

static void add_target(char *word)
{
	union addr *to = &targets[ntargets++];
	char *port = strchr(word, ',');

	if (!port || ntargets > TARGETS_MAX)
		errx(2, "no target: %s", word);
	*port++ = '\0';
	memset(to, 0, sizeof(*to));
	if (inet_pton(AF_INET, word, &to->in.sin_addr) == 1) {
		to->in.sin_family = AF_INET;
		to->in.sin_port = htons(strtoul(port, NULL, 10));
	} else if (inet_pton(AF_INET6, word, &to->in6.sin6_addr) == 1) {
		to->in6.sin6_family = AF_INET6;
		to->in6.sin6_port = htons(strtoul(port, NULL, 10));
	} else {
		errx(2, "no address: %s", word);
	}
}

/* The address we would send from: a raw segment has to have one. */
static void our_end(const union addr *to, union addr *from)
{
	socklen_t len = sizeof(*from);
	int fd = socket(to->sa.sa_family, SOCK_DGRAM, 0);

	if (fd < 0 || connect(fd, &to->sa, addr_len(to)) ||
	    getsockname(fd, &from->sa, &len))
		err(1, "no way to a target");
	close(fd);
}

static void send_raw(const union addr *to, __u8 flags)
{
	bool six = to->sa.sa_family == AF_INET6;
	union addr from;

	our_end(to, &from);
	if (!raws[six])
		raws[six] = raw_open(to->sa.sa_family);
	if (raws[six] < 0)
		err(1, "raw socket");
	if (raw_send(raws[six], &from, to, rng_below(&rng, 0x7fffffff), flags) &&
	    errno != ENOBUFS)
		err(1, "send");
}

static bool is_loopback(const union addr *a)
{
	return a->sa.sa_family == AF_INET && ntohl(a->in.sin_addr.s_addr) >> 24 == 127;
}

static void send_broadcast_syn(const union addr *to)
{
	union addr all = *to;
	int on = 1;

	if (!raws[0])
		raws[0] = raw_open(AF_INET);
	setsockopt(raws[0], SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	all.in.sin_addr.s_addr = htonl(0x7fffffff);
	raw_send(raws[0], to, &all, rng_below(&rng, 0x7fffffff), RAW_SYN);
}

static void end_slot(int *fd)
{
	if (*fd < 0)
		return;
	connected += tcp_state(*fd) == 1;
	/* most are aborted: orphans would go on for minutes */
	if (rng_below(&rng, 8))
		abort_on_close(*fd);
	close_fd(fd);
}

static void connect_slot(int *fd, const union addr *to, bool muted)
{
	end_slot(fd);
	*fd = new_socket(to->sa.sa_family, 0);
	if (*fd < 0)
		err(1, "socket");
	if (muted)
		mute(*fd);
	start_connect(*fd, to);
}

static void poke(int fd)
{
	if (fd >= 0)
		send(fd, "?", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int told = -1;

static void open_told(const char *file)
{
	told = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (told < 0)
		err(1, "%s", file);
}

/* What was sent is answered before more is. */
static void pause_and_tell(unsigned int rate)
{
	nap_us(1000000ull * AT_ONCE / rate);
	if (told >= 0 && write(told, ".", 1) != 1)
		err(1, "nobody is told");
}

static void press(unsigned int n, unsigned int rate)
{
	const union addr *to;
	unsigned int i;

	memset(slots, -1, sizeof(slots));
	for (i = 0; i < BURST; i++)
		connect_slot(&slots[i % SLOTS], &targets[i % ntargets], true);
	for (i = 0; i < n; i++) {
		to = &targets[i % ntargets];
		connect_slot(&slots[rng_below(&rng, SLOTS)], to, !rng_below(&rng, 12));
		poke(slots[rng_below(&rng, SLOTS)]);
		if (!rng_below(&rng, 16))
			send_raw(to, RAW_ACK);
		if (is_loopback(to) && !rng_below(&rng, 16))
			send_broadcast_syn(to);
		if (i == n / 2)
			say_ready();
		if (i % AT_ONCE == AT_ONCE - 1)
			pause_and_tell(rate);
	}
	for (i = 0; i < SLOTS; i++) {
		if (slots[i] >= 0)
			abort_on_close(slots[i]);
		end_slot(&slots[i]);
	}
	printf("%u %u\n", n, connected);
}

/* --- hold ------------------------------------------------------------------- */

static void hold(unsigned int n, bool muted, bool in_turn, unsigned int ms)
{
	bool full[TARGETS_MAX] = { false };
	__u64 start = now_us();
	unsigned int i;
	int fd;

	raise_fd_limit();
	for (i = 0; i < n * ntargets; i++) {
		const union addr *to = &targets[i % ntargets];

		fd = new_socket(to->sa.sa_family, 0);
		if (fd < 0)
			err(1, "socket");
		if (muted)
			mute(fd);
		start_connect(fd, to);
		if (in_turn && !full[i % ntargets])
			full[i % ntargets] = !wait_for(fd, POLLOUT, scaled_ms(SOON_MS));
		if (ms)
			nap_us(ms * 1000);
	}
	printf("took %llu ms\n", (now_us() - start) / 1000);
	say_ready();
	pause();
}

static void explain(void)
{
	errx(2, "usage: overload serve|press|hold [OPTION]... WORD...");
}

int main(int argc, char **argv)
{
	unsigned int n = 1000, rate = 500, accepts = 50, ms = 0;
	const char *role = argc > 1 ? argv[1] : "";
	bool muted = false, wait = false;
	__u64 seed = 1;
	int opt;

	if (argc < 2)
		explain();
	optind = 2;
	while ((opt = getopt(argc, argv, "a:i:mn:r:s:t:w")) != -1) {
		if (opt == 'a')
			accepts = strtoul(optarg, NULL, 10);
		else if (opt == 'i')
			ms = strtoul(optarg, NULL, 10);
		else if (opt == 'm')
			muted = true;
		else if (opt == 'n')
			n = strtoul(optarg, NULL, 10);
		else if (opt == 'r')
			rate = strtoul(optarg, NULL, 10);
		else if (opt == 's')
			seed = strtoull(optarg, NULL, 10);
		else if (opt == 't')
			open_told(optarg);
		else if (opt == 'w')
			wait = true;
		else
			explain();
	}
	if (optind == argc || !rate)
		explain();
	rng_seed(&rng, seed);
	if (!strcmp(role, "serve")) {
		for (; optind < argc; optind++)
			open_listeners(argv[optind]);
		if (wait)
			serve_when_told();
		serve(accepts);
		return 0;
	}
	for (; optind < argc; optind++)
		add_target(argv[optind]);
	if (!strcmp(role, "press"))
		press(n, rate);
	else if (!strcmp(role, "hold"))
		hold(n, muted, wait, ms);
	else
		explain();
	return 0;
}
