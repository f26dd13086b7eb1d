/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TRIAL_JUDGE_H
#define TRIAL_JUDGE_H

#include "ask.h"
#include "trial.h"
#include "witness.h"

/* one host at one moment */
struct view {
	struct trial *t;
	struct host *h;
	const char *moment;
	struct reading a;
	struct reading b;
	struct kernel k;
};

/* expect.c: one comparison, what is said of it when it does not hold */
void judge_equal(struct view *v, __u64 is, __u64 want, const char *fmt, ...)
	__printf(4, 5);

/* judge_listeners.c */
void judge_listeners(struct view *v);
/* which of the kernel's counters that one of the module is */
enum mib judge_mib(unsigned int kernel_counter);

#endif
