// SPDX-License-Identifier: GPL-2.0
/*
 * param-set: all of it or nothing, and why not; what is pending, confirmed, put
 * back, remembered and announced.
 */
#include <fcntl.h>
#include <ftw.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "refused.h"
#include "tuning.h"

FIXTURE(tune)
{
	struct request *r;
	struct tuning t;
	struct change *history;
};

FIXTURE_SETUP(tune)
{
	SETUP_REQUEST();
	self->history = calloc(HISTORY_ROWS, sizeof(*self->history));
	ASSERT_NE(NULL, self->history);
}

FIXTURE_TEARDOWN(tune)
{
	TEARDOWN_REQUEST();
	free(self->history);
}

/* --- /proc/sys, the witness --------------------------------------------------- */

static __u64 hash;

static int hash_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	char buf[4096];
	ssize_t got, i;
	int fd;

	(void)st;
	(void)ftw;
	fd = type == FTW_F ? open(path, O_RDONLY) : -1;
	if (fd < 0)
		return 0;
	got = read(fd, buf, sizeof(buf));
	close(fd);
	for (i = 0; i < got; i++)
		hash = (hash ^ (unsigned char)buf[i]) * 0x100000001b3;
	return 0;
}

/* all of what this namespace has there */
static __u64 hash_sysctls(void)
{
	hash = 0xcbf29ce484222325;
	nftw("/proc/sys/net", hash_file, 16, FTW_PHYS);
	return hash;
}

static FILE *sysctl_open(const char *name, const char *mode)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/net/%s/%s",
		 strcmp(name, "somaxconn") ? "ipv4" : "core", name);
	return fopen(path, mode);
}

/* the value, and a second one as pair; -1 is nothing else's value here */
static long long sysctl_pair(const char *name, long long *high)
{
	FILE *f = sysctl_open(name, "r");
	long long low = -1;

	*high = -1;
	if (f && fscanf(f, "%lld %lld", &low, high) < 1)
		low = -1;
	if (f)
		fclose(f);
	return low;
}

static long long sysctl_get(const char *name)
{
	long long high;

	return sysctl_pair(name, &high);
}

static bool sysctl_set(const char *name, long long value)
{
	FILE *f = sysctl_open(name, "w");

	return f && fprintf(f, "%lld", value) > 0 && !fclose(f);
}

/* --- requests ---------------------------------------------------------------- */

static int set_one(struct request *r, struct tuning *t, const char *name, __s64 value)
{
	tuning_begin(r);
	tuning_put(r, name, value);
	return tuning_send(r, t);
}

static int set_confirm(struct request *r, struct tuning *t, const char *name, __s64 value,
		       __u32 seconds)
{
	tuning_begin(r);
	tuning_put(r, name, value);
	tuning_put_confirm(r, seconds);
	return tuning_send(r, t);
}

static bool is_row(const struct change *c, const char *action, const char *param,
		   __s64 old, __s64 new)
{
	return !strcmp(change_action(c), action) && !strcmp(c->param, param) &&
	       c->old == old && c->new == new;
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
	__u64 before = hash_sysctls();
	const char *wrong;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		wrong = judge(self->r, &refusals[i], &self->t);
		EXPECT_EQ(NULL, wrong)
			TH_LOG("%zu: %s: %s, error %d, offset %u, '%s'", i,
			       text_of(&refusals[i]), wrong, self->r->error,
			       self->r->offset, self->r->text);
	}
	EXPECT_EQ(before, hash_sysctls());
	EXPECT_EQ(0, tuning_history(self->r, self->history));
}

/* what the words are, where the kernel can make some */
TEST_F(tune, words)
{
	EXPECT_EQ(ERANGE, set_one(self->r, &self->t, "tcp_syn_retries", 0));
	EXPECT_TRUE(!strcmp(self->r->text, "tcp_syn_retries: 0 is below the minimum 1") ||
		    !strcmp(self->r->text, "tcp_syn_retries must be 1 to 127"));
	EXPECT_EQ(ERANGE, set_one(self->r, &self->t, "tcp_syn_retries", 128));
	EXPECT_TRUE(!strcmp(self->r->text, "tcp_syn_retries: 128 is above the maximum 127") ||
		    !strcmp(self->r->text, "tcp_syn_retries must be 1 to 127"));
}

