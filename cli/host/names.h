/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names that the system has for numbers: interfaces, users and processes.
 */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include <linux/types.h>

#include "base/foreign.h"

/* Of this thread's network namespace; "" when it has none of this number. */
void interface_name(unsigned int ifindex, struct interface_name *name);

/* "" when there is no such user, or none that we can see. */
void user_name(__u64 uid, struct user_name *name);

/* Of a process, by its number; "" when it has ended. Neither masked nor recorded. */
void process_name(const char *pid, struct comm *name);

#endif
