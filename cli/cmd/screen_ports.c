// SPDX-License-Identifier: GPL-2.0
/*
 * The module knows how many sockets there are, and each takes no more than one
 * port: so it is known without a look when no pair can run out.
 */
#include <sys/socket.h>

#include "base/parse.h"
#include "cmd/screen_ports.h"
#include "module/attrs.h"
#include "rules/rules.h"

/* A range that is smaller is somebody's who knows of it. */
#define SOCKETS_MIN 32

/* A walk of more would be felt: some tenths of a second. */
#define SOCKETS_MAX 200000

static __u64 connections(const struct states *states)
{
	__u64 n = 0;
	size_t i;

	for (i = 0; i < states->nr; i++)
		if (states->state[i].state != TCPULSE_STATE_LISTEN)
			n += states->state[i].now;
	return n;
}

void screen_ports_take(const struct states *states, struct screen_ports *ports)
{
	__u64 sockets = connections(states);
	struct ports range;

	ports->walked = false;
	if (sockets < SOCKETS_MIN || sockets > SOCKETS_MAX ||
	    ports_read(&range) || !ports_may_be_scarce(&range, sockets))
		return;
	ports->walked = true;
	if (headroom_take(NULL, AF_UNSPEC, &ports->headroom))
		screen_ports_drop(ports);
}

void screen_ports_drop(struct screen_ports *ports)
{
	if (ports->walked)
		headroom_drop(&ports->headroom);
	ports->walked = false;
}

void screen_ports_findings(const struct screen_ports *ports,
			   struct findings *findings)
{
	if (ports->walked)
		ports_findings(&ports->headroom, findings);
}
