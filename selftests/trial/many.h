/* SPDX-License-Identifier: GPL-2.0 */
/* Many trials at once. */
#ifndef TRIAL_MANY_H
#define TRIAL_MANY_H

#include <stdbool.h>
#include <linux/types.h>

/**
 * struct many - what is to be tried, and what came of it
 * @seeds: each is tried once
 * @workers: at a time
 * @seconds: none begins later, 0 for no limit
 * @verbose: a line each
 */
struct many {
	const __u64 *seeds;
	unsigned int n;
	unsigned int workers;
	unsigned int seconds;
	bool verbose;
	unsigned int tried;
	unsigned int failed;
	__u64 compared;
};

/* false when the module could not be loaded or unloaded */
bool many_run(struct many *m);

#endif
