/* SPDX-License-Identifier: GPL-2.0 */
/* How the netlink tests begin and end: a fixture has its request as r. */
#ifndef SELFTESTS_FIXTURE_H
#define SELFTESTS_FIXTURE_H

#include "kselftest_harness.h"
#include "netlink.h"
#include "netns.h"

/* In FIXTURE_SETUP: self->r, in a network namespace that nobody else is in. */
#define SETUP_REQUEST() do {						\
	if (enter_new_netns())						\
		SKIP(return, "cannot make a network namespace");	\
	self->r = request_new();					\
	if (!self->r && errno == ENOENT)				\
		SKIP(return, "the tcpulse module is not loaded");	\
	ASSERT_NE(NULL, self->r);					\
} while (0)

/* In FIXTURE_TEARDOWN, which is called after a SKIP, too. */
#define TEARDOWN_REQUEST() do {						\
	if (self->r)							\
		request_free(self->r);					\
} while (0)

#endif
