// SPDX-License-Identifier: GPL-2.0
/*
 * Packets, random and mutated, sent by ways that are chosen at random:
 *
 *   pktfuzz [-s SEED] [-n PACKETS] [-p PACKETS] [-t SECONDS] [-x NAMESPACE:DEVICE]...
 *           HOST PEER WAY...
 *   pktfuzz -d [-s SEED] [-n PACKETS]
 *
 * HOST and PEER are namespaces, which have the addresses of flow.c and a link between
 * them; a way is NAMESPACE:KIND[:DEVICE], see way.c. Beside the packets, connections
 * of HOST and PEER live and end, and some packets pretend to be theirs. -x puts a
 * program of XDP on a device. Of the same seed come the same packets, but for the
 * sequence numbers of live connections. -d sends none. With -p the process stops
 * itself (SIGSTOP) each time that so many have been made; SIGCONT lets it go on. Prints
 * how many packets it made, how many of them the kernel took, and with -d a sum over
 * them; -t ends it early.
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "live.h"
#include "packet.h"
#include "way.h"

#define MOST_WAYS 64
#define MOST_XDP 8

static struct way *ways[MOST_WAYS];
static unsigned int n_ways;
static unsigned int pause_every;	/* packets; 0: never */
static bool dry;

/* Neighbours have nothing in common. */
static void seed_packet(struct rng *r, __u64 seed, __u64 n)
{
	__u64 x = seed * 0xbf58476d1ce4e5b9ull + n;

	x = (x ^ (x >> 30)) * 0x94d049bb133111ebull;
	x = (x ^ (x >> 27)) * 0xbf58476d1ce4e5b9ull;
	rng_seed(r, x ^ (x >> 31));
}

/* Single bits, wherever they are. */
static void flip(struct rng *r, struct packet *p)
{
	unsigned int n = 1 + rng_below(r, 3);

	while (n-- && p->len)
		p->at[rng_below(r, p->len)] ^= 1 << rng_below(r, 8);
}

static void make(struct maker *m)
{
	packet_begin(&m->p);
	flow_choose(&m->r, &m->flow);
	if (percent(&m->r, 40) && !dry)
		live_flow(&m->r, &m->flow);
	network_push(m, percent(&m->r, 75) ? segment_make(m) : message_make(m));
	if (percent(&m->r, 5))
		flip(&m->r, &m->p);
	tunnel_wrap(m);
}

/* --- one after the other ------------------------------------------------- */

static __u64 sum = 0xcbf29ce484222325ull;	/* FNV-1a */

static void add_to_sum(const struct packet *p)
{
	size_t i;

	for (i = 0; i < p->len; i++)
		sum = (sum ^ p->at[i]) * 0x100000001b3ull;
}

static bool send_one(struct maker *m, struct packet *p)
{
	if (!dry)
		return way_send(ways[rng_below(&m->r, n_ways)], &m->r, p);
	add_to_sum(p);
	return true;
}

/* Returns how many of them the kernel took; *n is how many there were. */
static unsigned int one(__u64 seed, __u64 number, unsigned int *n)
{
	struct maker m = { .rest.len = 0 };
	unsigned int taken;

	seed_packet(&m.r, seed, number);
	if (percent(&m.r, 25) && !dry)
		live_step(&m.r);
	make(&m);
	taken = send_one(&m, &m.p);
	*n += 1;
	if (!m.rest.len)
		return taken;
	*n += 1;
	return taken + send_one(&m, &m.rest);
}

static void pause_at(unsigned int made)
{
	static unsigned int paused;

	if (!pause_every || made / pause_every == paused)
		return;
	paused = made / pause_every;
	raise(SIGSTOP);
}

static void fuzz(__u64 seed, unsigned int n, time_t seconds)
{
	unsigned int made = 0, taken = 0;
	const time_t end = time(NULL) + seconds;
	__u64 number;

	for (number = 0; made < n && (number % 64 || time(NULL) < end); number++) {
		taken += one(seed, number, &made);
		pause_at(made);
	}
	printf("%u packets made, %u taken", made, taken);
	if (dry)
		printf(", sum %016llx", (unsigned long long)sum);
	puts("");
}

/* --- the command line ------------------------------------------------------ */

static void open_ways(char **specs, int n)
{
	while (n-- > 0 && n_ways < MOST_WAYS) {
		ways[n_ways] = way_open(*specs++);
		n_ways += !!ways[n_ways];
	}
	if (!n_ways)
		errx(1, "there is no way");
}

static void prepare(int argc, char **argv, char **xdp)
{
	if (argc < 3)
		errx(1, "usage: pktfuzz [OPTION]... HOST PEER WAY...");
	live_begin(argv[0], argv[1]);
	open_ways(argv + 2, argc - 2);
	while (*xdp)
		xdp_attach(*xdp++);
}

int main(int argc, char **argv)
{
	char *xdp[MOST_XDP + 1] = { NULL };
	unsigned int n = 1000, n_xdp = 0;
	time_t seconds = 600;
	__u64 seed = 1;
	int c;

	while ((c = getopt(argc, argv, "ds:n:p:t:x:")) != -1) {
		if (c == 'd')
			dry = true;
		else if (c == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (c == 'n')
			n = strtoul(optarg, NULL, 0);
		else if (c == 'p')
			pause_every = strtoul(optarg, NULL, 0);
		else if (c == 't')
			seconds = strtoul(optarg, NULL, 0);
		else if (c == 'x' && n_xdp < MOST_XDP)
			xdp[n_xdp++] = optarg;
		else
			return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	if (!dry)
		prepare(argc - optind, argv + optind, xdp);
	fuzz(seed, n, seconds);
	return 0;
}
