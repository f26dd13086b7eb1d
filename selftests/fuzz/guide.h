/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a datagram made the module do, where the kernel can say (KCOV); and more of
 * those that made it do something new. Without run.guided all of it does nothing.
 */
#ifndef FUZZ_GUIDE_H
#define FUZZ_GUIDE_H

#include "message.h"
#include "rng.h"

/* For this process. */
void guide_open(void);

/* What follows is the kernel's answer to the next datagram. */
void guide_forget(void);

/* All of that is done: keep @m when some of it was never done before. */
void guide_note(const struct message *m);

/*
 * Perhaps one that was kept instead of @m, changed a little, with numbers of @c; of no
 * more requests than @batch.
 */
void guide_choose(struct message *m, struct rng *r, struct course *c, unsigned int batch);

/* Places in the module that were reached, by all processes. */
unsigned int guide_reached(void);

#endif
