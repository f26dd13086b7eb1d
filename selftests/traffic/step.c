// SPDX-License-Identifier: GPL-2.0
/*
 * One connection on loopback, step by step, as its standard input says:
 *
 *   step -k KIND
 *   listen | connect | accept | shut c|s | abort c|s | close c|s|l
 *
 * Answers each order with "ok" once the kernel has done all that follows from
 * it: the states of the sockets still open do not change any more. All is done on
 * one CPU, so that nothing is left to do when that has had its time.
 */
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>

#include "sock.h"

#define STILL_MS 60	/* longer than a delayed ACK */

static enum kind kind;
static union addr to;
static int c = -1, s = -1, l = -1;

static int *named(const char *name)
{
	return *name == 'c' ? &c : *name == 's' ? &s : &l;
}

static bool obey(const char *order, const char *name)
{
	if (!strcmp(order, "listen"))
		l = listen_on(kind, 0, 8, &to);
	else if (!strcmp(order, "connect"))
		c = connect_to(kind, 0, &to);
	else if (!strcmp(order, "accept"))
		s = accept_from(l);
	else if (!strcmp(order, "shut"))
		return !shutdown(*named(name), SHUT_WR);
	else if (!strcmp(order, "abort"))
		abort_on_close(*named(name));
	else if (strcmp(order, "close"))
		return false;
	if (!strcmp(order, "abort") || !strcmp(order, "close"))
		return !close(*named(name)) && (*named(name) = -1);
	return (*order == 'l' ? l : *order == 'c' ? c : s) >= 0;
}

static int states(void)
{
	return (c < 0 ? 0 : tcp_state(c)) * 16 + (s < 0 ? 0 : tcp_state(s));
}

static void settle(void)
{
	int before, ms, still = 0;

	before = states();
	for (ms = bound_ms(); ms > 0 && still < STILL_MS; ms -= 2) {
		nap_us(2000);
		still = states() == before ? still + 2 : 0;
		before = states();
	}
}

int main(int argc, char **argv)
{
	char line[32], order[16], name[8];
	unsigned int kinds = 0;

	if (getopt(argc, argv, "k:") == 'k')
		kinds = parse_kinds(optarg);
	while (kinds >> kind && !(kinds & 1u << kind))
		kind++;
	if (!kinds)
		errx(2, "usage: step -k KIND");
	stay_on_this_cpu();
	while (fgets(line, sizeof(line), stdin)) {
		*name = '\0';
		if (sscanf(line, "%15s %7s", order, name) < 1 || !obey(order, name))
			err(1, "%s", line);
		settle();
		puts("ok");
		fflush(stdout);
	}
	return 0;
}
