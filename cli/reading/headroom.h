/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which ports connect(2) may get, between each source and destination: the ports
 * that may be chosen, less those the kernel would refuse. It refuses a port
 *
 * - that any socket was given by bind(2) or listen(2), for all destinations,
 *   whatever the address: its bind bucket is not one of connect(2)'s own
 *   (__inet_hash_connect(): fastreuse, fastreuseport);
 * - that a connection of the same source, destination and destination port has,
 *   unless it is a TIME-WAIT that may be taken over (tcp_twsk_unique()).
 *
 * Whose the bucket of a connected socket is, and whether a TIME-WAIT had
 * timestamps, the kernel tells nobody. So there are two numbers, and they are
 * the same where nothing hangs on that.
 */
#ifndef CLI_READING_HEADROOM_H
#define CLI_READING_HEADROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "base/addr.h"
#include "host/ports.h"

struct diag_socket;
struct filter;
struct groups;

/* A bit for each port. */
struct port_set {
	unsigned char bits[65536 / 8];
};

/**
 * struct route_ports - ports in use between a source and a destination
 * @key: the two; IPv4-mapped addresses are IPv4 here
 * @used: sockets with a port of the range, in any state
 * @time_wait: of them, in TIME-WAIT
 * @taken: ports surely refused for this pair alone
 * @reusable: TIME-WAIT that may be taken over if they had timestamps
 */
struct route_ports {
	struct route {
		struct addr src, dst;
		unsigned int dport, ifindex;
	} key;
	__u64 used, time_wait, taken, reusable;
};

/* So many sources are added up. */
#define SOURCES_MAX 64

/**
 * struct source_ports - ports a source uses, to all destinations together
 * @src: its address
 * @routes: to so many destinations
 * @used: ports that any of its sockets has
 * @shared: of them, those that more than one has
 * @set: @used
 * @twice: @shared
 */
struct source_ports {
	struct addr src;
	__u64 routes, used, shared;
	struct port_set set, twice;
};

/**
 * struct headroom - one reading
 * @ports: the range
 * @rules: what else decides
 * @listening: ports of the range that listeners have
 * @bound: others that were given by bind(2) and are not connected
 * @used: any socket has them
 * @wild4: a listener or bound socket has them on 0.0.0.0
 * @wild6: on ::
 * @refused: @listening and @bound
 * @n_listening, @n_bound, @n_used: how many
 * @routes: struct route_ports
 * @some: only sockets that a filter or family takes are in @routes
 * @sources: of those that are added up
 * @n_sources: how many of them
 * @left_out: sockets of sources that are not
 * @sockets: walked
 * @duration_ms: so long it took
 */
struct headroom {
	struct ports ports;
	struct port_rules rules;
	struct port_set listening, bound, used, wild4, wild6, refused;
	unsigned int n_listening, n_bound, n_used;
	struct groups *routes;
	bool some;
	struct source_ports *sources;
	size_t n_sources;
	__u64 left_out, sockets, duration_ms;
};

/* Why @low is less than @high. */
enum unsure {
	UNSURE_SHARED = 1,	/* whose bucket it is */
	UNSURE_TIME_WAIT = 2,	/* if it had timestamps */
	UNSURE_BOUND = 4,	/* bound sockets are not listed */
	UNSURE_ODD = 8,		/* an odd range: a try leaves out one of its ends */
};

/* @low to @high ports; @why: of enum unsure, 0 if they are the same */
struct free_ports {
	__u64 low, high;
	unsigned int why;
};

/**
 * headroom_take() - walk the sockets
 * @filter: routes of sockets that fit it are kept; or NULL. All sockets take
 *	    ports away, also those that do not fit.
 * @family: the same; AF_UNSPEC is both
 * @headroom: result, for headroom_drop()
 *
 * Return: ST_OK, ST_NOT_PERMITTED, ST_REFUSED.
 */
int headroom_take(const struct filter *filter, int family,
		  struct headroom *headroom);
void headroom_drop(struct headroom *headroom);

/* What connect(2) gets from @route's source to its destination. */
struct free_ports headroom_connect(const struct headroom *headroom,
				   const struct route_ports *route);

/* What bind(2) of @source and port 0 gets. */
struct free_ports headroom_bind(const struct headroom *headroom,
				const struct source_ports *source);

/* Worst first, for free(). */
struct route_ports **headroom_sorted(const struct headroom *headroom, size_t *n);

#endif
