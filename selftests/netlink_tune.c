// SPDX-License-Identifier: GPL-2.0
/*
 * param-set: all of it or nothing, and why not; param-get of one.
 *
 * Kernels: source; kernels differ in the parameters they have, and in what these take
 */

#include "client/fixture.h"
#include "client/refused.h"
#include "client/sysctl.h"
#include "client/tuning.h"

FIXTURE(tune)
{
	struct request *r;
	struct tuning t;
	struct change *history;
};

FIXTURE_SETUP(tune)
{
	SETUP_REQUEST(return);
	self->history = calloc(HISTORY_ROWS, sizeof(*self->history));
	ASSERT_NE(NULL, self->history);
}

FIXTURE_TEARDOWN(tune)
{
	TEARDOWN_REQUEST();
	free(self->history);
}

/* --- refusals ---------------------------------------------------------------- */

/* one nest: what is put into it, each only if it is said */
struct words {
	const char *name;
	const __s64 *value;
	const __s64 *high;
};

/* a request of one or two nests and what it is answered; the last one is wrong */
struct refusal {
	struct words nest[2];
	int error;
	const char *text;	/* part of it, "" any; NULL: the name */
};

#define N(n) (&(const __s64){ n })

/* a right one, to stand before the wrong one */
#define RIGHT { "tcp_fin_timeout", N(30), NULL }

static const struct refusal refusals[] = {
	{ { { "tcp_nonsense", N(1), NULL } }, ENOENT, "" },
	{ { { "tcp_fin_timeou", N(1), NULL } }, ENOENT, "" },
	{ { { "tcp_fin_timeout2", N(1), NULL } }, ENOENT, "" },
	{ { { "net.ipv4.tcp_fin_timeout", N(1), NULL } }, ENOENT, "" },
	{ { { "TCP_FIN_TIMEOUT", N(1), NULL } }, ENOENT, "" },
	{ { { "", N(1), NULL } }, ENOENT, "" },
	{ { RIGHT, { "tcp_nonsense", N(1), NULL } }, ENOENT, "" },
	{ { { "tcp_max_orphans", N(1), NULL } }, ENOENT, "whole machine" },
	{ { { "tcp_mem", N(1), NULL } }, ENOENT, "whole machine" },

	{ { { "tcp_fin_timeout", NULL, NULL } }, EINVAL, "" },
	{ { { NULL, N(30), NULL } }, EINVAL, "" },
	{ { { NULL, NULL, NULL } }, EINVAL, "" },
	{ { RIGHT, { "tcp_rfc1337", NULL, NULL } }, EINVAL, "" },
	{ { { "tcp_fin_timeout", N(30), N(40) } }, EINVAL, "" },
	{ { { "tcp_fin_timeout", NULL, N(40) } }, EINVAL, "" },
	{ { { "ip_local_port_range", N(30000), NULL } }, EINVAL, "" },
	{ { { "ip_local_port_range", NULL, N(30000) } }, EINVAL, "" },
	{ { RIGHT, RIGHT }, EINVAL, "" },
	{ { RIGHT, { "tcp_fin_timeout", N(31), NULL } }, EINVAL, "" },

	{ { { "tcp_syn_retries", N(0), NULL } }, ERANGE, NULL },
	{ { { "tcp_syn_retries", N(128), NULL } }, ERANGE, NULL },
	{ { RIGHT, { "tcp_syn_retries", N(0), NULL } }, ERANGE, NULL },
	{ { { "tcp_tw_reuse", N(3), NULL } }, ERANGE, NULL },
	{ { { "tcp_migrate_req", N(2), NULL } }, ERANGE, NULL },
	{ { { "tcp_syncookies", N(-1), NULL } }, ERANGE, NULL },
	{ { { "tcp_syncookies", N(256), NULL } }, ERANGE, NULL },
	{ { { "somaxconn", N(-1), NULL } }, ERANGE, NULL },
	/* those that would be right in fewer bits */
	{ { { "tcp_syncookies", N(0x101), NULL } }, ERANGE, NULL },
	{ { { "tcp_syncookies", N(0x100000001), NULL } }, ERANGE, NULL },
	{ { { "tcp_max_tw_buckets", N(0x80000000), NULL } }, ERANGE, NULL },
	{ { { "tcp_max_tw_buckets", N(0x100000001), NULL } }, ERANGE, NULL },
	{ { { "tcp_max_tw_buckets", N(-0x80000001LL), NULL } }, ERANGE, NULL },
	{ { { "tcp_fin_timeout", N(0x40000000), NULL } }, ERANGE, NULL },
	{ { { "tcp_keepalive_time", N(INT64_MAX), NULL } }, ERANGE, NULL },
	{ { { "tcp_keepalive_time", N(INT64_MIN), NULL } }, ERANGE, NULL },

	{ { { "ip_local_port_range", N(40000), N(30000) } }, ERANGE, NULL },
	{ { { "ip_local_port_range", N(0), N(30000) } }, ERANGE, NULL },
	{ { { "ip_local_port_range", N(1023), N(30000) } }, ERANGE, NULL },
	{ { { "ip_local_port_range", N(30000), N(65536) } }, ERANGE, NULL },
	{ { { "ip_local_port_range", N(30000), N(-1) } }, ERANGE, NULL },
	{ { { "ip_local_port_range", N(0x10400), N(30000) } }, ERANGE, NULL },
};