/* A parameter that this kernel does not have cannot be set, also not as it is. */
TEST_F(tune, read_only)
{
	if (sysctl_get("tcp_tw_reuse_delay") >= 0)
		SKIP(return, "this kernel has them all");
	EXPECT_EQ(EROFS, set_one(self->r, &self->t, "tcp_tw_reuse_delay", 1000));
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
	ASSERT_EQ(0, set_confirm(self->r, &self->t, "tcp_fin_timeout", 30, 86400));
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
	__u64 before = hash_sysctls();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ten); i++) {
		EXPECT_EQ(ERANGE, set_ten(self->r, &self->t, i));
		EXPECT_NE(NULL, strstr(self->r->text, ten[i].name));
		EXPECT_EQ(before, hash_sysctls());
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
		EXPECT_TRUE(is_row(&self->t.rows[i], "set", ten[i].name, was[i],
				   ten[i].value));
		EXPECT_TRUE(is_row(&self->history[i], "set", ten[i].name, was[i],
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
	__u64 before = hash_sysctls();

	tuning_begin(self->r);
	tuning_put(self->r, "tcp_fin_timeout", 30);
	tuning_put(self->r, "tcp_rfc1337", 0);
	mnl_attr_put(self->r->nlh, TCPULSE_A_TUNING_DRY_RUN, 0, NULL);
	tuning_put_confirm(self->r, 60);
	ASSERT_EQ(0, tuning_send(self->r, &self->t));
	EXPECT_EQ(0, self->t.transaction);
	EXPECT_FALSE(self->t.waits);
	ASSERT_EQ(2, self->t.n);
	EXPECT_TRUE(is_row(&self->t.rows[0], "set", "tcp_fin_timeout", 60, 30));
	EXPECT_TRUE(is_row(&self->t.rows[1], "set", "tcp_rfc1337", 0, 0));
	EXPECT_EQ(before, hash_sysctls());
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
	EXPECT_TRUE(is_row(&self->t.rows[0], "set", "tcp_fin_timeout", 60, 60));
	EXPECT_TRUE(is_row(&self->t.rows[1], "set", "tcp_rfc1337", 0, 1));
	ASSERT_EQ(1, tuning_history(self->r, self->history));
	EXPECT_STREQ("tcp_rfc1337", self->history->param);
	ASSERT_EQ(1, tuning_pending(self->r, &self->t));
	ASSERT_EQ(1, self->t.n);
	EXPECT_STREQ("tcp_rfc1337", self->t.rows->param);
	/* and so it is free for others */
	EXPECT_EQ(0, set_one(self->r, &self->t, "tcp_fin_timeout", 61));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	ASSERT_EQ(1, self->t.n);
	EXPECT_TRUE(is_row(self->t.rows, "revert", "tcp_rfc1337", 1, 0));
	EXPECT_EQ(61, sysctl_get("tcp_fin_timeout"));
}

TEST_F(tune, all_unchanged)
{
	ASSERT_EQ(0, set_confirm(self->r, &self->t, "tcp_fin_timeout", 60, 60));
	ASSERT_EQ(1, self->t.n);
	EXPECT_FALSE(self->t.waits);
	EXPECT_EQ(0, tuning_history(self->r, self->history));
	EXPECT_EQ(0, tuning_pending(self->r, &self->t));
	EXPECT_EQ(ENOENT, tuning_settle(self->r, TCPULSE_CMD_PARAM_CONFIRM, 0, &self->t));
}

/* --- confirm and revert ------------------------------------------------------------ */

TEST_F(tune, nothing_pending)
{
	EXPECT_EQ(ENOENT, tuning_settle(self->r, TCPULSE_CMD_PARAM_CONFIRM, 0, &self->t));
	EXPECT_NE('\0', self->r->text[0]);
	EXPECT_EQ(ENOENT, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 7, &self->t));
	EXPECT_NE('\0', self->r->text[0]);
}

/* two parameters, the second a pair; sets transaction */
static int set_two(struct request *r, struct tuning *t)
{
	tuning_begin(r);
	tuning_put(r, "tcp_fin_timeout", 30);
	tuning_put_ports(r, 20000, 30001);
	tuning_put_confirm(r, 60);
	return tuning_send(r, t);
}

TEST_F(tune, pending)
{
	__u64 transaction;

	ASSERT_EQ(0, set_two(self->r, &self->t));
	transaction = self->t.transaction;
	EXPECT_TRUE(self->t.waits);
	EXPECT_GE(60000, self->t.remaining_ms);
	EXPECT_LT(50000, self->t.remaining_ms);
	EXPECT_EQ(2, self->t.n);
	ASSERT_EQ(1, tuning_pending(self->r, &self->t));
	EXPECT_EQ(transaction, self->t.transaction);
	EXPECT_GE(60000, self->t.remaining_ms);
	EXPECT_LT(50000, self->t.remaining_ms);
	ASSERT_EQ(2, self->t.n);
	EXPECT_STREQ("tcp_fin_timeout", self->t.rows[0].param);
	EXPECT_EQ(60, self->t.rows[0].old);
	EXPECT_EQ(30, self->t.rows[0].new);
	EXPECT_EQ(32768, self->t.rows[1].old);
	EXPECT_EQ(60999, self->t.rows[1].old_high);
	EXPECT_EQ(20000, self->t.rows[1].new);
	EXPECT_EQ(30001, self->t.rows[1].new_high);
}

TEST_F(tune, confirmed)
{
	__u64 transaction;

	ASSERT_EQ(0, set_two(self->r, &self->t));
	transaction = self->t.transaction;
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_CONFIRM, transaction, &self->t));
	EXPECT_EQ(transaction, self->t.transaction);
	EXPECT_FALSE(self->t.waits);
	ASSERT_EQ(2, self->t.n);
	EXPECT_STREQ("confirm", change_action(&self->t.rows[0]));
	EXPECT_STREQ("confirm", change_action(&self->t.rows[1]));
	EXPECT_EQ(30, sysctl_get("tcp_fin_timeout"));
	EXPECT_EQ(20000, sysctl_get("ip_local_port_range"));
	EXPECT_EQ(0, tuning_pending(self->r, &self->t));
	EXPECT_EQ(ENOENT, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	ASSERT_EQ(4, tuning_history(self->r, self->history));
	EXPECT_STREQ("confirm", change_action(&self->history[3]));
	EXPECT_EQ(transaction, self->history[3].transaction);
	/* another one can wait now */
	EXPECT_EQ(0, set_confirm(self->r, &self->t, "tcp_fin_timeout", 31, 60));
	EXPECT_LT(transaction, self->t.transaction);
}

