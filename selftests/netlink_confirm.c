// SPDX-License-Identifier: GPL-2.0
/*
 * What is pending after param-set, confirmed, put back, remembered and announced;
 * who may, and who did it.
 *
 * Kernels: source; timers and the words of a refusal are handed to each kernel in its
 *   own way
 */
#include <sched.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "client/fixture.h"
#include "client/refused.h"
#include "client/sysctl.h"
#include "client/tuning.h"

FIXTURE(confirm)
{
	struct request *r;
	struct tuning t;
	struct change *history;
};

FIXTURE_SETUP(confirm)
{
	SETUP_REQUEST(return);
	self->history = calloc(HISTORY_ROWS, sizeof(*self->history));
	ASSERT_NE(NULL, self->history);
}

FIXTURE_TEARDOWN(confirm)
{
	TEARDOWN_REQUEST();
	free(self->history);
}

/* --- confirm and revert ------------------------------------------------------------ */

TEST_F(confirm, nothing_pending)
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

TEST_F(confirm, pending)
{
	const long long start = slow_now_us();
	__u64 transaction;

	ASSERT_EQ(0, set_two(self->r, &self->t));
	transaction = self->t.transaction;
	EXPECT_TRUE(self->t.waits);
	EXPECT_GE(60000, self->t.remaining_ms);
	EXPECT_LT(59000, self->t.remaining_ms + (slow_now_us() - start) / 1000);
	EXPECT_EQ(2, self->t.n);
	ASSERT_EQ(1, tuning_pending(self->r, &self->t));
	EXPECT_EQ(transaction, self->t.transaction);
	EXPECT_GE(60000, self->t.remaining_ms);
	EXPECT_LT(59000, self->t.remaining_ms + (slow_now_us() - start) / 1000);
	ASSERT_EQ(2, self->t.n);
	EXPECT_STREQ("tcp_fin_timeout", self->t.rows[0].param);
	EXPECT_EQ(60, self->t.rows[0].old);
	EXPECT_EQ(30, self->t.rows[0].new);
	EXPECT_EQ(32768, self->t.rows[1].old);
	EXPECT_EQ(60999, self->t.rows[1].old_high);
	EXPECT_EQ(20000, self->t.rows[1].new);
	EXPECT_EQ(30001, self->t.rows[1].new_high);
}

TEST_F(confirm, confirmed)
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
	EXPECT_EQ(0, tuning_set_confirm(self->r, &self->t, "tcp_fin_timeout", 31, 60));
	EXPECT_LT(transaction, self->t.transaction);
}

TEST_F(confirm, reverted)
{
	__u64 before = sysctl_hash(), transaction;
	const struct change *rows = self->t.rows;

	ASSERT_EQ(0, set_two(self->r, &self->t));
	transaction = self->t.transaction;
	EXPECT_NE(before, sysctl_hash());
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	EXPECT_EQ(transaction, self->t.transaction);
	ASSERT_EQ(2, self->t.n);
	/* in whichever order */
	rows += !!strcmp(rows->param, "tcp_fin_timeout");
	EXPECT_TRUE(tuning_is_row(rows, "revert", "tcp_fin_timeout", 30, 60));
	rows = &self->t.rows[rows == self->t.rows];
	EXPECT_TRUE(tuning_is_row(rows, "revert", "ip_local_port_range", 20000, 32768));
	EXPECT_EQ(30001, rows->old_high);
	EXPECT_EQ(60999, rows->new_high);
	EXPECT_EQ(before, sysctl_hash());
	EXPECT_EQ(0, tuning_pending(self->r, &self->t));
	EXPECT_EQ(4, tuning_history(self->r, self->history));
}

TEST_F(confirm, another_one_is_pending)
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
	ASSERT_EQ(0, tuning_set_confirm(self->r, &self->t, "tcp_fin_timeout", 31, 60));
	EXPECT_EQ(ESTALE, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, transaction,
					&self->t));
	EXPECT_EQ(31, sysctl_get("tcp_fin_timeout"));
}

