// SPDX-License-Identifier: GPL-2.0
/*
 * What a step is about, drawn: a connection, a place for one, a kind of client, and
 * where it connects to.
 */
#include <string.h>
#include <arpa/inet.h>

#include "trial.h"

struct conn *pick_any(struct trial *t)
{
	unsigned int i = rng_below(&t->rng, CONNS), n;

	for (n = 0; n < CONNS; n++, i++)
		if (t->conn[i % CONNS].fd >= 0)
			return &t->conn[i % CONNS];
	return NULL;
}

/* a free one, or one that is taken from who has it */
struct conn *pick_place(struct trial *t)
{
	unsigned int i;

	for (i = 0; i < CONNS; i++)
		if (t->conn[i].fd < 0)
			return &t->conn[i];
	i = rng_below(&t->rng, CONNS);
	close_fd(&t->conn[i].fd);
	return &t->conn[i];
}

/* a kind of client that the listener takes, or nearly */
int pick_kind(struct trial *t, int listener)
{
	static const int kinds[3][2] = {
		[LISTEN_V4] = { KIND_V4, KIND_MAPPED },
		[LISTEN_V6ONLY] = { KIND_V6, KIND_V6 },
		[LISTEN_DUAL] = { KIND_V6, KIND_DUAL },
	};
	int kind = kinds[t->d.listener[listener].kind][rng_below(&t->rng, 2)];

	if (kind == KIND_DUAL && rng_below(&t->rng, 2))
		kind = KIND_MAPPED;
	if (t->d.families == 1)
		return KIND_V4;
	return t->d.families == 2 && kind == KIND_V4 ? KIND_V6 : kind;
}

/* as a client of that kind has to write it */
union addr pick_target(struct trial *t, int listener, int kind)
{
	in_port_t port = htons(PORT_BASE + listener);
	union addr to;

	to = t->server->at[kind == KIND_V6];
	if (kind == KIND_MAPPED) {
		memset(&to, 0, sizeof(to));
		to.in6.sin6_family = AF_INET6;
		to.in6.sin6_addr.s6_addr[10] = 0xff;
		to.in6.sin6_addr.s6_addr[11] = 0xff;
		memcpy(&to.in6.sin6_addr.s6_addr[12], &t->server->at[0].in.sin_addr, 4);
	}
	if (to.sa.sa_family == AF_INET)
		to.in.sin_port = port;
	else
		to.in6.sin6_port = port;
	return to;
}