static void put_words(struct request *r, const struct words *w)
{
	struct nlattr *nest = mnl_attr_nest_start(r->nlh, TCPULSE_A_TUNING_PARAM);

	if (w->name)
		mnl_attr_put_strz(r->nlh, TCPULSE_A_PARAM_NAME, w->name);
	if (w->value)
		mnl_attr_put_u64(r->nlh, TCPULSE_A_PARAM_VALUE, *w->value);
	if (w->high)
		mnl_attr_put_u64(r->nlh, TCPULSE_A_PARAM_VALUE_HIGH, *w->high);
	mnl_attr_nest_end(r->nlh, nest);
}

/* Puts the request; where its last nest begins. */
static unsigned int put_refusal(struct request *r, const struct refusal *f)
{
	bool two = f->nest[1].name || f->nest[1].value;
	unsigned int start;

	tuning_begin(r);
	put_words(r, &f->nest[0]);
	if (!two)
		return BEHIND_HEADERS;
	start = r->nlh->nlmsg_len;
	put_words(r, &f->nest[1]);
	return start;
}

static const char *text_of(const struct refusal *f)
{
	const struct words *last = &f->nest[f->nest[1].name || f->nest[1].value];

	return f->text ? f->text : last->name;
}

/* What is wrong with the answer, or NULL; it points into the nest that is wrong. */
static const char *judge(struct request *r, const struct refusal *f, struct tuning *t)
{
	unsigned int start = put_refusal(r, f);

	if (tuning_send(r, t) != f->error)
		return "another error";
	if (r->offset < start || r->offset >= r->nlh->nlmsg_len)
		return "it points elsewhere";
	if (!*r->text || !strstr(r->text, text_of(f)))
		return "other words";
	return NULL;
}

TEST_F(tune, refused)
{
	__u64 before = sysctl_hash();
	const char *wrong;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		wrong = judge(self->r, &refusals[i], &self->t);
		EXPECT_EQ(NULL, wrong)
			TH_LOG("%zu: %s: %s, error %d, offset %u, '%s'", i,
			       text_of(&refusals[i]), wrong, self->r->error,
			       self->r->offset, self->r->text);
	}
	EXPECT_EQ(before, sysctl_hash());
	EXPECT_EQ(0, tuning_history(self->r, self->history));
}

/* what the words are, where the kernel can make some */
TEST_F(tune, words)
{
	EXPECT_EQ(ERANGE, tuning_set(self->r, &self->t, "tcp_syn_retries", 0));
	EXPECT_TRUE(!strcmp(self->r->text, "tcp_syn_retries: 0 is below the minimum 1") ||
		    !strcmp(self->r->text, "tcp_syn_retries must be 1 to 127"));
	EXPECT_EQ(ERANGE, tuning_set(self->r, &self->t, "tcp_syn_retries", 128));
	EXPECT_TRUE(!strcmp(self->r->text, "tcp_syn_retries: 128 is above the maximum 127") ||
		    !strcmp(self->r->text, "tcp_syn_retries must be 1 to 127"));
}

/* A parameter that this kernel does not have cannot be set, also not as it is. */
TEST_F(tune, read_only)
{
	if (sysctl_get("tcp_tw_reuse_delay") >= 0)
		SKIP(return, "this kernel has them all");
	EXPECT_EQ(EROFS, tuning_set(self->r, &self->t, "tcp_tw_reuse_delay", 1000));
	EXPECT_LE(BEHIND_HEADERS, self->r->offset);
	EXPECT_NE('\0', self->r->text[0]);
	tuning_begin(self->r);
	tuning_put(self->r, "tcp_fin_timeout", 30);
	tuning_put(self->r, "tcp_tw_reuse_delay", 500);
	EXPECT_EQ(EROFS, tuning_send(self->r, &self->t));
	EXPECT_NE(30, sysctl_get("tcp_fin_timeout"));
}

