/* SPDX-License-Identifier: GPL-2.0 */
/* Whether what the module says is what its specification lets it say. */
#ifndef FUZZ_JUDGE_H
#define FUZZ_JUDGE_H

#include <linux/netlink.h>

#include "ask.h"
#include "grammar.h"

/* Ends the run when the message does not hold exactly what @set allows. */
void judge_reply(const struct nlmsghdr *nlh, const struct set *set);

/*
 * Whether @error, 0 for none, may be the answer to a request for @op, which is NULL
 * for a command there is not.
 */
bool may_answer(const struct op *op, const struct expected *e, int error);

#endif
