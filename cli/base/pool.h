/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text that is made for one line of output, and freed with all others like it.
 */
#ifndef CLI_POOL_H
#define CLI_POOL_H

/* Takes over @text, from malloc(); it is there until the reading ends: out_end(). */
const char *pooled(char *text);

void pool_empty(void);

#endif