TEST_F(tune, reverted)
{
	__u64 before = hash_sysctls(), transaction;
	const struct change *rows = self->t.rows;

	ASSERT_EQ(0, set_two(self->r, &self->t));
	transaction = self->t.transaction;
	EXPECT_NE(before, hash_sysctls());
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	EXPECT_EQ(transaction, self->t.transaction);
	ASSERT_EQ(2, self->t.n);
	/* in whichever order */
	rows += !!strcmp(rows->param, "tcp_fin_timeout");
	EXPECT_TRUE(is_row(rows, "revert", "tcp_fin_timeout", 30, 60));
	rows = &self->t.rows[rows == self->t.rows];
	EXPECT_TRUE(is_row(rows, "revert", "ip_local_port_range", 20000, 32768));
	EXPECT_EQ(30001, rows->old_high);
	EXPECT_EQ(60999, rows->new_high);
	EXPECT_EQ(before, hash_sysctls());
	EXPECT_EQ(0, tuning_pending(self->r, &self->t));
	EXPECT_EQ(4, tuning_history(self->r, self->history));
}

TEST_F(tune, another_one_is_pending)
{
	__u64 transaction;

	ASSERT_EQ(0, set_two(self->r, &self->t));
	transaction = self->t.transaction;
	EXPECT_EQ(ESTALE, tuning_settle(self->r, TCPULSE_CMD_PARAM_CONFIRM, transaction + 1,
					&self->t));
	EXPECT_NE('\0', self->r->text[0]);
	EXPECT_EQ(ESTALE, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT,
					transaction + (1ULL << 32), &self->t));
	ASSERT_EQ(1, tuning_pending(self->r, &self->t));
	EXPECT_EQ(transaction, self->t.transaction);
	EXPECT_EQ(30, sysctl_get("tcp_fin_timeout"));
	/* what is over cannot be settled any more */
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_CONFIRM, transaction, &self->t));
	ASSERT_EQ(0, set_confirm(self->r, &self->t, "tcp_fin_timeout", 31, 60));
	EXPECT_EQ(ESTALE, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, transaction,
					&self->t));
	EXPECT_EQ(31, sysctl_get("tcp_fin_timeout"));
}

