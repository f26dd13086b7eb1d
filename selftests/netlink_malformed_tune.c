// SPDX-License-Identifier: GPL-2.0
/*
 * Malformed requests that tune, as netlink_malformed has those that only read:
 * each is refused, pointing at what is wrong, and has changed nothing at all.
 *
 * Kernels: source; the kernel's parser judges a message before the module does, and
 *   kernels differ in how strictly
 */
#include <sched.h>
#include <unistd.h>

#include "client/fixture.h"
#include "client/refused.h"
#include "client/tuning.h"

/* a right request, to have something wrong with it */
static void begin_right(struct request *r, __u8 cmd)
{
	struct nlattr *nest;

	request_begin(r, r->family, cmd);
	if (cmd == TCPULSE_CMD_PARAM_GET) {
		mnl_attr_put_strz(r->nlh, TCPULSE_A_PARAMS_NAME, "tcp_fin_timeout");
	} else if (cmd == TCPULSE_CMD_PARAM_SET) {
		tuning_put(r, "tcp_fin_timeout", 30);
	} else if (cmd == TCPULSE_CMD_LISTENER_SET) {
		nest = mnl_attr_nest_start(r->nlh, TCPULSE_A_TUNING_LISTENER);
		mnl_attr_put_u16(r->nlh, TCPULSE_A_LISTENER_LIMIT_PORT, 80);
		mnl_attr_put_u32(r->nlh, TCPULSE_A_LISTENER_LIMIT_LIMIT, 100);
		mnl_attr_nest_end(r->nlh, nest);
	} else {
		mnl_attr_put_u64(r->nlh, TCPULSE_A_TUNING_TRANSACTION, 1);
	}
}

/* Something waits to be confirmed all the time, and is still there afterwards. */
static bool make_pending(struct request *r, struct tuning *t)
{
	tuning_begin(r);
	tuning_put(r, "tcp_rfc1337", 1);
	tuning_put_confirm(r, 600);
	return !tuning_send(r, t);
}

static bool nothing_has_changed(struct request *r, struct tuning *t)
{
	struct change *rows = calloc(HISTORY_ROWS, sizeof(*rows));
	int n = rows ? tuning_history(r, rows) : -1;

	free(rows);
	return n == 1 && tuning_pending(r, t) == 1 && t->transaction == 1;
}

/* --- any of them -------------------------------------------------------------- */

FIXTURE(malformed)
{
	struct request *r;
	struct tuning t;
};

FIXTURE_VARIANT(malformed)
{
	__u8 cmd;
};

FIXTURE_VARIANT_ADD(malformed, param_get)
{
	.cmd = TCPULSE_CMD_PARAM_GET,
};

FIXTURE_VARIANT_ADD(malformed, param_set)
{
	.cmd = TCPULSE_CMD_PARAM_SET,
};

FIXTURE_VARIANT_ADD(malformed, confirm)
{
	.cmd = TCPULSE_CMD_PARAM_CONFIRM,
};

FIXTURE_VARIANT_ADD(malformed, revert)
{
	.cmd = TCPULSE_CMD_PARAM_REVERT,
};

FIXTURE_VARIANT_ADD(malformed, listener_set)
{
	.cmd = TCPULSE_CMD_LISTENER_SET,
};

FIXTURE_SETUP(malformed)
{
	SETUP_REQUEST(return);
	ASSERT_TRUE(make_pending(self->r, &self->t));
	begin_right(self->r, variant->cmd);
}

FIXTURE_TEARDOWN(malformed)
{
	if (!self->r)
		return;
	EXPECT_TRUE(nothing_has_changed(self->r, &self->t));
	request_free(self->r);
}

TEST_F(malformed, unknown_attribute)
{
	unsigned int at = self->r->nlh->nlmsg_len;

	mnl_attr_put_u32(self->r->nlh, 99, 1);
	EXPECT_REFUSED_AT(EINVAL, at);
}

/* what only a reply may hold; params has no more than three attributes */
TEST_F(malformed, attribute_of_the_reply)
{
	unsigned int at = self->r->nlh->nlmsg_len, type = TCPULSE_A_TUNING_REMAINING_MS;

	if (variant->cmd == TCPULSE_CMD_PARAM_GET)
		type = TCPULSE_A_PARAMS_PENDING;
	mnl_attr_put_u64(self->r->nlh, type, 1);
	EXPECT_REFUSED_AT(EINVAL, at);
}

