// SPDX-License-Identifier: GPL-2.0
/*
 * listener-set: whom it finds, whom it refuses, what the socket has afterwards,
 * and what becomes of it when it is not confirmed.
 *
 * Kernels: source; kernels differ in how a listener is looked up, and in what else
 *   holds its limit
 */
#include <netinet/tcp.h>
#include <sched.h>
#include <unistd.h>

#include "client/fixture.h"
#include "client/refused.h"
#include "client/tuning.h"
#include "client/where.h"

#define PORT 1001

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

/* --- sockets --------------------------------------------------------------- */

static const struct where loopback = { .address = "127.0.0.1", .backlog = 8 };
static const struct where any = { .address = "0.0.0.0", .backlog = 8 };
static const struct where any6 = { .address = "::", .backlog = 8, .v6only = true };
static const struct where shared = { .address = "127.0.0.1", .backlog = 8, .reuseport = true };

/* What ss has in the column Send-Q of a listener; the kernel's own word for it. */
static int send_q(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) || info.tcpi_state != TCP_LISTEN)
		return -1;
	return info.tcpi_sacked;
}

/* --- requests --------------------------------------------------------------- */

/* whom: what is 0 or NULL is not said */
struct whom {
	__u64 id;
	const char *address;
	__u16 family;
	__u16 port;
	__u32 confirm;
	bool dry_run;
};

static void put_whom(struct request *r, const struct whom *w)
{
	bool six = w->address && strchr(w->address, ':');
	__u8 address[16];

	if (w->id)
		mnl_attr_put_u64(r->nlh, TCPULSE_A_LISTENER_LIMIT_ID, w->id);
	if (w->family)
		mnl_attr_put_u16(r->nlh, TCPULSE_A_LISTENER_LIMIT_FAMILY, w->family);
	if (w->address) {
		inet_pton(six ? AF_INET6 : AF_INET, w->address, address);
		mnl_attr_put(r->nlh, TCPULSE_A_LISTENER_LIMIT_ADDRESS, six ? 16 : 4, address);
	}
	if (w->port)
		mnl_attr_put_u16(r->nlh, TCPULSE_A_LISTENER_LIMIT_PORT, w->port);
}

static int set_limit(struct request *r, struct tuning *t, const struct whom *w, __u32 limit)
{
	struct nlattr *nest;

	request_begin(r, r->family, TCPULSE_CMD_LISTENER_SET);
	nest = mnl_attr_nest_start(r->nlh, TCPULSE_A_TUNING_LISTENER);
	put_whom(r, w);
	mnl_attr_put_u32(r->nlh, TCPULSE_A_LISTENER_LIMIT_LIMIT, limit);
	mnl_attr_nest_end(r->nlh, nest);
	if (w->confirm)
		tuning_put_confirm(r, w->confirm);
	if (w->dry_run)
		mnl_attr_put(r->nlh, TCPULSE_A_TUNING_DRY_RUN, 0, NULL);
	return tuning_send(r, t);
}

static const struct whom on_port = { .port = PORT };
static const struct whom on_port_wait = { .port = PORT, .confirm = 60 };

static int set_on_port(struct request *r, struct tuning *t, __u32 limit)
{
	return set_limit(r, t, &on_port, limit);
}

/* an attribute of the one listener of a port, -1 when it has none */
static long long listener_get(struct request *r, __u16 port, unsigned int type)
{
	struct nlattr *attr;

	request_begin(r, r->family, TCPULSE_CMD_LISTENER_GET);
	mnl_attr_put_u16(r->nlh, TCPULSE_A_LISTENER_PORT, port);
	if (request_send(r) || r->error || !r->reply)
		return -1;
	mnl_attr_for_each(attr, r->reply, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != type)
			continue;
		return mnl_attr_get_payload_len(attr) == 8 ? mnl_attr_get_u64(attr) :
							     mnl_attr_get_u32(attr);
	}
	return -1;
}

static long long tuned(struct request *r)
{
	return listener_get(r, PORT, TCPULSE_A_LISTENER_TUNED);
}

