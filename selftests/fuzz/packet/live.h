/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections between the two namespaces, which are opened, used and ended in all
 * ways while packets with their addresses and sequence numbers come by.
 */
#ifndef PACKET_FUZZ_LIVE_H
#define PACKET_FUZZ_LIVE_H

#include "packet.h"

/* Names of namespaces, as ip netns knows them. */
void live_begin(const char *host, const char *peer);

/* Something happens to one of them. */
void live_step(struct rng *r);

/* A flow that one of them has or had, in either direction. */
void live_flow(struct rng *r, struct flow *f);

/* until the end of the program, or of the next call */
void enter_namespace(const char *name);

#endif
