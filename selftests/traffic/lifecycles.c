// SPDX-License-Identifier: GPL-2.0
/*
 * A mix of the ways a TCP connection can live and die, on loopback:
 *
 *   lifecycles [-t THREADS] [-n ROUNDS] [-s SEED] [-k KINDS] [-o|-x CYCLE,...] [-p CYCLES]
 *
 * Each thread does ROUNDS cycles, chosen by SEED, and plays both ends of each.
 * Some are left half way (parked) and finished later, so that whoever stops
 * the process finds sockets in every state. -o does only these cycles, -x adds
 * some that need a sysctl or a kernel option: tfo, mptcp. With -p the process
 * stops itself (SIGSTOP) each time that so many cycles of all threads have been
 * done, in the middle of others; SIGCONT lets it go on. Prints for each
 * "CYCLE done failed".
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/tcp.h>

#include "sock.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif

#define PARKED 8	/* connections a thread leaves half way */
#define EOF_MS 300	/* longest wait for a FIN, on an idle machine */
#define MAX_CYCLES 32

enum { PLAIN, HOLE, TFO, MPTCP, LISTENERS };

struct worker {
	pthread_t thread;
	struct rng rng;
	unsigned int kinds;
	unsigned int rounds;
	int listener[KINDS][LISTENERS];
	union addr at[KINDS][LISTENERS];
	struct pair parked[PARKED];
	unsigned int next;
	unsigned int done[MAX_CYCLES];
	unsigned int failed[MAX_CYCLES];
};

static unsigned int enabled;
static unsigned int pause_every;	/* cycles; 0: never */
static atomic_uint cycles_done;

static int listener_of(struct worker *w, enum kind k, int what)
{
	int *fd = &w->listener[k][what];
	int on = 16;

	if (*fd >= 0)
		return *fd;
	*fd = listen_on(k, what == MPTCP ? IPPROTO_MPTCP : 0, 64, &w->at[k][what]);
	if (*fd >= 0 && what == HOLE)
		mute(*fd);
	if (*fd >= 0 && what == TFO)
		setsockopt(*fd, IPPROTO_TCP, TCP_FASTOPEN, &on, sizeof(on));
	return *fd;
}

static int pair_of(struct worker *w, enum kind k, struct pair *p)
{
	int fd = listener_of(w, k, PLAIN);

	return fd < 0 ? -1 : open_pair(k, fd, &w->at[k][PLAIN], p);
}

/* Both ends hear again, or nobody would ever take the FINs. */
static void finish(struct pair *p)
{
	if (p->c >= 0)
		unmute(p->c);
	if (p->s >= 0)
		unmute(p->s);
	close_pair(p);
}

static void park(struct worker *w, struct pair p)
{
	struct pair *place = &w->parked[w->next++ % PARKED];

	finish(place);
	*place = p;
}

/* One time in four what is half done stays so for a while. */
static void finish_or_park(struct worker *w, struct pair p)
{
	if (rng_below(&w->rng, 4))
		finish(&p);
	else
		park(w, p);
}

static void say(int fd)
{
	if (send(fd, "x", 1, MSG_NOSIGNAL) < 0)
		return;
}

/* --- the cycles ----------------------------------------------------------- */

static int client_closes(struct worker *w, enum kind k)
{
	struct pair p;

	if (pair_of(w, k, &p))
		return -1;
	say(p.c);
	close_fd(&p.c);
	wait_eof(p.s, scaled_ms(EOF_MS));
	finish_or_park(w, p);
	return 0;
}

static int server_closes(struct worker *w, enum kind k)
{
	struct pair p;

	if (pair_of(w, k, &p))
		return -1;
	say(p.s);
	close_fd(&p.s);
	wait_eof(p.c, scaled_ms(EOF_MS));
	finish_or_park(w, p);
	return 0;
}

static int linger_0(struct worker *w, enum kind k)
{
	struct pair p;

	if (pair_of(w, k, &p))
		return -1;
	abort_on_close(rng_below(&w->rng, 2) ? p.c : p.s);
	finish_or_park(w, p);
	return 0;
}

static int half_close(struct worker *w, enum kind k)
{
	struct pair p;

	if (pair_of(w, k, &p))
		return -1;
	shutdown(p.c, SHUT_WR);
	wait_eof(p.s, scaled_ms(EOF_MS));
	say(p.s);
	finish_or_park(w, p);
	return 0;
}

/* Closed with unread data: a RST instead of a FIN. */
static int unread_data(struct worker *w, enum kind k)
{
	struct pair p;

	if (pair_of(w, k, &p))
		return -1;
	say(p.s);
	say(p.s);
	wait_for(p.c, POLLIN, scaled_ms(EOF_MS));
	close_fd(&p.c);
	finish_or_park(w, p);
	return 0;
}