TEST_F(tune, busy)
{
	__u64 before;

	ASSERT_EQ(0, set_two(self->r, &self->t));
	before = hash_sysctls();
	EXPECT_EQ(EBUSY, set_one(self->r, &self->t, "tcp_fin_timeout", 40));
	EXPECT_NE('\0', self->r->text[0]);
	EXPECT_EQ(EBUSY, set_confirm(self->r, &self->t, "tcp_rfc1337", 1, 5));
	EXPECT_NE('\0', self->r->text[0]);
	/* also where only one of two is taken */
	tuning_begin(self->r);
	tuning_put(self->r, "tcp_rfc1337", 1);
	tuning_put(self->r, "tcp_fin_timeout", 40);
	EXPECT_EQ(EBUSY, tuning_send(self->r, &self->t));
	EXPECT_EQ(before, hash_sysctls());
	/* what touches nothing of it can be set */
	EXPECT_EQ(0, set_one(self->r, &self->t, "tcp_rfc1337", 1));
	EXPECT_FALSE(self->t.waits && self->t.remaining_ms == 0);
	EXPECT_EQ(1, sysctl_get("tcp_rfc1337"));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	EXPECT_EQ(2, self->t.n);
	EXPECT_EQ(60, sysctl_get("tcp_fin_timeout"));
	EXPECT_EQ(1, sysctl_get("tcp_rfc1337"));
}

/* a dry run says what would be: it would be refused */
TEST_F(tune, busy_for_a_dry_run)
{
	ASSERT_EQ(0, set_two(self->r, &self->t));
	tuning_begin(self->r);
	tuning_put(self->r, "tcp_fin_timeout", 40);
	mnl_attr_put(self->r->nlh, TCPULSE_A_TUNING_DRY_RUN, 0, NULL);
	EXPECT_EQ(EBUSY, tuning_send(self->r, &self->t));
}

/* What somebody else has changed is left to him. */
TEST_F(tune, kept)
{
	struct change *row;

	ASSERT_EQ(0, set_two(self->r, &self->t));
	ASSERT_TRUE(sysctl_set("tcp_fin_timeout", 45));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	ASSERT_EQ(2, self->t.n);
	row = &self->t.rows[!!strcmp(self->t.rows->param, "tcp_fin_timeout")];
	EXPECT_TRUE(is_row(row, "keep", "tcp_fin_timeout", 30, 45));
	EXPECT_EQ(45, sysctl_get("tcp_fin_timeout"));
	EXPECT_EQ(32768, sysctl_get("ip_local_port_range"));
}