/* those that have a number below the ones of the request, and none of their own */
TEST_F(malformed, attribute_of_another_request)
{
	unsigned int at = self->r->nlh->nlmsg_len;
	struct nlattr *nest;

	if (variant->cmd == TCPULSE_CMD_PARAM_GET)
		return;
	nest = mnl_attr_nest_start(self->r->nlh, variant->cmd == TCPULSE_CMD_PARAM_SET ?
				   TCPULSE_A_TUNING_LISTENER : TCPULSE_A_TUNING_PARAM);
	mnl_attr_nest_end(self->r->nlh, nest);
	EXPECT_REFUSED_AT(EINVAL, at);
}

TEST_F(malformed, trailing_bytes)
{
	self->r->nlh->nlmsg_len += 3;
	EXPECT_REFUSED(EINVAL);
	EXPECT_NE('\0', self->r->text[0]);
}

TEST_F(malformed, attribute_beyond_the_end)
{
	struct nlattr *attr = mnl_nlmsg_get_payload_offset(self->r->nlh, GENL_HDRLEN);

	attr->nla_len += 400;
	EXPECT_REFUSED(EINVAL);
}

TEST_F(malformed, attribute_shorter_than_its_header)
{
	struct nlattr *attr = mnl_nlmsg_get_payload_offset(self->r->nlh, GENL_HDRLEN);

	attr->nla_len = 2;
	EXPECT_REFUSED(EINVAL);
}

TEST_F(malformed, first_attribute_is_empty)
{
	struct nlattr *attr = mnl_nlmsg_get_payload_offset(self->r->nlh, GENL_HDRLEN);

	attr->nla_len = NLA_HDRLEN;
	self->r->nlh->nlmsg_len = BEHIND_HEADERS + NLA_HDRLEN;
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_TRUE(self->r->error == EINVAL || self->r->error == ERANGE);
}

TEST_F(malformed, truncated_header)
{
	self->r->nlh->nlmsg_len = NLMSG_HDRLEN + 2;
	EXPECT_REFUSED(EINVAL);
}

TEST_F(malformed, oversized)
{
	static char much[60000];
	unsigned int at = self->r->nlh->nlmsg_len;

	mnl_attr_put(self->r->nlh, 99, sizeof(much), much);
	EXPECT_REFUSED_AT(EINVAL, at);
}

TEST_F(malformed, dump)
{
	self->r->nlh->nlmsg_flags |= NLM_F_DUMP;
	EXPECT_REFUSED(EOPNOTSUPP);
}

/* --- param-set: its nests -------------------------------------------------------- */

FIXTURE(nest)
{
	struct request *r;
	struct tuning t;
	struct nlattr *nest;
	unsigned int at;	/* where the nest stands */
};

/* There is a right one before it. */
FIXTURE_SETUP(nest)
{
	SETUP_REQUEST(return);
	ASSERT_TRUE(make_pending(self->r, &self->t));
	begin_right(self->r, TCPULSE_CMD_PARAM_SET);
	self->at = self->r->nlh->nlmsg_len;
	self->nest = mnl_attr_nest_start(self->r->nlh, TCPULSE_A_TUNING_PARAM);
}

FIXTURE_TEARDOWN(nest)
{
	if (!self->r)
		return;
	EXPECT_TRUE(nothing_has_changed(self->r, &self->t));
	request_free(self->r);
}

static void put_name(struct request *r)
{
	mnl_attr_put_strz(r->nlh, TCPULSE_A_PARAM_NAME, "tcp_syncookies");
}

TEST_F(nest, not_marked_as_one)
{
	put_name(self->r);
	mnl_attr_put_u64(self->r->nlh, TCPULSE_A_PARAM_VALUE, 0);
	mnl_attr_nest_end(self->r->nlh, self->nest);
	self->nest->nla_type &= ~NLA_F_NESTED;
	EXPECT_REFUSED_AT(EINVAL, self->at);
}

TEST_F(nest, a_number)
{
	mnl_attr_nest_cancel(self->r->nlh, self->nest);
	mnl_attr_put_u32(self->r->nlh, TCPULSE_A_TUNING_PARAM, 1);
	EXPECT_REFUSED_AT(EINVAL, self->at);
}

