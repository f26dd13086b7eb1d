// SPDX-License-Identifier: GPL-2.0
/*
 * Malformed requests are refused, each with the errno that says why, in words
 * where the kernel's parser or the module can have any, and pointing at the
 * attribute that is wrong. The family works as before afterwards.
 *
 * Kernels: source; the kernel's parser judges a message before the module does, and
 *   kernels differ in how strictly
 */
#include <sched.h>
#include <unistd.h>

#include "kselftest.h"
#include "client/fixture.h"
#include "client/refused.h"

FIXTURE(malformed)
{
	struct request *r;
};

FIXTURE_VARIANT(malformed)
{
	__u8 cmd;
	bool takes_family;
};

FIXTURE_VARIANT_ADD(malformed, info)
{
	.cmd = TCPULSE_CMD_INFO_GET,
};

FIXTURE_VARIANT_ADD(malformed, state)
{
	.cmd = TCPULSE_CMD_STATE_GET,
	.takes_family = true,
};

FIXTURE_VARIANT_ADD(malformed, transition)
{
	.cmd = TCPULSE_CMD_TRANSITION_GET,
	.takes_family = true,
};

FIXTURE_VARIANT_ADD(malformed, time_wait)
{
	.cmd = TCPULSE_CMD_TIME_WAIT_GET,
};

FIXTURE_VARIANT_ADD(malformed, overflow)
{
	.cmd = TCPULSE_CMD_OVERFLOW_GET,
};

FIXTURE_VARIANT_ADD(malformed, segment)
{
	.cmd = TCPULSE_CMD_SEGMENT_GET,
	.takes_family = true,
};

FIXTURE_VARIANT_ADD(malformed, change)
{
	.cmd = TCPULSE_CMD_CHANGE_GET,
};

FIXTURE_SETUP(malformed)
{
	SETUP_REQUEST(return);
	request_begin(self->r, self->r->family, variant->cmd);
}

FIXTURE_TEARDOWN(malformed)
{
	if (!self->r)
		return;
	EXPECT_TRUE(request_works(self->r, variant->cmd));
	request_free(self->r);
}

/* Attribute number 1 of each request is family, where there is one. */
static void put_family(struct request *r, __u16 family)
{
	mnl_attr_put_u16(r->nlh, TCPULSE_A_STATES_FAMILY, family);
}

TEST_F(malformed, unknown_attribute)
{
	mnl_attr_put_u32(self->r->nlh, 99, 1);
	EXPECT_REFUSED_AT(EINVAL, BEHIND_HEADERS);
}

/* what only a reply may hold */
TEST_F(malformed, attribute_of_the_reply)
{
	mnl_attr_put_u64(self->r->nlh, 2, 1);
	EXPECT_REFUSED_AT(EINVAL, BEHIND_HEADERS);
}

/* family itself: right where it is of use, unknown where it is not */
TEST_F(malformed, family_of_tcp)
{
	put_family(self->r, AF_INET6);
	if (!variant->takes_family) {
		EXPECT_REFUSED_AT(EINVAL, BEHIND_HEADERS);
		return;
	}
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_EQ(0, self->r->error);
	EXPECT_NE(NULL, self->r->reply);
}

TEST_F(malformed, family_too_short)
{
	mnl_attr_put_u8(self->r->nlh, TCPULSE_A_STATES_FAMILY, AF_INET);
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_TRUE(self->r->error == EINVAL || self->r->error == ERANGE);
	EXPECT_NE('\0', self->r->text[0]);
	EXPECT_EQ(BEHIND_HEADERS, self->r->offset);
}

TEST_F(malformed, family_too_long)
{
	mnl_attr_put_u32(self->r->nlh, TCPULSE_A_STATES_FAMILY, AF_INET);
	EXPECT_REFUSED_AT(EINVAL, BEHIND_HEADERS);
}

TEST_F(malformed, family_empty)
{
	mnl_attr_put(self->r->nlh, TCPULSE_A_STATES_FAMILY, 0, NULL);
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_TRUE(self->r->error == EINVAL || self->r->error == ERANGE);
	EXPECT_NE('\0', self->r->text[0]);
}

TEST_F(malformed, family_as_a_nest)
{
	struct nlattr *nest;

	nest = mnl_attr_nest_start(self->r->nlh, TCPULSE_A_STATES_FAMILY);
	put_family(self->r, AF_INET);
	mnl_attr_nest_end(self->r->nlh, nest);
	EXPECT_REFUSED_AT(EINVAL, BEHIND_HEADERS);
}

