/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What there is in the namespace to ask about: listeners, groups of them, UDP
 * sockets on the same ports, connections. They come and go all the time.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include <sys/socket.h>
#include <linux/types.h>

#include "rng.h"

#define SLOTS 72

void world_build(unsigned int worker);
void world_churn(struct rng *r);
void world_learn(void);
void world_close(void);
void lo_up(void);

/* Of the socket in a slot; where that is not open, of what it would be. */
__u16 slot_port(unsigned int slot);
__u16 slot_family(unsigned int slot);
unsigned int slot_address(unsigned int slot, void *address);

__u64 some_id(unsigned int n);
__u64 last_transaction(void);
void set_last_transaction(__u64 number);

/* While true, what the module numbers is numbered by us: see run_digest(). */
extern bool world_is_blind;

#endif