static bool is_row(const struct change *c, const char *action, __s64 old, __s64 new)
{
	return !strcmp(change_action(c), action) && !*c->param && c->old == old &&
	       c->new == new;
}

/* --- one listener ------------------------------------------------------------- */

TEST_F(tune, a_plain_one)
{
	static const __u8 address[] = { 127, 0, 0, 1 };
	int fd = listen_at(&loopback, PORT);
	struct change *c = self->t.rows;

	ASSERT_LE(0, fd);
	ASSERT_EQ(8, send_q(fd));
	EXPECT_EQ(-1, tuned(self->r));
	ASSERT_EQ(0, set_on_port(self->r, &self->t, 100));
	EXPECT_NE(0, self->t.transaction);
	EXPECT_FALSE(self->t.waits);
	ASSERT_EQ(1, self->t.n);
	EXPECT_TRUE(is_row(c, "set", 8, 100));
	EXPECT_EQ(listener_get(self->r, PORT, TCPULSE_A_LISTENER_ID), c->listener_id);
	EXPECT_EQ(AF_INET, c->family);
	EXPECT_EQ(0, memcmp(c->address, address, 4));
	EXPECT_EQ(PORT, c->port);
	EXPECT_TRUE(change_has(c, TCPULSE_A_CHANGE_ASKED));
	EXPECT_EQ(8, c->asked);

	EXPECT_EQ(100, send_q(fd));
	EXPECT_EQ(100, listener_get(self->r, PORT, TCPULSE_A_LISTENER_LIMIT));
	EXPECT_EQ(100, tuned(self->r));
	EXPECT_EQ(8, listener_get(self->r, PORT, TCPULSE_A_LISTENER_ASKED));
	ASSERT_EQ(1, tuning_history(self->r, self->history));
	EXPECT_TRUE(is_row(self->history, "set", 8, 100));
	EXPECT_EQ(c->listener_id, self->history->listener_id);
}

/* what tells it from others on that address */
TEST_F(tune, row_of_a_listener)
{
	static const struct where bound = { .address = "0.0.0.0", .backlog = 8, .dev = "lo" };
	static const struct {
		const struct where *where;
		bool ifindex, v6only;
	} of[] = {
		{ &loopback, false, false }, { &bound, true, false }, { &any6, false, true },
	};
	struct change *c;
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(of); i++) {
		fd = listen_at(of[i].where, PORT);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, set_on_port(self->r, &self->t, 100));
		ASSERT_EQ((int)i + 1, tuning_history(self->r, self->history));
		for (c = self->t.rows; c; c = c == self->t.rows ? &self->history[i] : NULL) {
			EXPECT_EQ(of[i].ifindex, change_has(c, TCPULSE_A_CHANGE_IFINDEX));
			EXPECT_EQ(of[i].ifindex ? if_nametoindex("lo") : 0, c->ifindex);
			EXPECT_EQ(of[i].v6only, change_has(c, TCPULSE_A_CHANGE_V6ONLY));
		}
		close(fd);
	}
}

/* until the application listens again */
TEST_F(tune, listens_again)
{
	int fd = listen_at(&loopback, PORT);

	ASSERT_EQ(0, set_on_port(self->r, &self->t, 100));
	ASSERT_EQ(0, listen(fd, 20));
	EXPECT_EQ(20, send_q(fd));
	EXPECT_EQ(20, listener_get(self->r, PORT, TCPULSE_A_LISTENER_LIMIT));
	EXPECT_EQ(100, tuned(self->r));
}

TEST_F(tune, limits)
{
	static const __u32 right[] = { 0, 1, 4096, 0x7fffffff };
	static const __u32 wrong[] = { 0x80000000, 0xffffffff };
	int fd = listen_at(&loopback, PORT);
	size_t i;

	ASSERT_LE(0, fd);
	for (i = 0; i < ARRAY_SIZE(right); i++) {
		EXPECT_EQ(0, set_on_port(self->r, &self->t, right[i]));
		EXPECT_EQ((int)right[i], send_q(fd));
	}
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT_EQ(ERANGE, set_on_port(self->r, &self->t, wrong[i]));
		EXPECT_LE(BEHIND_HEADERS, self->r->offset);
		EXPECT_GT(self->r->nlh->nlmsg_len, self->r->offset);
		EXPECT_NE('\0', self->r->text[0]);
		EXPECT_EQ(0x7fffffff, send_q(fd));
	}
}