/*
 * A FIN_WAIT2 minisock, which then meets a FIN, a RST or data nobody takes;
 * or stays until it expires.
 */
static int orphan(struct worker *w, enum kind k)
{
	struct pair p;

	if (pair_of(w, k, &p))
		return -1;
	close_fd(&p.c);
	wait_eof(p.s, scaled_ms(EOF_MS));
	switch (rng_below(&w->rng, 4)) {
	case 0:
		abort_on_close(p.s);
		break;
	case 1:
		say(p.s);
		break;
	case 2:
		park(w, p);
		return 0;
	}
	finish(&p);
	return 0;
}

/* Each closes before it has heard of the other's FIN. */
static int close_at_once(struct worker *w, enum kind k)
{
	struct pair p;

	if (pair_of(w, k, &p))
		return -1;
	mute(p.s);
	if (rng_below(&w->rng, 2))
		mute(p.c);
	shutdown(p.c, SHUT_WR);
	shutdown(p.s, SHUT_WR);
	finish_or_park(w, p);
	return 0;
}

/* Two connect() calls that meet; nobody listens. */
static int open_at_once(struct worker *w, enum kind k)
{
	union addr at_c, at_s;
	struct pair p;

	if (bind_any(k, true, &p.c, &at_c))
		return -1;
	if (bind_any(k, true, &p.s, &at_s)) {
		close_fd(&p.c);
		return -1;
	}
	mute(p.c);
	if (start_connect(p.c, &at_s))
		goto err_pair;
	if (!rng_below(&w->rng, 4))
		mute(p.s);
	unmute(p.c);
	if (start_connect(p.s, &at_c))
		goto err_pair;
	if (!wait_for(p.c, POLLOUT, scaled_ms(EOF_MS))) {
		park(w, p);
		return 0;
	}
	finish_or_park(w, p);
	return 0;

err_pair:
	close_pair(&p);
	return -1;
}

static int self_connect(struct worker *w, enum kind k)
{
	struct pair p = { -1, -1 };
	union addr at;

	if (bind_any(k, true, &p.c, &at))
		return -1;
	if (start_connect(p.c, &at) || !wait_for(p.c, POLLOUT, scaled_ms(EOF_MS))) {
		close_pair(&p);
		return -1;
	}
	finish_or_park(w, p);
	return 0;
}

static int refused(struct worker *w, enum kind k)
{
	union addr at;
	int fd, c;

	(void)w;
	if (bind_any(k, false, &fd, &at))
		return -1;
	if (k == KIND_DUAL) {
		/* a port that an IPv4 client can ask for */
		in_port_t port = at.in6.sin6_port;

		own_address(AF_INET, false, &at);
		at.in.sin_port = port;
	}
	c = connect_to(k, 0, &at);
	close(fd);
	if (c < 0)
		return errno == ECONNREFUSED || errno == ETIMEDOUT ? 0 : -1;
	close(c);
	return -1;
}

/* Given up in SYN_SENT. */
static int aborted_connect(struct worker *w, enum kind k)
{
	struct pair p = { -1, -1 };

	if (listener_of(w, k, HOLE) < 0)
		return -1;
	p.c = new_socket(client_family(k), 0);
	if (p.c < 0 || start_connect(p.c, &w->at[k][HOLE])) {
		close_pair(&p);
		return -1;
	}
	finish_or_park(w, p);
	return 0;
}

/* The client is gone, or does not hear, when the SYN-ACK comes. */
static int half_open(struct worker *w, enum kind k)
{
	struct pair p = { -1, -1 };

	if (listener_of(w, k, PLAIN) < 0)
		return -1;
	p.c = new_socket(client_family(k), 0);
	if (p.c < 0)
		return -1;
	mute(p.c);
	if (start_connect(p.c, &w->at[k][PLAIN])) {
		close_pair(&p);
		return -1;
	}
	/* Closed before it hears again: the next SYN-ACK is answered by RST. */
	if (rng_below(&w->rng, 2))
		close_fd(&p.c);
	park(w, p);
	return 0;
}

/* connect(AF_UNSPEC), and the same socket again: as client, as listener. */
static int reuse_socket(struct worker *w, enum kind k)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct pair p;
	int ret;

	if (pair_of(w, k, &p))
		return -1;
	ret = connect(p.c, &none, sizeof(none));
	close_fd(&p.s);
	if (!ret && rng_below(&w->rng, 2)) {
		ret = start_connect(p.c, &w->at[k][PLAIN]);
		p.s = accept_from(w->listener[k][PLAIN]);
	} else if (!ret) {
		ret = listen(p.c, 4);
	}
	finish_or_park(w, p);
	return ret;
}

