/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names that the system has for numbers: interfaces and users.
 */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include <net/if.h>
#include <linux/types.h>

#define USER_NAME_MAX 65

/* Of this thread's network namespace; "" when it has none of this number. */
void interface_name(unsigned int ifindex, char name[IF_NAMESIZE]);

/* "" when there is no such user, or none that we can see. */
void user_name(__u64 uid, char name[USER_NAME_MAX]);

#endif