/* unknown ones, and those that only param-get has */
TEST_F(nest, attribute_that_is_not_for_it)
{
	static const __u16 types[] = {
		99, TCPULSE_A_PARAM_UNIT, TCPULSE_A_PARAM_EFFECT, TCPULSE_A_PARAM_MINIMUM,
		TCPULSE_A_PARAM_LOADED, TCPULSE_A_PARAM_DEFAULT, TCPULSE_A_PARAM_READ_ONLY,
	};
	struct nlattr *nest;
	unsigned int at;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		tuning_begin(self->r);
		nest = mnl_attr_nest_start(self->r->nlh, TCPULSE_A_TUNING_PARAM);
		put_name(self->r);
		mnl_attr_put_u64(self->r->nlh, TCPULSE_A_PARAM_VALUE, 0);
		at = self->r->nlh->nlmsg_len;
		mnl_attr_put_u64(self->r->nlh, types[i], 0);
		mnl_attr_nest_end(self->r->nlh, nest);
		EXPECT_REFUSED_AT(EINVAL, at);
	}
}

TEST_F(nest, value_of_another_size)
{
	static const struct {
		__u16 len;
		int error;
	} sizes[] = {
		{ 0, 0 }, { 1, 0 }, { 4, 0 }, { 7, 0 }, { 9, EINVAL }, { 16, EINVAL },
	};
	static const __u8 zeroes[16];
	struct nlattr *nest;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		tuning_begin(self->r);
		nest = mnl_attr_nest_start(self->r->nlh, TCPULSE_A_TUNING_PARAM);
		put_name(self->r);
		mnl_attr_put(self->r->nlh, TCPULSE_A_PARAM_VALUE, sizes[i].len, zeroes);
		mnl_attr_nest_end(self->r->nlh, nest);
		ASSERT_EQ(0, request_send(self->r));
		/* too short is a range error for some kernels */
		EXPECT_TRUE(self->r->error == EINVAL ||
			    (!sizes[i].error && self->r->error == ERANGE));
		EXPECT_LT(BEHIND_HEADERS, self->r->offset);
		EXPECT_NE('\0', self->r->text[0]);
	}
}

TEST_F(nest, name_without_an_end)
{
	unsigned int at = self->r->nlh->nlmsg_len;

	mnl_attr_put(self->r->nlh, TCPULSE_A_PARAM_NAME, 14, "tcp_syncookies");
	mnl_attr_put_u64(self->r->nlh, TCPULSE_A_PARAM_VALUE, 0);
	mnl_attr_nest_end(self->r->nlh, self->nest);
	EXPECT_REFUSED_AT(EINVAL, at);
}

TEST_F(nest, name_of_many_letters)
{
	unsigned int at = self->r->nlh->nlmsg_len;
	static char name[30000];

	memset(name, 'x', sizeof(name) - 1);
	mnl_attr_put_strz(self->r->nlh, TCPULSE_A_PARAM_NAME, name);
	mnl_attr_put_u64(self->r->nlh, TCPULSE_A_PARAM_VALUE, 0);
	mnl_attr_nest_end(self->r->nlh, self->nest);
	EXPECT_REFUSED_AT(ENOENT, at);
}

TEST_F(nest, attribute_beyond_its_end)
{
	struct nlattr *attr = mnl_nlmsg_get_payload_tail(self->r->nlh);

	put_name(self->r);
	attr->nla_len += 100;
	mnl_attr_put_u64(self->r->nlh, TCPULSE_A_PARAM_VALUE, 0);
	mnl_attr_nest_end(self->r->nlh, self->nest);
	/* nor into the attribute behind it */
	tuning_put(self->r, "tcp_rfc1337", 1);
	EXPECT_REFUSED(EINVAL);
}

TEST_F(nest, empty)
{
	mnl_attr_nest_end(self->r->nlh, self->nest);
	EXPECT_REFUSED_AT(EINVAL, self->at);
}

TEST_F(nest, in_a_nest)
{
	struct nlattr *inner = mnl_attr_nest_start(self->r->nlh, TCPULSE_A_TUNING_PARAM);

	put_name(self->r);
	mnl_attr_put_u64(self->r->nlh, TCPULSE_A_PARAM_VALUE, 0);
	mnl_attr_nest_end(self->r->nlh, inner);
	mnl_attr_nest_end(self->r->nlh, self->nest);
	EXPECT_REFUSED(EINVAL);
}

/* More of them than there are parameters: one comes twice, at the latest. */
TEST_F(nest, thousands)
{
	unsigned int i;

	mnl_attr_nest_cancel(self->r->nlh, self->nest);
	for (i = 0; i < 1500; i++)
		tuning_put(self->r, "tcp_fin_timeout", i);
	EXPECT_REFUSED(EINVAL);
	EXPECT_LE(self->at, self->r->offset);
}