TEST_F(tune, dry_run)
{
	static const struct whom dry = { .port = PORT, .dry_run = true };
	int fd = listen_at(&loopback, PORT);

	ASSERT_EQ(0, set_limit(self->r, &self->t, &dry, 100));
	EXPECT_EQ(0, self->t.transaction);
	ASSERT_EQ(1, self->t.n);
	EXPECT_TRUE(is_row(self->t.rows, "set", 8, 100));
	EXPECT_EQ(8, send_q(fd));
	EXPECT_EQ(-1, tuned(self->r));
	EXPECT_EQ(0, tuning_history(self->r, self->history));
	EXPECT_EQ(ERANGE, set_limit(self->r, &self->t, &dry, 0x80000000));
}

TEST_F(tune, unchanged)
{
	ASSERT_LE(0, listen_at(&loopback, PORT));
	ASSERT_EQ(0, set_limit(self->r, &self->t, &on_port_wait, 8));
	ASSERT_EQ(1, self->t.n);
	EXPECT_TRUE(is_row(self->t.rows, "set", 8, 8));
	EXPECT_EQ(0, tuning_history(self->r, self->history));
	EXPECT_EQ(0, tuning_pending(self->r, &self->t));
}

/* --- whom ------------------------------------------------------------------------ */

static void expect_nobody(struct __test_metadata *_metadata, struct request *r,
			  struct tuning *t, const struct whom *w)
{
	EXPECT_EQ(ENOENT, set_limit(r, t, w, 100));
	EXPECT_NE('\0', r->text[0]);
}

TEST_F(tune, nobody_listens)
{
	static const struct whom nobody[] = {
		{ .port = PORT }, { .id = 1 }, { .id = 1ULL << 40 },
		{ .port = PORT, .family = AF_INET6 }, { .port = PORT, .address = "127.0.0.1" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nobody); i++)
		expect_nobody(_metadata, self->r, &self->t, &nobody[i]);
}

/* UDP sockets, bound ones, connected ones: none of them listens. */
TEST_F(tune, no_listeners)
{
	static const struct where udp = { .address = "127.0.0.1", .type = SOCK_DGRAM };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT + 1) };
	int c = bind_at(&loopback, PORT), l;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ASSERT_LE(0, c);
	expect_nobody(_metadata, self->r, &self->t, &on_port);
	ASSERT_LE(0, bind_at(&udp, PORT));
	expect_nobody(_metadata, self->r, &self->t, &on_port);
	l = listen_at(&loopback, PORT + 1);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, connect(c, (void *)&to, sizeof(to)));
	expect_nobody(_metadata, self->r, &self->t, &on_port);
	/* nor those that a listener has left behind */
	ASSERT_LE(0, accept(l, NULL, NULL));
	close(l);
	expect_nobody(_metadata, self->r, &self->t,
		      &(struct whom){ .port = PORT + 1 });
}

TEST_F(tune, not_any_more)
{
	int fd = listen_at(&loopback, PORT);
	__u64 id = listener_get(self->r, PORT, TCPULSE_A_LISTENER_ID);

	ASSERT_EQ(0, shutdown(fd, SHUT_RD));
	expect_nobody(_metadata, self->r, &self->t, &on_port);
	expect_nobody(_metadata, self->r, &self->t, &(struct whom){ .id = id });
}

TEST_F(tune, of_another_namespace)
{
	int fd = listen_at(&loopback, PORT);
	struct request *other;
	struct whom w = { 0 };

	ASSERT_LE(0, fd);
	w.id = listener_get(self->r, PORT, TCPULSE_A_LISTENER_ID);
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	other = request_new();
	ASSERT_NE(NULL, other);
	expect_nobody(_metadata, other, &self->t, &on_port);
	expect_nobody(_metadata, other, &self->t, &w);
	EXPECT_EQ(8, send_q(fd));
	/* while its own namespace finds it, wherever we are */
	EXPECT_EQ(0, set_limit(self->r, &self->t, &w, 100));
	EXPECT_EQ(100, send_q(fd));
	request_free(other);
}