TEST_F(confirm, busy)
{
	__u64 before;

	ASSERT_EQ(0, set_two(self->r, &self->t));
	before = sysctl_hash();
	EXPECT_EQ(EBUSY, tuning_set(self->r, &self->t, "tcp_fin_timeout", 40));
	EXPECT_NE('\0', self->r->text[0]);
	EXPECT_EQ(EBUSY, tuning_set_confirm(self->r, &self->t, "tcp_rfc1337", 1, 5));
	EXPECT_NE('\0', self->r->text[0]);
	/* also where only one of two is taken */
	tuning_begin(self->r);
	tuning_put(self->r, "tcp_rfc1337", 1);
	tuning_put(self->r, "tcp_fin_timeout", 40);
	EXPECT_EQ(EBUSY, tuning_send(self->r, &self->t));
	EXPECT_EQ(before, sysctl_hash());
	/* what touches nothing of it can be set */
	EXPECT_EQ(0, tuning_set(self->r, &self->t, "tcp_rfc1337", 1));
	EXPECT_FALSE(self->t.waits && self->t.remaining_ms == 0);
	EXPECT_EQ(1, sysctl_get("tcp_rfc1337"));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	EXPECT_EQ(2, self->t.n);
	EXPECT_EQ(60, sysctl_get("tcp_fin_timeout"));
	EXPECT_EQ(1, sysctl_get("tcp_rfc1337"));
}

/* a dry run says what would be: it would be refused */
TEST_F(confirm, busy_for_a_dry_run)
{
	ASSERT_EQ(0, set_two(self->r, &self->t));
	tuning_begin(self->r);
	tuning_put(self->r, "tcp_fin_timeout", 40);
	mnl_attr_put(self->r->nlh, TCPULSE_A_TUNING_DRY_RUN, 0, NULL);
	EXPECT_EQ(EBUSY, tuning_send(self->r, &self->t));
}

/* What somebody else has changed is left to him. */
TEST_F(confirm, kept)
{
	struct change *row;

	ASSERT_EQ(0, set_two(self->r, &self->t));
	ASSERT_TRUE(sysctl_set("tcp_fin_timeout", 45));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	ASSERT_EQ(2, self->t.n);
	row = &self->t.rows[!!strcmp(self->t.rows->param, "tcp_fin_timeout")];
	EXPECT_TRUE(tuning_is_row(row, "keep", "tcp_fin_timeout", 30, 45));
	EXPECT_EQ(45, sysctl_get("tcp_fin_timeout"));
	EXPECT_EQ(32768, sysctl_get("ip_local_port_range"));
}

/* After a sleep of so long: what else this CPU had to do then was as late. */
static __u64 late_by_ms(unsigned int ms)
{
	long long start = slow_now_us();

	usleep(ms * 1000);
	return (slow_now_us() - start) / 1000 - ms;
}

