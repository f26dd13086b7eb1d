/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_LISTENERS_JSON_H
#define CLI_LISTENERS_JSON_H

#include <stddef.h>
#include <linux/types.h>

#include "reading/listeners.h"

/**
 * json_listener() - a listener as keys of the current object
 * @listeners: the reading it is of
 * @i: its index there
 * @old: what it had refused before; NULL: nothing
 * @ms: since then; 0: nothing is compared
 */
void json_listener(const struct listeners *listeners, size_t i,
		   const struct refusals *old, __u64 ms);

#endif