TEST_F(tune, nothing_to_set)
{
	tuning_begin(self->r);
	EXPECT_EQ(EINVAL, tuning_send(self->r, &self->t));
	EXPECT_NE('\0', self->r->text[0]);
	tuning_begin(self->r);
	tuning_put_confirm(self->r, 5);
	EXPECT_EQ(EINVAL, tuning_send(self->r, &self->t));
	tuning_begin(self->r);
	mnl_attr_put(self->r->nlh, TCPULSE_A_TUNING_DRY_RUN, 0, NULL);
	EXPECT_EQ(EINVAL, tuning_send(self->r, &self->t));
}

TEST_F(tune, confirm_seconds)
{
	static const __u32 wrong[] = { 0, 86401, 0x80000000, UINT32_MAX };
	unsigned int start;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		tuning_begin(self->r);
		tuning_put(self->r, "tcp_fin_timeout", 30);
		start = self->r->nlh->nlmsg_len;
		tuning_put_confirm(self->r, wrong[i]);
		EXPECT_EQ(ERANGE, tuning_send(self->r, &self->t));
		EXPECT_EQ(start, self->r->offset);
		EXPECT_NE('\0', self->r->text[0]);
	}
	EXPECT_EQ(60, sysctl_get("tcp_fin_timeout"));
	EXPECT_EQ(0, tuning_pending(self->r, &self->t));
	ASSERT_EQ(0, tuning_set_confirm(self->r, &self->t, "tcp_fin_timeout", 30, 86400));
	EXPECT_GE(86400000, self->t.remaining_ms);
	EXPECT_LT(86390000, self->t.remaining_ms);
}

/* --- all or nothing ------------------------------------------------------------- */

static const struct {
	const char *name;
	long long value, wrong;
} ten[] = {
	{ "somaxconn", 1111, -1 }, { "tcp_syncookies", 2, 256 },
	{ "tcp_synack_retries", 3, 256 }, { "tcp_syn_retries", 4, 0 },
	{ "tcp_migrate_req", 1, 2 }, { "tcp_tw_reuse", 1, 3 },
	{ "tcp_fin_timeout", 30, 1LL << 40 }, { "tcp_orphan_retries", 5, -1 },
	{ "tcp_keepalive_time", 600, -(1LL << 40) }, { "tcp_keepalive_probes", 6, 256 },
};

/* wrong: which of them is, none with 10 */
static int set_ten(struct request *r, struct tuning *t, size_t wrong)
{
	size_t i;

	tuning_begin(r);
	for (i = 0; i < ARRAY_SIZE(ten); i++)
		tuning_put(r, ten[i].name, i == wrong ? ten[i].wrong : ten[i].value);
	return tuning_send(r, t);
}

TEST_F(tune, one_of_ten_is_wrong)
{
	__u64 before = sysctl_hash();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ten); i++) {
		EXPECT_EQ(ERANGE, set_ten(self->r, &self->t, i));
		EXPECT_NE(NULL, strstr(self->r->text, ten[i].name));
		EXPECT_EQ(before, sysctl_hash());
	}
	EXPECT_EQ(0, tuning_history(self->r, self->history));
}

TEST_F(tune, ten_at_once)
{
	long long was[ARRAY_SIZE(ten)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ten); i++)
		was[i] = sysctl_get(ten[i].name);
	ASSERT_EQ(0, set_ten(self->r, &self->t, ARRAY_SIZE(ten)));
	EXPECT_NE(0, self->t.transaction);
	EXPECT_FALSE(self->t.waits);
	ASSERT_EQ(10, self->t.n);
	ASSERT_EQ(10, tuning_history(self->r, self->history));
	for (i = 0; i < ARRAY_SIZE(ten); i++) {
		EXPECT_EQ(ten[i].value, sysctl_get(ten[i].name));
		EXPECT_TRUE(tuning_is_row(&self->t.rows[i], "set", ten[i].name, was[i],
					  ten[i].value));
		EXPECT_TRUE(tuning_is_row(&self->history[i], "set", ten[i].name, was[i],
					  ten[i].value));
		EXPECT_EQ(self->t.transaction, self->history[i].transaction);
	}
}

TEST_F(tune, ports)
{
	long long high;

	tuning_begin(self->r);
	tuning_put_ports(self->r, 20000, 30001);
	ASSERT_EQ(0, tuning_send(self->r, &self->t));
	ASSERT_EQ(1, self->t.n);
	EXPECT_EQ(32768, self->t.rows->old);
	EXPECT_EQ(60999, self->t.rows->old_high);
	EXPECT_EQ(20000, self->t.rows->new);
	EXPECT_EQ(30001, self->t.rows->new_high);
	EXPECT_EQ(20000, sysctl_pair("ip_local_port_range", &high));
	EXPECT_EQ(30001, high);
	ASSERT_EQ(1, tuning_history(self->r, self->history));
	EXPECT_EQ(30001, self->history->new_high);
}