/* 0.0.0.0:P and [::]:P are two. */
TEST_F(tune, two_families)
{
	int four = listen_at(&any, PORT), six = listen_at(&any6, PORT);

	ASSERT_LE(0, four);
	ASSERT_LE(0, six);
	EXPECT_EQ(ENOTUNIQ, set_on_port(self->r, &self->t, 100));
	EXPECT_NE('\0', self->r->text[0]);
	EXPECT_EQ(8, send_q(four));
	EXPECT_EQ(8, send_q(six));
	EXPECT_EQ(0, set_limit(self->r, &self->t,
			       &(struct whom){ .family = AF_INET6, .port = PORT }, 100));
	EXPECT_EQ(8, send_q(four));
	EXPECT_EQ(100, send_q(six));
	EXPECT_EQ(0, set_limit(self->r, &self->t,
			       &(struct whom){ .address = "0.0.0.0", .port = PORT }, 200));
	EXPECT_EQ(200, send_q(four));
	EXPECT_EQ(100, send_q(six));
}

/* Those that share a port, but not an address or an interface. */
TEST_F(tune, no_group)
{
	static const struct where other = { .address = "127.0.0.2", .backlog = 8,
					  .reuseport = true };
	static const struct where bound = { .address = "127.0.0.1", .backlog = 8, .dev = "lo",
					  .reuseport = true };
	int one = listen_at(&shared, PORT), two;

	ASSERT_LE(0, one);
	two = listen_at(&other, PORT);
	ASSERT_LE(0, two);
	EXPECT_EQ(ENOTUNIQ, set_on_port(self->r, &self->t, 100));
	close(two);
	two = listen_at(&bound, PORT);
	ASSERT_LE(0, two);
	EXPECT_EQ(ENOTUNIQ, set_on_port(self->r, &self->t, 100));
	EXPECT_EQ(8, send_q(one));
	EXPECT_EQ(8, send_q(two));
}

#define GROUP 4

TEST_F(tune, group)
{
	struct whom w = { 0 };
	int fd[GROUP], i;

	for (i = 0; i < GROUP; i++) {
		fd[i] = listen_at(&shared, PORT);
		ASSERT_LE(0, fd[i]);
	}
	/* a neighbour, which is none of them */
	ASSERT_LE(0, listen_at(&loopback, PORT + 1));
	ASSERT_EQ(0, set_on_port(self->r, &self->t, 100));
	ASSERT_EQ(GROUP, self->t.n);
	for (i = 0; i < GROUP; i++) {
		EXPECT_EQ(100, send_q(fd[i]));
		EXPECT_TRUE(is_row(&self->t.rows[i], "set", 8, 100));
	}
	EXPECT_EQ(8, listener_get(self->r, PORT + 1, TCPULSE_A_LISTENER_LIMIT));
	EXPECT_EQ(GROUP, tuning_history(self->r, self->history));

	/* by its id: that one, and no other */
	w.id = self->t.rows[2].listener_id;
	ASSERT_EQ(0, set_limit(self->r, &self->t, &w, 7));
	ASSERT_EQ(1, self->t.n);
	EXPECT_EQ(w.id, self->t.rows->listener_id);
	for (i = 0; i < GROUP; i++)
		EXPECT_EQ(i == 2 ? 7 : 100, send_q(fd[i]));
	/* and all of them again: one row each, also the ones that stay */
	ASSERT_EQ(0, set_on_port(self->r, &self->t, 100));
	EXPECT_EQ(GROUP, self->t.n);
	EXPECT_EQ(100, send_q(fd[2]));
	EXPECT_EQ(GROUP + 2, tuning_history(self->r, self->history));
}

