/* SPDX-License-Identifier: GPL-2.0 */
/* Ways for a packet to get into a namespace or out of it. */
#ifndef PACKET_FUZZ_WAY_H
#define PACKET_FUZZ_WAY_H

#include "packet.h"

struct way;

/*
 * NAMESPACE:KIND[:DEVICE]; the kinds are in way.c. The devices are there already;
 * NULL if it cannot be, and then it has said why.
 */
struct way *way_open(const char *spec);

/* Whether the kernel took it; most that it does not take are too wrong for it. */
bool way_send(struct way *w, struct rng *r, struct packet *p);

/* xdp.c: NAMESPACE:DEVICE gets a program that drops some packets, and reflects some. */
bool xdp_attach(const char *spec);

#endif