TEST_F(tune, dry_run)
{
	__u64 before = sysctl_hash();

	tuning_begin(self->r);
	tuning_put(self->r, "tcp_fin_timeout", 30);
	tuning_put(self->r, "tcp_rfc1337", 0);
	mnl_attr_put(self->r->nlh, TCPULSE_A_TUNING_DRY_RUN, 0, NULL);
	tuning_put_confirm(self->r, 60);
	ASSERT_EQ(0, tuning_send(self->r, &self->t));
	EXPECT_EQ(0, self->t.transaction);
	EXPECT_FALSE(self->t.waits);
	ASSERT_EQ(2, self->t.n);
	EXPECT_TRUE(tuning_is_row(&self->t.rows[0], "set", "tcp_fin_timeout", 60, 30));
	EXPECT_TRUE(tuning_is_row(&self->t.rows[1], "set", "tcp_rfc1337", 0, 0));
	EXPECT_EQ(before, sysctl_hash());
	EXPECT_EQ(0, tuning_pending(self->r, &self->t));
	EXPECT_EQ(0, tuning_history(self->r, self->history));

	tuning_begin(self->r);
	tuning_put(self->r, "tcp_syn_retries", 0);
	mnl_attr_put(self->r->nlh, TCPULSE_A_TUNING_DRY_RUN, 0, NULL);
	EXPECT_EQ(ERANGE, tuning_send(self->r, &self->t));
}

/* What is as it shall be is said, and that is all. */
TEST_F(tune, unchanged)
{
	tuning_begin(self->r);
	tuning_put(self->r, "tcp_fin_timeout", 60);
	tuning_put(self->r, "tcp_rfc1337", 1);
	tuning_put_confirm(self->r, 60);
	ASSERT_EQ(0, tuning_send(self->r, &self->t));
	ASSERT_EQ(2, self->t.n);
	EXPECT_TRUE(tuning_is_row(&self->t.rows[0], "set", "tcp_fin_timeout", 60, 60));
	EXPECT_TRUE(tuning_is_row(&self->t.rows[1], "set", "tcp_rfc1337", 0, 1));
	ASSERT_EQ(1, tuning_history(self->r, self->history));
	EXPECT_STREQ("tcp_rfc1337", self->history->param);
	ASSERT_EQ(1, tuning_pending(self->r, &self->t));
	ASSERT_EQ(1, self->t.n);
	EXPECT_STREQ("tcp_rfc1337", self->t.rows->param);
	/* and so it is free for others */
	EXPECT_EQ(0, tuning_set(self->r, &self->t, "tcp_fin_timeout", 61));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	ASSERT_EQ(1, self->t.n);
	EXPECT_TRUE(tuning_is_row(self->t.rows, "revert", "tcp_rfc1337", 1, 0));
	EXPECT_EQ(61, sysctl_get("tcp_fin_timeout"));
}

TEST_F(tune, all_unchanged)
{
	ASSERT_EQ(0, tuning_set_confirm(self->r, &self->t, "tcp_fin_timeout", 60, 60));
	ASSERT_EQ(1, self->t.n);
	EXPECT_FALSE(self->t.waits);
	EXPECT_EQ(0, tuning_history(self->r, self->history));
	EXPECT_EQ(0, tuning_pending(self->r, &self->t));
	EXPECT_EQ(ENOENT, tuning_settle(self->r, TCPULSE_CMD_PARAM_CONFIRM, 0, &self->t));
}

/* --- param-get of one --------------------------------------------------------------------- */

TEST_F(tune, get_one)
{
	struct nlattr *attr;
	unsigned int n = 0;

	request_begin(self->r, self->r->family, TCPULSE_CMD_PARAM_GET);
	mnl_attr_put_strz(self->r->nlh, TCPULSE_A_PARAMS_NAME, "tcp_fin_timeout");
	ASSERT_EQ(0, request_send(self->r));
	ASSERT_EQ(0, self->r->error);
	mnl_attr_for_each(attr, self->r->reply, sizeof(struct genlmsghdr))
		n += mnl_attr_get_type(attr) == TCPULSE_A_PARAMS_PARAM;
	EXPECT_EQ(1, n);

	request_begin(self->r, self->r->family, TCPULSE_CMD_PARAM_GET);
	mnl_attr_put_strz(self->r->nlh, TCPULSE_A_PARAMS_NAME, "tcp_nonsense");
	ASSERT_EQ(0, request_send(self->r));
	EXPECT_EQ(ENOENT, self->r->error);
	EXPECT_EQ(BEHIND_HEADERS, self->r->offset);
	EXPECT_NE('\0', self->r->text[0]);
}

TEST_HARNESS_MAIN
