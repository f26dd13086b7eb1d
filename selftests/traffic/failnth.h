/* SPDX-License-Identifier: GPL-2.0 */
/* System calls of which one allocation after the other fails, see failnth.c. */
#ifndef TRAFFIC_FAILNTH_H
#define TRAFFIC_FAILNTH_H

#include <stdbool.h>

/**
 * struct failing - something to be tried until no allocation of it fails
 * @name: what it is called in the output
 * @prepare: brings everything into the state it starts from
 * @call: the one thing done with failing allocations; 0 or an errno
 * @judge: what is wrong afterwards, or NULL; @err is of @call, and what it left
 *	behind is undone
 *
 * @prepare and @judge run with nothing failing.
 */
struct failing {
	const char *name;
	void (*prepare)(void);
	int (*call)(void);
	const char *(*judge)(int err);
};

/* 0: one allocation fails, else all after so many bytes more with each try */
extern unsigned int failing_step;

/* set by a judge that sees from something else than an errno that one failed */
extern bool failing_noticed;

/* A line for each try, and one in the end; false when one was judged wrong. */
bool failing_run(const struct failing *f);

/* each operation of the family, in the namespace we are in */
bool failing_requests(void);

#endif
