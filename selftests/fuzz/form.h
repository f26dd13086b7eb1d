/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a request is well-formed: what its specification and netlink's strict
 * rules say of types and lengths, whatever stands in it.
 */
#ifndef FUZZ_FORM_H
#define FUZZ_FORM_H

#include <stdbool.h>
#include <linux/netlink.h>

#include "grammar.h"

/* A request as one makes it: no flag that is not asked for, nothing reserved. */
bool form_is_plain(const struct nlmsghdr *nlh);

/* Attributes after the header of generic netlink, which is there. */
bool form_is_right(const struct nlmsghdr *nlh, const struct set *set);

#endif