TEST_F(malformed, family_of_no_tcp)
{
	static const __u16 wrong[] = { AF_UNSPEC, AF_UNIX, AF_NETLINK, AF_INET << 8, 0xffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		request_begin(self->r, self->r->family, variant->cmd);
		put_family(self->r, wrong[i]);
		EXPECT_REFUSED_AT(EINVAL, BEHIND_HEADERS);
	}
}

/* Two attributes: the refusal points at the first that is wrong. */
TEST_F(malformed, second_attribute)
{
	put_family(self->r, AF_INET);
	mnl_attr_put_u32(self->r->nlh, 99, 1);
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_EQ(EINVAL, self->r->error);
	EXPECT_EQ(BEHIND_HEADERS + (variant->takes_family ? 8 : 0), self->r->offset);
}

TEST_F(malformed, trailing_bytes)
{
	self->r->nlh->nlmsg_len += 3;
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_EQ(EINVAL, self->r->error);
	EXPECT_NE('\0', self->r->text[0]);
}

/* an attribute that claims to be longer than the message */
TEST_F(malformed, attribute_beyond_the_end)
{
	struct nlattr *attr = mnl_nlmsg_get_payload_tail(self->r->nlh);

	mnl_attr_put_u16(self->r->nlh, TCPULSE_A_STATES_FAMILY, AF_INET);
	attr->nla_len = 4000;
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_EQ(EINVAL, self->r->error);
	EXPECT_NE('\0', self->r->text[0]);
}

TEST_F(malformed, attribute_shorter_than_its_header)
{
	struct nlattr *attr = mnl_nlmsg_get_payload_tail(self->r->nlh);

	mnl_attr_put_u16(self->r->nlh, TCPULSE_A_STATES_FAMILY, AF_INET);
	attr->nla_len = 2;
	EXPECT_REFUSED(EINVAL);
}

TEST_F(malformed, truncated_header)
{
	self->r->nlh->nlmsg_len = NLMSG_HDRLEN + 2;
	EXPECT_REFUSED(EINVAL);
}

TEST_F(malformed, no_header_at_all)
{
	self->r->nlh->nlmsg_len = NLMSG_HDRLEN;
	EXPECT_REFUSED(EINVAL);
}

TEST_F(malformed, oversized)
{
	static char much[60000];

	mnl_attr_put(self->r->nlh, 99, sizeof(much), much);
	EXPECT_REFUSED_AT(EINVAL, BEHIND_HEADERS);
}

TEST_F(malformed, many_attributes)
{
	unsigned int i;

	for (i = 0; i < 5000; i++)
		mnl_attr_put_u16(self->r->nlh, 99, i);
	EXPECT_REFUSED_AT(EINVAL, BEHIND_HEADERS);
}

TEST_F(malformed, dump_of_a_single_answer)
{
	self->r->nlh->nlmsg_flags |= NLM_F_DUMP;
	EXPECT_REFUSED(EOPNOTSUPP);
}

TEST_F(malformed, unknown_command)
{
	static const __u8 unknown[] = { 0, TCPULSE_CMD_MAX + 1, 200, 255 };
	size_t i;

	for (i = 0; i < sizeof(unknown); i++) {
		request_begin(self->r, self->r->family, unknown[i]);
		EXPECT_REFUSED(EOPNOTSUPP);
	}
}

/* A plain user's request is no more right and no less. */
TEST_F(malformed, as_a_plain_user)
{
	ASSERT_EQ(0, setuid(65534));
	mnl_attr_put_u32(self->r->nlh, 99, 1);
	EXPECT_REFUSED_AT(EINVAL, BEHIND_HEADERS);
}

/* --- listener-get, do and dump ---------------------------------------------- */

FIXTURE(wrong_listener)
{
	struct request *r;
};

FIXTURE_VARIANT(wrong_listener)
{
	__u16 flags;
};

FIXTURE_VARIANT_ADD(wrong_listener, single)
{
	.flags = 0,
};

FIXTURE_VARIANT_ADD(wrong_listener, dump)
{
	.flags = NLM_F_DUMP,
};

FIXTURE_SETUP(wrong_listener)
{
	SETUP_REQUEST(return);
	request_begin(self->r, self->r->family, TCPULSE_CMD_LISTENER_GET);
	self->r->nlh->nlmsg_flags |= variant->flags;
}

