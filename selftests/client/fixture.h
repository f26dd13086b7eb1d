/* SPDX-License-Identifier: GPL-2.0 */
/* How the netlink tests begin and end: a fixture has its request as r. */
#ifndef SELFTESTS_FIXTURE_H
#define SELFTESTS_FIXTURE_H

#include <sched.h>

#include "kselftest_harness.h"
#include "netlink.h"
#include "netns.h"
#include "slow.h"

/* Half a minute has to do for a test on an idle machine. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT (30 * slow_measured())

/* What this process sends and receives is then done where it runs, in order. */
static inline void stay_on_this_cpu(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* In a network namespace that nobody else is in. NULL, or why there can be none. */
static inline const char *begin_alone(struct request **r)
{
	*r = NULL;
	if (enter_new_netns())
		return "cannot make a network namespace";
	*r = request_new();
	return *r || errno != ENOENT ? NULL : "the tcpulse module is not loaded";
}

/* In FIXTURE_SETUP: self->r, else @statement, as in SKIP(). */
#define SETUP_REQUEST(statement) do {					\
	const char *why = begin_alone(&self->r);			\
	if (why)							\
		SKIP(statement, "%s", why);				\
	ASSERT_NE(NULL, self->r);					\
} while (0)

/* In FIXTURE_TEARDOWN, which is called after a SKIP, too. */
#define TEARDOWN_REQUEST() do {						\
	if (self->r)							\
		request_free(self->r);					\
} while (0)

#endif
