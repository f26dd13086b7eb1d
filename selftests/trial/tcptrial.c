// SPDX-License-Identifier: GPL-2.0
/*
 * Random lives of TCP connections over random settings, each from a seed, and
 * every number of the module compared with what the kernel says of it:
 *
 *	tcptrial [-j WORKERS] [-n TRIALS] [-t SECONDS] [-v] SEED
 *	tcptrial [-j WORKERS] [-t SECONDS] [-v] SEED SEED...
 *	tcptrial -d SEED...
 *
 * TRIALS seeds from SEED on, or those named, WORKERS at a time; none begins
 * after SECONDS. One that fails says what differs, and all that it drew; -v
 * says that of all. -d only says what a seed draws. The last line is "N trials, N
 * comparisons, N failed". Exit status: 0, 1 some failed, 2 usage or harness.
 *
 * Needs root and the module; TCPULSE_KO is where it is loaded from when it has to be
 * loaded in the middle, TCPULSE the tool that audits.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../traffic/sock.h"
#include "draw.h"
#include "many.h"

static void explain(void)
{
	errx(2, "usage: tcptrial [-j WORKERS] [-n TRIALS] [-t SECONDS] [-v] [-d] SEED...");
}

static __u64 *make_seeds(char **words, unsigned int n, unsigned int trials)
{
	unsigned int i, all = trials > n ? trials : n;
	__u64 *seeds = calloc(all, sizeof(*seeds));
	char *end;

	if (!seeds)
		err(2, "calloc");
	for (i = 0; i < all; i++) {
		seeds[i] = i < n ? strtoull(words[i], &end, 10) : seeds[i - 1] + 1;
		if (i < n && (*end || !*words[i]))
			explain();
	}
	return seeds;
}

static int tell_drawn(const struct many *m)
{
	struct drawn d;
	unsigned int i;

	for (i = 0; i < m->n; i++) {
		draw_all(&d, m->seeds[i]);
		printf("seed %llu: %s\n", d.seed, d.words);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct many m = { .workers = 16 };
	unsigned int trials = 1;
	bool only_tell = false;
	int opt;

	while ((opt = getopt(argc, argv, "dj:n:t:v")) != -1) {
		if (opt == 'd')
			only_tell = true;
		else if (opt == 'j')
			m.workers = strtoul(optarg, NULL, 10);
		else if (opt == 'n')
			trials = strtoul(optarg, NULL, 10);
		else if (opt == 't')
			m.seconds = strtoul(optarg, NULL, 10);
		else if (opt == 'v')
			m.verbose = true;
		else
			explain();
	}
	if (optind == argc || !m.workers || (trials > 1 && argc - optind > 1))
		explain();
	m.n = argc - optind;
	if (trials > 1)
		m.n = trials;
	m.seeds = make_seeds(argv + optind, argc - optind, trials);
	if (only_tell)
		return tell_drawn(&m);
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	raise_fd_limit();
	if (!many_run(&m))
		err(2, "the module cannot be loaded or unloaded");
	printf("%u trials, %llu comparisons, %u failed\n", m.tried, m.compared, m.failed);
	return m.failed ? 1 : 0;
}