/* A dump of no listener is right. */
FIXTURE_TEARDOWN(wrong_listener)
{
	if (!self->r)
		return;
	request_begin(self->r, self->r->family, TCPULSE_CMD_LISTENER_GET);
	self->r->nlh->nlmsg_flags |= NLM_F_DUMP;
	EXPECT_EQ(0, request_send(self->r));
	EXPECT_EQ(0, self->r->error);
	request_free(self->r);
}

/* Where a handler refuses a dump, older kernels pass its words on, and no more. */
static bool points_at(const struct request *r, unsigned int offset)
{
	return r->offset == offset || (r->at_end && !r->offset);
}

TEST_F(wrong_listener, attribute)
{
	static const struct {
		__u16 type;
		__u16 len;
		__u8 data[20];
	} wrong[] = {
		{ 99, 4, { 1 } },
		{ TCPULSE_A_LISTENER_LIMIT, 4, { 8 } },
		{ TCPULSE_A_LISTENER_IFINDEX, 4, { 1 } },
		{ TCPULSE_A_LISTENER_REUSEPORT, 0, { 0 } },
		{ TCPULSE_A_LISTENER_FAMILY, 2, { AF_UNSPEC } },
		{ TCPULSE_A_LISTENER_FAMILY, 2, { AF_UNIX } },
		{ TCPULSE_A_LISTENER_FAMILY, 2, { AF_INET, 1 } },
		{ TCPULSE_A_LISTENER_FAMILY, 4, { AF_INET } },
		{ TCPULSE_A_LISTENER_ADDRESS, 3, { 127 } },
		{ TCPULSE_A_LISTENER_ADDRESS, 0, { 0 } },
		{ TCPULSE_A_LISTENER_ADDRESS, 5, { 127 } },
		{ TCPULSE_A_LISTENER_ADDRESS, 17, { 127 } },
		{ TCPULSE_A_LISTENER_PORT, 2, { 0 } },
		{ TCPULSE_A_LISTENER_PORT, 4, { 80 } },
		{ TCPULSE_A_LISTENER_OVERFLOWING, 1, { 1 } },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		request_begin(self->r, self->r->family, TCPULSE_CMD_LISTENER_GET);
		self->r->nlh->nlmsg_flags |= variant->flags;
		mnl_attr_put(self->r->nlh, wrong[i].type, wrong[i].len, wrong[i].data);
		ASSERT_EQ(0, request_send(self->r));
		EXPECT_TRUE(self->r->error == EINVAL || self->r->error == ERANGE);
		EXPECT_NE('\0', self->r->text[0]);
		EXPECT_TRUE(points_at(self->r, BEHIND_HEADERS));
		EXPECT_EQ(NULL, self->r->reply);
		if (!points_at(self->r, BEHIND_HEADERS) || !self->r->text[0])
			TH_LOG("attribute %u of %u bytes: %d '%s'", wrong[i].type,
			       wrong[i].len, self->r->error, self->r->text);
	}
}

/* What is shorter than its type is a range error for some kernels. */
TEST_F(wrong_listener, short_attribute)
{
	static const __u16 types[] = { TCPULSE_A_LISTENER_ID, TCPULSE_A_LISTENER_FAMILY,
				       TCPULSE_A_LISTENER_PORT };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		request_begin(self->r, self->r->family, TCPULSE_CMD_LISTENER_GET);
		self->r->nlh->nlmsg_flags |= variant->flags;
		mnl_attr_put_u8(self->r->nlh, types[i], AF_INET);
		ASSERT_EQ(0, request_send(self->r));
		EXPECT_TRUE(self->r->error == EINVAL || self->r->error == ERANGE);
		EXPECT_NE('\0', self->r->text[0]);
		EXPECT_TRUE(points_at(self->r, BEHIND_HEADERS));
	}
}

/* The second attribute is the wrong one. */
TEST_F(wrong_listener, address_of_the_other_family)
{
	static const __u8 address[16] = { 127, 0, 0, 1 };

	mnl_attr_put_u16(self->r->nlh, TCPULSE_A_LISTENER_FAMILY, AF_INET);
	mnl_attr_put(self->r->nlh, TCPULSE_A_LISTENER_ADDRESS, 16, address);
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_EQ(EINVAL, self->r->error);
	EXPECT_NE('\0', self->r->text[0]);
	EXPECT_TRUE(points_at(self->r, BEHIND_HEADERS + 8));

	request_begin(self->r, self->r->family, TCPULSE_CMD_LISTENER_GET);
	self->r->nlh->nlmsg_flags |= variant->flags;
	mnl_attr_put_u16(self->r->nlh, TCPULSE_A_LISTENER_FAMILY, AF_INET6);
	mnl_attr_put(self->r->nlh, TCPULSE_A_LISTENER_ADDRESS, 4, address);
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_EQ(EINVAL, self->r->error);
	EXPECT_NE('\0', self->r->text[0]);
	EXPECT_TRUE(points_at(self->r, BEHIND_HEADERS + 8));
}