/* The kernel does it by itself, in the name of who had asked. */
TEST_F(confirm, expired)
{
	__u64 before = sysctl_hash();
	struct request *ear = request_new();
	struct change c;
	__u64 late;
	int i;

	ASSERT_NE(NULL, ear);
	tuning_begin(self->r);
	tuning_put(self->r, "tcp_fin_timeout", 30);
	tuning_put_ports(self->r, 20000, 30001);
	tuning_put_confirm(self->r, 1);
	ASSERT_EQ(0, request_join(ear));
	stay_on_this_cpu();
	ASSERT_EQ(0, tuning_send(self->r, &self->t));
	late = late_by_ms(1000);
	for (i = 0; i < 4; i++) {
		ASSERT_EQ(1, tuning_hear(ear, &c, SURELY_MS));
		EXPECT_STREQ(i < 2 ? "set" : "expire", change_action(&c));
		EXPECT_EQ(getpid(), c.pid);
		EXPECT_EQ(self->t.transaction, c.transaction);
	}
	EXPECT_EQ(before, sysctl_hash());
	EXPECT_EQ(0, tuning_pending(self->r, &self->t));
	ASSERT_EQ(4, tuning_history(self->r, self->history));
	EXPECT_LE(1000, self->history[3].time_ms - self->history[0].time_ms + 1);
	EXPECT_GT(3000 + late, self->history[3].time_ms - self->history[0].time_ms);
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

TEST_F(confirm, announced)
{
	struct request *ear = request_new();
	struct change c;
	int i;

	ASSERT_NE(NULL, ear);
	ASSERT_EQ(0, request_join(ear));
	prctl(PR_SET_NAME, "a b=c \"d\"");
	ASSERT_EQ(0, set_two(self->r, &self->t));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_CONFIRM, 0, &self->t));
	ASSERT_EQ(0, tuning_set_confirm(self->r, &self->t, "tcp_rfc1337", 1, 60));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	/* none of these is said */
	ASSERT_EQ(0, tuning_set(self->r, &self->t, "tcp_rfc1337", 0));
	ASSERT_EQ(ERANGE, tuning_set(self->r, &self->t, "tcp_syn_retries", 0));
	tuning_begin(self->r);
	tuning_put(self->r, "tcp_rfc1337", 1);
	mnl_attr_put(self->r->nlh, TCPULSE_A_TUNING_DRY_RUN, 0, NULL);
	ASSERT_EQ(0, tuning_send(self->r, &self->t));

	ASSERT_EQ(6, tuning_history(self->r, self->history));
	for (i = 0; i < 6; i++) {
		ASSERT_EQ(1, tuning_hear(ear, &c, SURELY_MS));
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
TEST_F(confirm, namespaces_are_apart)
{
	struct request *ear = request_new(), *other;
	struct change c;

	ASSERT_NE(NULL, ear);
	ASSERT_EQ(0, request_join(ear));
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	other = request_new();
	ASSERT_NE(NULL, other);
	ASSERT_EQ(0, tuning_set_confirm(other, &self->t, "tcp_fin_timeout", 30, 60));
	EXPECT_EQ(0, tuning_hear(ear, &c, 50));
	EXPECT_EQ(0, tuning_pending(self->r, &self->t));
	EXPECT_EQ(0, tuning_history(self->r, self->history));
	EXPECT_EQ(0, tuning_set_confirm(self->r, &self->t, "tcp_fin_timeout", 40, 60));
	EXPECT_EQ(30, sysctl_get("tcp_fin_timeout"));
	ASSERT_EQ(0, tuning_settle(other, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	EXPECT_EQ(1, tuning_pending(self->r, &self->t));
	request_free(other);
	request_free(ear);
}

#define MANY 300

TEST_F(confirm, history_is_bounded)
{
	int i;

	for (i = 0; i < MANY; i++)
		ASSERT_EQ(0, tuning_set(self->r, &self->t, "tcp_fin_timeout", 100 + i));
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

TEST_F(confirm, plain_user)
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
	EXPECT_EQ(EPERM, tuning_set(r, &self->t, "tcp_rfc1337", 1));
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

	caps[0].permitted = 1u << CAP_NET_ADMIN | 1u << CAP_SYS_ADMIN;
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
	return !r || tuning_set_confirm(r, &t, "tcp_fin_timeout", 30, 60);
}

TEST_F(confirm, who_did_it)
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
	/* as we number it */
	EXPECT_EQ(pid, self->history[0].pid);
	EXPECT_EQ(1234, self->history[0].uid);
	EXPECT_STREQ("another", self->history[0].command);
	EXPECT_EQ(getpid(), self->history[1].pid);
	EXPECT_EQ(0, self->history[1].uid);
	EXPECT_STRNE("another", self->history[1].command);
}

TEST_HARNESS_MAIN