TEST_F(nest, options_of_another_size)
{
	unsigned int at;

	begin_right(self->r, TCPULSE_CMD_PARAM_SET);
	at = self->r->nlh->nlmsg_len;
	mnl_attr_put_u64(self->r->nlh, TCPULSE_A_TUNING_CONFIRM_SECONDS, 60);
	EXPECT_REFUSED_AT(EINVAL, at);

	begin_right(self->r, TCPULSE_CMD_PARAM_SET);
	mnl_attr_put_u32(self->r->nlh, TCPULSE_A_TUNING_DRY_RUN, 1);
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_TRUE(self->r->error == EINVAL || self->r->error == ERANGE);
	EXPECT_EQ(at, self->r->offset);
}

/* --- param-confirm and param-revert -------------------------------------------------- */

TEST_F(nest, transaction_of_another_size)
{
	static const __u8 cmds[] = { TCPULSE_CMD_PARAM_CONFIRM, TCPULSE_CMD_PARAM_REVERT };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		request_begin(self->r, self->r->family, cmds[i]);
		mnl_attr_put_u32(self->r->nlh, TCPULSE_A_TUNING_TRANSACTION, 1);
		ASSERT_EQ(0, request_send(self->r));
		EXPECT_TRUE(self->r->error == EINVAL || self->r->error == ERANGE);
		EXPECT_EQ(BEHIND_HEADERS, self->r->offset);
	}
}

/* --- listener-set --------------------------------------------------------------- */

TEST_F(nest, listener)
{
	static const struct {
		__u16 type;
		__u16 len;
		__u8 data[20];
	} wrong[] = {
		{ 99, 4, { 1 } },
		{ TCPULSE_A_LISTENER_LIMIT_ID, 4, { 1 } },
		{ TCPULSE_A_LISTENER_LIMIT_FAMILY, 2, { AF_UNSPEC } },
		{ TCPULSE_A_LISTENER_LIMIT_FAMILY, 2, { AF_UNIX } },
		{ TCPULSE_A_LISTENER_LIMIT_FAMILY, 1, { AF_INET } },
		{ TCPULSE_A_LISTENER_LIMIT_ADDRESS, 3, { 127 } },
		{ TCPULSE_A_LISTENER_LIMIT_ADDRESS, 0, { 0 } },
		{ TCPULSE_A_LISTENER_LIMIT_ADDRESS, 17, { 127 } },
		{ TCPULSE_A_LISTENER_LIMIT_PORT, 2, { 0 } },
		{ TCPULSE_A_LISTENER_LIMIT_PORT, 4, { 80 } },
		{ TCPULSE_A_LISTENER_LIMIT_LIMIT, 2, { 80 } },
		{ TCPULSE_A_LISTENER_LIMIT_LIMIT, 8, { 80 } },
	};
	struct nlattr *nest;
	unsigned int at;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		request_begin(self->r, self->r->family, TCPULSE_CMD_LISTENER_SET);
		nest = mnl_attr_nest_start(self->r->nlh, TCPULSE_A_TUNING_LISTENER);
		if (wrong[i].type != TCPULSE_A_LISTENER_LIMIT_LIMIT)
			mnl_attr_put_u32(self->r->nlh, TCPULSE_A_LISTENER_LIMIT_LIMIT, 1);
		if (wrong[i].type != TCPULSE_A_LISTENER_LIMIT_PORT)
			mnl_attr_put_u16(self->r->nlh, TCPULSE_A_LISTENER_LIMIT_PORT, 80);
		at = self->r->nlh->nlmsg_len;
		mnl_attr_put(self->r->nlh, wrong[i].type, wrong[i].len, wrong[i].data);
		mnl_attr_nest_end(self->r->nlh, nest);
		ASSERT_EQ(0, request_send(self->r));
		EXPECT_TRUE(self->r->error == EINVAL || self->r->error == ERANGE);
		EXPECT_EQ(at, self->r->offset)
			TH_LOG("attribute %u of %u bytes: %d '%s'", wrong[i].type,
			       wrong[i].len, self->r->error, self->r->text);
		EXPECT_NE('\0', self->r->text[0]);
	}
}

TEST_F(nest, listener_not_marked_as_one)
{
	struct nlattr *attr;

	begin_right(self->r, TCPULSE_CMD_LISTENER_SET);
	attr = mnl_nlmsg_get_payload_offset(self->r->nlh, GENL_HDRLEN);
	attr->nla_type &= ~NLA_F_NESTED;
	EXPECT_REFUSED_AT(EINVAL, BEHIND_HEADERS);
}

TEST_HARNESS_MAIN