TEST_F(wrong_listener, attribute_beyond_the_end)
{
	struct nlattr *attr = mnl_nlmsg_get_payload_tail(self->r->nlh);

	mnl_attr_put_u16(self->r->nlh, TCPULSE_A_LISTENER_PORT, 80);
	attr->nla_len = 4000;
	EXPECT_REFUSED(EINVAL);
}

TEST_F(wrong_listener, truncated_header)
{
	self->r->nlh->nlmsg_len = NLMSG_HDRLEN + 2;
	EXPECT_REFUSED(EINVAL);
}

/* --- segment-set -------------------------------------------------------------- */

FIXTURE(segment_set)
{
	struct request *r;
	int before;
	__u8 other;	/* than it is */
};

static int segments_enabled(struct request *r)
{
	struct nlattr *attr;

	if (!request_works(r, TCPULSE_CMD_SEGMENT_GET))
		return -1;
	mnl_attr_for_each(attr, r->reply, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == TCPULSE_A_SEGMENTS_ENABLED)
			return mnl_attr_get_u8(attr);
	return -1;
}

FIXTURE_SETUP(segment_set)
{
	SETUP_REQUEST(return);
	self->before = segments_enabled(self->r);
	ASSERT_LE(0, self->before);
	self->other = !self->before;
	request_begin(self->r, self->r->family, TCPULSE_CMD_SEGMENT_SET);
}

/* What was refused has changed nothing. */
FIXTURE_TEARDOWN(segment_set)
{
	if (!self->r)
		return;
	EXPECT_EQ(self->before, segments_enabled(self->r));
	request_free(self->r);
}

TEST_F(segment_set, nothing)
{
	EXPECT_REFUSED(EINVAL);
}

TEST_F(segment_set, neither_on_nor_off)
{
	mnl_attr_put_u8(self->r->nlh, TCPULSE_A_SEGMENTS_ENABLED, 2);
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_TRUE(self->r->error == EINVAL || self->r->error == ERANGE);
	EXPECT_NE('\0', self->r->text[0]);
	EXPECT_EQ(BEHIND_HEADERS, self->r->offset);
}

TEST_F(segment_set, too_long)
{
	mnl_attr_put_u32(self->r->nlh, TCPULSE_A_SEGMENTS_ENABLED, self->other);
	EXPECT_REFUSED_AT(EINVAL, BEHIND_HEADERS);
}

TEST_F(segment_set, empty)
{
	mnl_attr_put(self->r->nlh, TCPULSE_A_SEGMENTS_ENABLED, 0, NULL);
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_TRUE(self->r->error == EINVAL || self->r->error == ERANGE);
	EXPECT_EQ(BEHIND_HEADERS, self->r->offset);
}

/* right, but for what comes with it: all or nothing */
TEST_F(segment_set, right_and_unknown)
{
	mnl_attr_put_u8(self->r->nlh, TCPULSE_A_SEGMENTS_ENABLED, self->other);
	mnl_attr_put_u32(self->r->nlh, 99, 1);
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_EQ(EINVAL, self->r->error);
	EXPECT_EQ(BEHIND_HEADERS + 8, self->r->offset);
}

TEST_F(segment_set, dump)
{
	self->r->nlh->nlmsg_flags |= NLM_F_DUMP;
	mnl_attr_put_u8(self->r->nlh, TCPULSE_A_SEGMENTS_ENABLED, self->other);
	EXPECT_REFUSED(EOPNOTSUPP);
}

TEST_F(segment_set, as_a_plain_user)
{
	ASSERT_EQ(0, setuid(65534));
	mnl_attr_put_u8(self->r->nlh, TCPULSE_A_SEGMENTS_ENABLED, self->other);
	EXPECT_REFUSED(EPERM);
}

/* and what is right is done */
TEST_F(segment_set, right)
{
	mnl_attr_put_u8(self->r->nlh, TCPULSE_A_SEGMENTS_ENABLED, self->other);
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_EQ(0, self->r->error);
	EXPECT_EQ(self->other, segments_enabled(self->r));
	self->before = self->other;
}

TEST_HARNESS_MAIN