/* What fits neither by id nor by port fits not at all. */
TEST_F(tune, id_and_port)
{
	struct whom w = { .port = PORT + 1 };
	int fd = listen_at(&loopback, PORT);

	w.id = listener_get(self->r, PORT, TCPULSE_A_LISTENER_ID);
	expect_nobody(_metadata, self->r, &self->t, &w);
	w.port = PORT;
	EXPECT_EQ(0, set_limit(self->r, &self->t, &w, 100));
	EXPECT_EQ(100, send_q(fd));
}

/* --- requests that are wrong -------------------------------------------------- */

TEST_F(tune, incomplete)
{
	struct nlattr *nest;
	int fd = listen_at(&loopback, PORT);

	request_begin(self->r, self->r->family, TCPULSE_CMD_LISTENER_SET);
	EXPECT_EQ(EINVAL, tuning_send(self->r, &self->t));
	EXPECT_NE('\0', self->r->text[0]);

	request_begin(self->r, self->r->family, TCPULSE_CMD_LISTENER_SET);
	nest = mnl_attr_nest_start(self->r->nlh, TCPULSE_A_TUNING_LISTENER);
	mnl_attr_put_u16(self->r->nlh, TCPULSE_A_LISTENER_LIMIT_PORT, PORT);
	mnl_attr_nest_end(self->r->nlh, nest);
	EXPECT_EQ(EINVAL, tuning_send(self->r, &self->t));
	EXPECT_NE('\0', self->r->text[0]);
	EXPECT_EQ(8, send_q(fd));
}

/* Whom? Any of them is too many. */
TEST_F(tune, whoever_it_is)
{
	static const struct whom vague[] = {
		{ 0 }, { .family = AF_INET }, { .address = "127.0.0.1" },
	};
	int fd = listen_at(&loopback, PORT);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vague); i++) {
		EXPECT_EQ(EINVAL, set_limit(self->r, &self->t, &vague[i], 100));
		EXPECT_NE('\0', self->r->text[0]);
	}
	EXPECT_EQ(8, send_q(fd));
}

TEST_F(tune, confirm_seconds)
{
	static const __u32 wrong[] = { 86401, UINT32_MAX };
	struct whom w = { .port = PORT };
	int fd = listen_at(&loopback, PORT);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		w.confirm = wrong[i];
		EXPECT_EQ(ERANGE, set_limit(self->r, &self->t, &w, 100));
		EXPECT_NE('\0', self->r->text[0]);
	}
	EXPECT_EQ(8, send_q(fd));
}

/* --- pending -------------------------------------------------------------------- */

TEST_F(tune, confirmed)
{
	int fd = listen_at(&loopback, PORT);

	ASSERT_EQ(0, set_limit(self->r, &self->t, &on_port_wait, 100));
	EXPECT_TRUE(self->t.waits);
	ASSERT_EQ(1, tuning_pending(self->r, &self->t));
	ASSERT_EQ(1, self->t.n);
	EXPECT_TRUE(is_row(self->t.rows, "set", 8, 100));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_CONFIRM, 0, &self->t));
	ASSERT_EQ(1, self->t.n);
	EXPECT_STREQ("confirm", change_action(self->t.rows));
	EXPECT_EQ(100, send_q(fd));
	EXPECT_EQ(100, tuned(self->r));
}

TEST_F(tune, reverted)
{
	int fd = listen_at(&loopback, PORT);

	ASSERT_EQ(0, set_limit(self->r, &self->t, &on_port_wait, 100));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	ASSERT_EQ(1, self->t.n);
	EXPECT_TRUE(is_row(self->t.rows, "revert", 100, 8));
	EXPECT_EQ(8, send_q(fd));
	EXPECT_EQ(-1, tuned(self->r));
	EXPECT_EQ(8, listener_get(self->r, PORT, TCPULSE_A_LISTENER_ASKED));
	EXPECT_EQ(2, tuning_history(self->r, self->history));
}

TEST_F(tune, kept)
{
	int fd = listen_at(&loopback, PORT);

	ASSERT_EQ(0, set_limit(self->r, &self->t, &on_port_wait, 100));
	ASSERT_EQ(0, listen(fd, 20));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	ASSERT_EQ(1, self->t.n);
	EXPECT_TRUE(is_row(self->t.rows, "keep", 100, 20));
	EXPECT_EQ(20, send_q(fd));
}