/* The kernel does it by itself, in the name of who had asked. */
TEST_F(tune, expired)
{
	__u64 before = hash_sysctls();
	struct request *ear = request_new();
	struct change c;
	int i;

	ASSERT_NE(NULL, ear);
	tuning_begin(self->r);
	tuning_put(self->r, "tcp_fin_timeout", 30);
	tuning_put_ports(self->r, 20000, 30001);
	tuning_put_confirm(self->r, 1);
	ASSERT_EQ(0, tuning_send(self->r, &self->t));
	ASSERT_EQ(0, request_join(ear));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(1, tuning_hear(ear, &c, 10000));
		EXPECT_STREQ("expire", change_action(&c));
		EXPECT_EQ(getpid(), c.pid);
		EXPECT_EQ(self->t.transaction, c.transaction);
	}
	EXPECT_EQ(before, hash_sysctls());
	EXPECT_EQ(0, tuning_pending(self->r, &self->t));
	ASSERT_EQ(4, tuning_history(self->r, self->history));
	EXPECT_LE(1000, self->history[3].time_ms - self->history[0].time_ms + 1);
	EXPECT_GT(3000, self->history[3].time_ms - self->history[0].time_ms);
	request_free(ear);
}

/* --- announced and remembered ---------------------------------------------------------- */

static bool same_row(const struct change *a, const struct change *b)
{
	return a->sequence == b->sequence && a->transaction == b->transaction &&
	       a->action == b->action && !strcmp(a->param, b->param) && a->old == b->old &&
	       a->new == b->new && a->old_high == b->old_high && a->new_high == b->new_high &&
	       a->time_ms == b->time_ms && a->pid == b->pid && a->uid == b->uid &&
	       !strcmp(a->command, b->command);
}

TEST_F(tune, announced)
{
	struct request *ear = request_new();
	struct change c;
	int i;

	ASSERT_NE(NULL, ear);
	ASSERT_EQ(0, request_join(ear));
	prctl(PR_SET_NAME, "a b=c \"d\"");
	ASSERT_EQ(0, set_two(self->r, &self->t));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_CONFIRM, 0, &self->t));
	ASSERT_EQ(0, set_confirm(self->r, &self->t, "tcp_rfc1337", 1, 60));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	/* none of these is said */
	ASSERT_EQ(0, set_one(self->r, &self->t, "tcp_rfc1337", 0));
	ASSERT_EQ(ERANGE, set_one(self->r, &self->t, "tcp_syn_retries", 0));
	tuning_begin(self->r);
	tuning_put(self->r, "tcp_rfc1337", 1);
	mnl_attr_put(self->r->nlh, TCPULSE_A_TUNING_DRY_RUN, 0, NULL);
	ASSERT_EQ(0, tuning_send(self->r, &self->t));

	ASSERT_EQ(6, tuning_history(self->r, self->history));
	for (i = 0; i < 6; i++) {
		ASSERT_EQ(1, tuning_hear(ear, &c, 1000));
		EXPECT_TRUE(same_row(&c, &self->history[i]));
		EXPECT_EQ(i + 1, c.sequence);
		EXPECT_EQ(getpid(), c.pid);
		EXPECT_EQ(0, c.uid);
		EXPECT_STREQ("a b=c \"d\"", c.command);
	}
	EXPECT_STREQ("revert", change_action(&c));
	EXPECT_EQ(0, tuning_hear(ear, &c, 50));
	request_free(ear);
}

