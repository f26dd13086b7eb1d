/* SPDX-License-Identifier: GPL-2.0 */
/* In a test whose fixture has the request as r: it is sent, and refused. */
#ifndef SELFTESTS_REFUSED_H
#define SELFTESTS_REFUSED_H

#include "kselftest_harness.h"
#include "netlink.h"

/* where the first attribute of a request is, as a refusal gives it */
#define BEHIND_HEADERS (NLMSG_HDRLEN + GENL_HDRLEN)

#define EXPECT_REFUSED(number) do {					\
	ASSERT_EQ(0, request_send(self->r));				\
	EXPECT_EQ(number, self->r->error);				\
	EXPECT_EQ(NULL, self->r->reply);				\
} while (0)

/* in words, which point at the attribute there */
#define EXPECT_REFUSED_AT(number, at) do {				\
	EXPECT_REFUSED(number);						\
	EXPECT_NE('\0', self->r->text[0]);				\
	EXPECT_EQ(at, self->r->offset);					\
} while (0)

#endif