/* A listener ends with connections nobody has accepted. */
static int listener_ends(struct worker *w, enum kind k)
{
	int c[3] = { -1, -1, -1 };
	union addr at;
	int fd, i;

	fd = listen_on(k, 0, 8, &at);
	if (fd < 0)
		return -1;
	for (i = 0; i < 3; i++)
		c[i] = connect_to(k, 0, &at);
	listen(fd, 16);
	if (rng_below(&w->rng, 2)) {
		shutdown(fd, SHUT_RD);
		listen(fd, 4);
	}
	close(fd);
	for (i = 0; i < 3; i++)
		close_fd(&c[i]);
	return 0;
}

static int bound_only(struct worker *w, enum kind k)
{
	struct pair p = { -1, -1 };
	union addr at;

	if (bind_any(k, false, &p.s, &at))
		return -1;
	finish_or_park(w, p);
	return 0;
}

/* from says which port; SO_REUSEADDR on both is what lets bind() have it */
static int connect_from(enum kind k, const union addr *from, const union addr *to)
{
	int on = 1, fd = new_socket(client_family(k), 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if ((from && bind(fd, &from->sa, addr_len(from))) || start_connect(fd, to) ||
	    !wait_for(fd, POLLOUT, scaled_ms(EOF_MS))) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * A port pair in TIME_WAIT, the client's or the server's, is connected again
 * at once. Where the old one is not gone yet there is nothing to reuse.
 */
static int reuse_port(struct worker *w, enum kind k)
{
	int fd = listener_of(w, k, PLAIN);
	socklen_t len = sizeof(union addr);
	struct pair p = { -1, -1 };
	union addr from;

	if (fd < 0)
		return -1;
	p.c = connect_from(k, NULL, &w->at[k][PLAIN]);
	if (p.c < 0)
		return -1;
	p.s = accept_from(fd);
	if (p.s < 0 || getsockname(p.c, &from.sa, &len)) {
		close_pair(&p);
		return -1;
	}
	if (rng_below(&w->rng, 2)) {
		close_fd(&p.c);
		wait_eof(p.s, scaled_ms(EOF_MS));
	} else {
		close_fd(&p.s);
		wait_eof(p.c, scaled_ms(EOF_MS));
	}
	close_pair(&p);
	p.c = connect_from(k, &from, &w->at[k][PLAIN]);
	if (p.c < 0)
		return 0;
	p.s = accept_from(fd);
	finish_or_park(w, p);
	return 0;
}

/* Data in the SYN; the listener asks for no cookie (sysctl). */
static int fast_open(struct worker *w, enum kind k)
{
	struct pair p = { -1, -1 };
	int on = 1, fd = listener_of(w, k, TFO);
	const union addr *to = &w->at[k][TFO];
	unsigned int choice = rng_below(&w->rng, 4);

	p.c = new_socket(client_family(k), 0);
	if (fd < 0 || p.c < 0)
		goto err_pair;
	setsockopt(p.c, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, &on, sizeof(on));
	if (choice == 0)
		mute(p.c);
	if (sendto(p.c, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, &to->sa,
		   addr_len(to)) < 0 && errno != EINPROGRESS)
		goto err_pair;
	p.s = accept_from(fd);
	if (p.s < 0)
		goto err_pair;
	/* Closed by the server before the handshake has ended: if it is mute. */
	if (choice < 2) {
		wait_for(p.s, POLLIN, scaled_ms(EOF_MS));
		if (read(p.s, &on, sizeof(on)) > 0)
			close_fd(&p.s);
	}
	finish_or_park(w, p);
	return 0;

err_pair:
	close_pair(&p);
	return -1;
}

/* MPTCP at both ends, or at the client's only (falls back to TCP). */
static int multipath(struct worker *w, enum kind k)
{
	int fd, what = rng_below(&w->rng, 4) ? MPTCP : PLAIN;
	struct pair p = { -1, -1 };

	fd = listener_of(w, k, what);
	if (fd < 0)
		return -1;
	p.c = connect_to(k, IPPROTO_MPTCP, &w->at[k][what]);
	if (p.c < 0)
		return -1;
	p.s = accept_from(fd);
	say(p.c);
	if (p.s >= 0 && wait_for(p.s, POLLIN, scaled_ms(EOF_MS)))
		say(p.s);
	/* no filters on these: nothing to unmute */
	if (rng_below(&w->rng, 4))
		close_pair(&p);
	else
		park(w, p);
	return 0;
}

static const struct cycle {
	const char *name;
	int (*run)(struct worker *w, enum kind k);
	bool extra;
} cycles[] = {
	{ "client-closes", client_closes, false },
	{ "server-closes", server_closes, false },
	{ "linger-0", linger_0, false },
	{ "half-close", half_close, false },
	{ "unread-data", unread_data, false },
	{ "orphan", orphan, false },
	{ "close-at-once", close_at_once, false },
	{ "open-at-once", open_at_once, false },
	{ "self-connect", self_connect, false },
	{ "refused", refused, false },
	{ "aborted-connect", aborted_connect, false },
	{ "half-open", half_open, false },
	{ "reuse-socket", reuse_socket, false },
	{ "listener-ends", listener_ends, false },
	{ "bound-only", bound_only, false },
	{ "reuse-port", reuse_port, false },
	{ "tfo", fast_open, true },
	{ "mptcp", multipath, true },
};

#define CYCLES ARRAY_SIZE(cycles)

/* --- threads ---------------------------------------------------------------- */

static unsigned int pick(struct rng *r, unsigned int mask, unsigned int n)
{
	unsigned int i;

	do
		i = rng_below(r, n);
	while (!(mask & 1u << i));
	return i;
}

static void pause_at_times(void)
{
	unsigned int done = atomic_fetch_add(&cycles_done, 1) + 1;

	if (pause_every && done % pause_every == 0)
		kill(getpid(), SIGSTOP);
}

static void *work(void *data)
{
	struct worker *w = data;
	unsigned int i, c, k, l;

	for (i = 0; i < w->rounds; i++) {
		k = pick(&w->rng, w->kinds, KINDS);
		c = pick(&w->rng, enabled, CYCLES);
		if (cycles[c].run(w, k))
			w->failed[c]++;
		else
			w->done[c]++;
		pause_at_times();
	}
	for (i = 0; i < PARKED; i++)
		finish(&w->parked[i]);
	for (k = 0; k < KINDS; k++)
		for (l = 0; l < LISTENERS; l++)
			close_fd(&w->listener[k][l]);
	return NULL;
}

static void start(struct worker *w, unsigned int i, __u64 seed,
		  unsigned int kinds, unsigned int rounds)
{
	rng_seed(&w->rng, seed * 1000 + i);
	w->kinds = kinds;
	w->rounds = rounds;
	memset(w->listener, -1, sizeof(w->listener));
	memset(w->parked, -1, sizeof(w->parked));
	errno = pthread_create(&w->thread, NULL, work, w);
	if (errno)
		err(1, "pthread_create");
}

static void report(const struct worker *workers, unsigned int n)
{
	unsigned int c, i, done, failed;

	for (c = 0; c < CYCLES; c++) {
		done = 0;
		failed = 0;
		for (i = 0; i < n; i++) {
			done += workers[i].done[c];
			failed += workers[i].failed[c];
		}
		if (enabled & 1u << c)
			printf("%s %u %u\n", cycles[c].name, done, failed);
	}
}

static void enable(char *list)
{
	char *word;
	size_t c;

	while ((word = strsep(&list, ","))) {
		for (c = 0; c < CYCLES && strcmp(word, cycles[c].name); c++)
			;
		if (c == CYCLES)
			errx(2, "no such cycle: %s", word);
		enabled |= 1u << c;
	}
}

static void explain(void)
{
	errx(2, "usage: lifecycles [-t THREADS] [-n ROUNDS] [-s SEED] [-k KINDS] [-o|-x CYCLES] %s",
	     "[-p CYCLES]");
}

int main(int argc, char **argv)
{
	unsigned int threads = 16, rounds = 50, kinds = (1u << KINDS) - 1, i;
	struct worker *workers;
	__u64 seed = 1;
	int opt;

	for (i = 0; i < CYCLES; i++)
		enabled |= cycles[i].extra ? 0 : 1u << i;
	while ((opt = getopt(argc, argv, "t:n:s:k:x:o:p:")) != -1) {
		if (opt == 't')
			threads = strtoul(optarg, NULL, 10);
		else if (opt == 'n')
			rounds = strtoul(optarg, NULL, 10);
		else if (opt == 's')
			seed = strtoull(optarg, NULL, 10);
		else if (opt == 'p')
			pause_every = strtoul(optarg, NULL, 10);
		else if (opt == 'k')
			kinds = parse_kinds(optarg);
		else if (opt == 'o')
			enabled = 0;
		if (opt == 'x' || opt == 'o')
			enable(optarg);
		if (opt == '?' || !kinds)
			explain();
	}
	if (optind != argc || !threads)
		explain();
	signal(SIGPIPE, SIG_IGN);
	raise_fd_limit();
	workers = calloc(threads, sizeof(*workers));
	if (!workers)
		err(1, "calloc");
	for (i = 0; i < threads; i++)
		start(&workers[i], i, seed, kinds, rounds);
	for (i = 0; i < threads; i++)
		pthread_join(workers[i].thread, NULL);
	report(workers, threads);
	free(workers);
	return 0;
}