/* not what happens elsewhere */
TEST_F(tune, namespaces_are_apart)
{
	struct request *ear = request_new(), *other;
	struct change c;

	ASSERT_NE(NULL, ear);
	ASSERT_EQ(0, request_join(ear));
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	other = request_new();
	ASSERT_NE(NULL, other);
	ASSERT_EQ(0, set_confirm(other, &self->t, "tcp_fin_timeout", 30, 60));
	EXPECT_EQ(0, tuning_hear(ear, &c, 50));
	EXPECT_EQ(0, tuning_pending(self->r, &self->t));
	EXPECT_EQ(0, tuning_history(self->r, self->history));
	EXPECT_EQ(0, set_confirm(self->r, &self->t, "tcp_fin_timeout", 40, 60));
	EXPECT_EQ(30, sysctl_get("tcp_fin_timeout"));
	ASSERT_EQ(0, tuning_settle(other, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	EXPECT_EQ(1, tuning_pending(self->r, &self->t));
	request_free(other);
	request_free(ear);
}

#define MANY 300

TEST_F(tune, history_is_bounded)
{
	int i;

	for (i = 0; i < MANY; i++)
		ASSERT_EQ(0, set_one(self->r, &self->t, "tcp_fin_timeout", 100 + i));
	ASSERT_EQ(HISTORY_ROWS, tuning_history(self->r, self->history));
	for (i = 0; i < HISTORY_ROWS; i++) {
		EXPECT_EQ(MANY - HISTORY_ROWS + i + 1, self->history[i].sequence);
		EXPECT_EQ(100 + MANY - HISTORY_ROWS + i, self->history[i].new);
		EXPECT_EQ(99 + MANY - HISTORY_ROWS + i, self->history[i].old);
		if (!i)
			continue;
		EXPECT_LT(self->history[i - 1].transaction, self->history[i].transaction);
		EXPECT_LE(self->history[i - 1].time_ms, self->history[i].time_ms);
	}
}

/* --- who may, and who did --------------------------------------------------------------- */

TEST_F(tune, plain_user)
{
	static const __u8 changing[] = {
		TCPULSE_CMD_SEGMENT_SET, TCPULSE_CMD_PARAM_SET, TCPULSE_CMD_PARAM_CONFIRM,
		TCPULSE_CMD_PARAM_REVERT, TCPULSE_CMD_LISTENER_SET,
	};
	struct request *r;
	size_t i;

	ASSERT_EQ(0, set_two(self->r, &self->t));
	ASSERT_EQ(0, setuid(65534));
	r = request_new();
	ASSERT_NE(NULL, r);
	for (i = 0; i < ARRAY_SIZE(changing); i++) {
		request_begin(r, r->family, changing[i]);
		ASSERT_EQ(0, request_send(r));
		EXPECT_EQ(EPERM, r->error);
	}
	EXPECT_EQ(EPERM, set_one(r, &self->t, "tcp_rfc1337", 1));
	EXPECT_EQ(-1, request_join(r));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(2, tuning_history(r, self->history));
	EXPECT_EQ(1, tuning_pending(r, &self->t));
	request_free(r);
}

/* Another user, who may; his number is the one of before he was let. */
static int become(uid_t uid)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2] = { { 0 } };

	caps[0].permitted = 1u << CAP_NET_ADMIN;
	caps[0].effective = caps[0].permitted;
	return prctl(PR_SET_KEEPCAPS, 1) || setresuid(uid, uid, uid) ||
	       syscall(SYS_capset, &head, caps);
}

/* in a child, the first process of its PID namespace: 0 when all went well */
static int set_as_another(void)
{
	struct request *r;
	struct tuning t;

	if (become(1234))
		return 1;
	prctl(PR_SET_NAME, "another");
	r = request_new();
	return !r || set_confirm(r, &t, "tcp_fin_timeout", 30, 60);
}

TEST_F(tune, who_did_it)
{
	int status;
	pid_t pid;

	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	pid = fork();
	if (!pid)
		_exit(set_as_another());
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, status);
	/* gone, but still who it was; what is done by us now is ours */
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	ASSERT_EQ(2, tuning_history(self->r, self->history));
	EXPECT_EQ(1, self->history[0].pid);
	EXPECT_EQ(1234, self->history[0].uid);
	EXPECT_STREQ("another", self->history[0].command);
	EXPECT_EQ(getpid(), self->history[1].pid);
	EXPECT_EQ(0, self->history[1].uid);
	EXPECT_STRNE("another", self->history[1].command);
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
