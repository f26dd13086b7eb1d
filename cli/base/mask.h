/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What may be private, and what stands in its place in a recording that somebody
 * else will see: the same for the same, for as long as we run.
 */
#ifndef CLI_MASK_H
#define CLI_MASK_H

#include <stdbool.h>
#include <stddef.h>

enum mask_kind { MASK_PROCESS, MASK_USER, MASK_INTERFACE, MASK_NETNS, MASK_KINDS };

/* Without it the others do nothing. */
void mask_begin(void);
void mask_end(void);
bool mask_is_on(void);

/**
 * mask_address() - in place: 240.0.0.N, or 100::N
 * @family: AF_INET; all else is taken for AF_INET6
 * @bytes: 4 or 16
 *
 * Any address and those of loopback stay. Of an IPv4-mapped address of IPv6 the part
 * that is IPv4 is masked.
 */
void mask_address(unsigned int family, void *bytes);

/* In place: a letter or a word, and a number; "" stays. */
void mask_name(enum mask_kind kind, char *name, size_t room);

#endif