/* One of the group has closed, and its number is somebody else's by now. */
TEST_F(tune, gone)
{
	int one = listen_at(&shared, PORT), two = listen_at(&shared, PORT), i;
	__u64 gone;

	ASSERT_LE(0, one);
	ASSERT_LE(0, two);
	ASSERT_EQ(0, set_limit(self->r, &self->t, &on_port_wait, 100));
	ASSERT_EQ(2, self->t.n);
	gone = self->t.rows[0].listener_id;
	close(one);
	one = listen_at(&shared, PORT);
	ASSERT_LE(0, one);
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	ASSERT_EQ(2, self->t.n);
	for (i = 0; i < 2; i++)
		EXPECT_STREQ(self->t.rows[i].listener_id == gone ? "gone" : "revert",
			     change_action(&self->t.rows[i]));
	EXPECT_EQ(8, send_q(two));
	EXPECT_EQ(8, send_q(one));
}

/* What had its limit already is none of it. */
TEST_F(tune, partly_unchanged)
{
	int one = listen_at(&shared, PORT), two = listen_at(&shared, PORT);

	ASSERT_EQ(0, listen(two, 100));
	ASSERT_EQ(0, set_limit(self->r, &self->t, &on_port_wait, 100));
	EXPECT_EQ(2, self->t.n);
	ASSERT_EQ(1, tuning_pending(self->r, &self->t));
	EXPECT_EQ(1, self->t.n);
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	EXPECT_EQ(1, self->t.n);
	EXPECT_EQ(8, send_q(one));
	EXPECT_EQ(100, send_q(two));
}

TEST_F(tune, busy)
{
	int fd = listen_at(&loopback, PORT), other = listen_at(&loopback, PORT + 1);
	struct whom w = { .port = PORT + 1 };

	ASSERT_EQ(0, set_limit(self->r, &self->t, &on_port_wait, 100));
	EXPECT_EQ(EBUSY, set_on_port(self->r, &self->t, 200));
	EXPECT_NE('\0', self->r->text[0]);
	w.confirm = 5;
	EXPECT_EQ(EBUSY, set_limit(self->r, &self->t, &w, 200));
	w.confirm = 0;
	EXPECT_EQ(0, set_limit(self->r, &self->t, &w, 200));
	EXPECT_EQ(200, send_q(other));
	EXPECT_EQ(100, send_q(fd));
	tuning_begin(self->r);
	tuning_put(self->r, "tcp_rfc1337", 1);
	tuning_put_confirm(self->r, 5);
	EXPECT_EQ(EBUSY, tuning_send(self->r, &self->t));
	tuning_begin(self->r);
	tuning_put(self->r, "tcp_rfc1337", 1);
	EXPECT_EQ(0, tuning_send(self->r, &self->t));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	EXPECT_EQ(8, send_q(fd));
	EXPECT_EQ(200, send_q(other));
}

TEST_F(tune, announced)
{
	struct request *ear = request_new();
	struct change c;
	int i;

	ASSERT_NE(NULL, ear);
	ASSERT_LE(0, listen_at(&loopback, PORT));
	ASSERT_EQ(0, request_join(ear));
	ASSERT_EQ(0, set_limit(self->r, &self->t, &on_port_wait, 100));
	ASSERT_EQ(0, tuning_settle(self->r, TCPULSE_CMD_PARAM_REVERT, 0, &self->t));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(1, tuning_hear(ear, &c, SURELY_MS));
		EXPECT_EQ(PORT, c.port);
		EXPECT_EQ(listener_get(self->r, PORT, TCPULSE_A_LISTENER_ID), c.listener_id);
		EXPECT_EQ(getpid(), c.pid);
	}
	EXPECT_TRUE(is_row(&c, "revert", 100, 8));
	EXPECT_EQ(0, tuning_hear(ear, &c, 50));
	request_free(ear);
}

TEST_HARNESS_MAIN
