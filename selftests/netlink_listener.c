// SPDX-License-Identifier: GPL-2.0
/*
 * What listener-get says of a listener, whom a request that names some of its
 * attributes finds, and what another listen(2) or a close changes.
 *
 * Kernels: source; kernels differ in how a listener is looked up, and in what a dump
 *   is handed
 */
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/fixture.h"
#include "client/where.h"

#define FOUND_MAX 16

/* one listener as it was found */
struct found {
	__u64 id;
	__u64 inode;
	__u32 seen;	/* attributes, a bit each */
	__u32 limit;
	__u32 asked;
	__u32 ifindex;
	__u16 family;
	__u16 port;
	__u16 address_len;
	__u8 address[16];
};

FIXTURE(listener)
{
	struct request *r;
	struct found found[FOUND_MAX];
};

FIXTURE_SETUP(listener)
{
	SETUP_REQUEST(return);
}

FIXTURE_TEARDOWN(listener)
{
	TEARDOWN_REQUEST();
}

/* --- listeners --------------------------------------------------------------- */

static __u64 inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}

static const struct where plain = { .address = "127.0.0.1", .backlog = 8 };

/* --- answers ------------------------------------------------------------------- */

static void take(const struct nlmsghdr *nlh, struct found *f)
{
	struct nlattr *attr;

	memset(f, 0, sizeof(*f));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		unsigned int type = mnl_attr_get_type(attr);

		f->seen |= 1u << type;
		if (type == TCPULSE_A_LISTENER_ID)
			f->id = mnl_attr_get_u64(attr);
		else if (type == TCPULSE_A_LISTENER_INODE)
			f->inode = mnl_attr_get_u64(attr);
		else if (type == TCPULSE_A_LISTENER_LIMIT)
			f->limit = mnl_attr_get_u32(attr);
		else if (type == TCPULSE_A_LISTENER_ASKED)
			f->asked = mnl_attr_get_u32(attr);
		else if (type == TCPULSE_A_LISTENER_IFINDEX)
			f->ifindex = mnl_attr_get_u32(attr);
		else if (type == TCPULSE_A_LISTENER_FAMILY)
			f->family = mnl_attr_get_u16(attr);
		else if (type == TCPULSE_A_LISTENER_PORT)
			f->port = mnl_attr_get_u16(attr);
		if (type != TCPULSE_A_LISTENER_ADDRESS)
			continue;
		f->address_len = mnl_attr_get_payload_len(attr);
		memcpy(f->address, mnl_attr_get_payload(attr),
		       f->address_len < 16 ? f->address_len : 16);
	}
}

static bool has(const struct found *f, unsigned int type)
{
	return f->seen & 1u << type;
}

static void begin(struct request *r)
{
	request_begin(r, r->family, TCPULSE_CMD_LISTENER_GET);
}

/* 0 and the one that fits, or the errno of the refusal */
static int ask_one(struct request *r, struct found *f)
{
	if (request_send(r))
		return -1;
	if (!r->error && r->reply)
		take(r->reply, f);
	return r->error;
}

/* How many there are, -1 on failure; no more than a buffer of them. */
static int dump(struct request *r, struct found *f)
{
	const struct nlmsghdr *nlh;
	int n = 0, len;

	r->nlh->nlmsg_flags |= NLM_F_DUMP;
	if (mnl_socket_sendto(r->nl, r->nlh, r->nlh->nlmsg_len) < 0)
		return -1;
	for (;;) {
		len = kernel_mnl_receive(r->nl, r->answer, sizeof(r->answer));
		if (len <= 0)
			return -1;
		for (nlh = (void *)r->answer; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			if (nlh->nlmsg_type == NLMSG_DONE)
				return n;
			if (nlh->nlmsg_type != r->family || n == FOUND_MAX)
				return -1;
			take(nlh, &f[n++]);
		}
	}
}

static int dump_all(struct request *r, struct found *f)
{
	begin(r);
	return dump(r, f);
}

static int by_id(struct request *r, __u64 id, struct found *f)
{
	begin(r);
	mnl_attr_put_u64(r->nlh, TCPULSE_A_LISTENER_ID, id);
	return ask_one(r, f);
}

static int by_port(struct request *r, __u16 port, struct found *f)
{
	begin(r);
	mnl_attr_put_u16(r->nlh, TCPULSE_A_LISTENER_PORT, port);
	return ask_one(r, f);
}

/* --- tests ----------------------------------------------------------------------- */

TEST_F(listener, nobody_listens)
{
	EXPECT_EQ(0, dump_all(self->r, self->found));
	begin(self->r);
	EXPECT_EQ(ENOENT, ask_one(self->r, self->found));
	EXPECT_NE('\0', self->r->text[0]);
	EXPECT_EQ(ENOENT, by_id(self->r, 0, self->found));
}

TEST_F(listener, a_plain_one)
{
	static const __u8 loopback[] = { 127, 0, 0, 1 };
	struct found *f = &self->found[0];
	int fd = listen_at(&plain, 1001);

	ASSERT_LE(0, fd);
	begin(self->r);
	ASSERT_EQ(0, ask_one(self->r, f));
	EXPECT_NE(0, f->id);
	EXPECT_EQ(inode_of(fd), f->inode);
	EXPECT_EQ(AF_INET, f->family);
	EXPECT_EQ(4, f->address_len);
	EXPECT_EQ(0, memcmp(f->address, loopback, 4));
	EXPECT_EQ(1001, f->port);
	EXPECT_EQ(8, f->limit);
	EXPECT_EQ(8, f->asked);
	EXPECT_FALSE(has(f, TCPULSE_A_LISTENER_IFINDEX));
	EXPECT_FALSE(has(f, TCPULSE_A_LISTENER_V6ONLY));
	EXPECT_FALSE(has(f, TCPULSE_A_LISTENER_REUSEPORT));
	EXPECT_FALSE(has(f, TCPULSE_A_LISTENER_ADOPTED));
	EXPECT_FALSE(has(f, TCPULSE_A_LISTENER_LAST_REFUSED_MS));
	EXPECT_FALSE(has(f, TCPULSE_A_LISTENER_OVERFLOWING));
	close(fd);
	EXPECT_EQ(ENOENT, by_id(self->r, f->id, f));
}

TEST_F(listener, flags)
{
	static const struct where wheres[] = {
		{ .address = "::", .backlog = 1, .v6only = true },
		{ .address = "::", .backlog = 1 },
		/* whatever is not :: takes IPv6 only */
		{ .address = "::1", .backlog = 1, .v6only = true, .reuseport = true },
		{ .address = "0.0.0.0", .backlog = 1, .dev = "lo" },
	};
	struct found *f = self->found;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wheres); i++)
		ASSERT_LE(0, listen_at(&wheres[i], 1001 + i));
	ASSERT_EQ(4, dump_all(self->r, f));
	for (i = 0; i < ARRAY_SIZE(wheres); i++) {
		EXPECT_EQ(1001 + i, f[i].port);
		EXPECT_EQ(wheres[i].v6only, has(&f[i], TCPULSE_A_LISTENER_V6ONLY));
		EXPECT_EQ(wheres[i].reuseport, has(&f[i], TCPULSE_A_LISTENER_REUSEPORT));
		EXPECT_EQ(wheres[i].dev ? if_nametoindex("lo") : 0, f[i].ifindex);
		EXPECT_EQ(i < 3 ? 16 : 4, f[i].address_len);
	}
}

static void put_address(struct request *r, const char *text)
{
	bool six = strchr(text, ':');
	__u8 address[16];

	inet_pton(six ? AF_INET6 : AF_INET, text, address);
	mnl_attr_put(r->nlh, TCPULSE_A_LISTENER_ADDRESS, six ? 16 : 4, address);
}

TEST_F(listener, who_fits)
{
	static const struct where four = { .address = "127.0.0.1" };
	static const struct where any = { .address = "0.0.0.0" };
	static const struct where six = { .address = "::1" };
	struct found *f = self->found;

	ASSERT_LE(0, listen_at(&four, 1001));
	ASSERT_LE(0, listen_at(&six, 1001));
	ASSERT_LE(0, listen_at(&any, 1002));

	EXPECT_EQ(0, by_port(self->r, 1002, f));
	EXPECT_EQ(1002, f->port);
	EXPECT_EQ(ENOENT, by_port(self->r, 1003, f));
	EXPECT_EQ(ENOTUNIQ, by_port(self->r, 1001, f));
	EXPECT_NE('\0', self->r->text[0]);

	begin(self->r);
	mnl_attr_put_u16(self->r->nlh, TCPULSE_A_LISTENER_FAMILY, AF_INET6);
	ASSERT_EQ(0, ask_one(self->r, f));
	EXPECT_EQ(AF_INET6, f->family);

	begin(self->r);
	put_address(self->r, "127.0.0.1");
	ASSERT_EQ(0, ask_one(self->r, f));
	EXPECT_EQ(1001, f->port);
	EXPECT_EQ(AF_INET, f->family);

	begin(self->r);
	put_address(self->r, "127.0.0.1");
	mnl_attr_put_u16(self->r->nlh, TCPULSE_A_LISTENER_PORT, 1002);
	EXPECT_EQ(ENOENT, ask_one(self->r, f));
}

TEST_F(listener, dumps_of_some)
{
	static const struct where four = { .address = "127.0.0.1" };
	static const struct where six = { .address = "::1" };
	struct found *f = self->found;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		ASSERT_LE(0, listen_at(&four, 1001 + i));
		ASSERT_LE(0, listen_at(&six, 1001 + i));
	}
	ASSERT_EQ(6, dump_all(self->r, f));
	for (i = 1; i < 6; i++)
		EXPECT_GT(f[i].id, f[i - 1].id);

	begin(self->r);
	mnl_attr_put_u16(self->r->nlh, TCPULSE_A_LISTENER_FAMILY, AF_INET6);
	ASSERT_EQ(3, dump(self->r, f));
	for (i = 0; i < 3; i++)
		EXPECT_EQ(AF_INET6, f[i].family);

	begin(self->r);
	mnl_attr_put_u16(self->r->nlh, TCPULSE_A_LISTENER_PORT, 1002);
	EXPECT_EQ(2, dump(self->r, f));

	begin(self->r);
	put_address(self->r, "::1");
	EXPECT_EQ(3, dump(self->r, f));

	begin(self->r);
	put_address(self->r, "127.0.0.2");
	EXPECT_EQ(0, dump(self->r, f));

	begin(self->r);
	mnl_attr_put(self->r->nlh, TCPULSE_A_LISTENER_OVERFLOWING, 0, NULL);
	EXPECT_EQ(0, dump(self->r, f));
}

/* One connection fits a backlog of 0; while it waits the queue is full. */
TEST_F(listener, overflowing)
{
	static const struct where none = { .address = "127.0.0.1", .backlog = 0 };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(1002) };
	int c = socket(AF_INET, SOCK_STREAM, 0), fd;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ASSERT_LE(0, listen_at(&plain, 1001));
	fd = listen_at(&none, 1002);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, connect(c, (void *)&to, sizeof(to)));
	begin(self->r);
	mnl_attr_put(self->r->nlh, TCPULSE_A_LISTENER_OVERFLOWING, 0, NULL);
	ASSERT_EQ(0, ask_one(self->r, self->found));
	EXPECT_EQ(1002, self->found->port);
	EXPECT_EQ(0, self->found->limit);
	EXPECT_EQ(0, self->found->asked);
	ASSERT_LE(0, accept(fd, NULL, NULL));
	begin(self->r);
	mnl_attr_put(self->r->nlh, TCPULSE_A_LISTENER_OVERFLOWING, 0, NULL);
	EXPECT_EQ(ENOENT, ask_one(self->r, self->found));
}

static bool set_somaxconn(const char *value)
{
	FILE *f = fopen("/proc/sys/net/core/somaxconn", "w");

	return f && fputs(value, f) >= 0 && !fclose(f);
}

/* what is asked for is one thing, what is given another */
TEST_F(listener, somaxconn)
{
	static const struct where much = { .address = "127.0.0.1", .backlog = 100 };

	ASSERT_TRUE(set_somaxconn("6"));
	ASSERT_LE(0, listen_at(&much, 1001));
	begin(self->r);
	ASSERT_EQ(0, ask_one(self->r, self->found));
	EXPECT_EQ(6, self->found->limit);
	EXPECT_EQ(100, self->found->asked);
}

TEST_F(listener, listens_again)
{
	struct found *f = self->found;
	int fd = listen_at(&plain, 1001);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, by_port(self->r, 1001, &f[0]));
	ASSERT_EQ(0, listen(fd, 20));
	ASSERT_EQ(0, by_port(self->r, 1001, &f[1]));
	EXPECT_EQ(f[0].id, f[1].id);
	EXPECT_EQ(20, f[1].limit);
	EXPECT_FALSE(has(&f[1], TCPULSE_A_LISTENER_ASKED) && f[1].asked != 20);
}

/* a closed one is another one when it listens again, also the same socket */
TEST_F(listener, begins_anew)
{
	struct found *f = self->found;
	int fd = listen_at(&plain, 1001);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, by_port(self->r, 1001, &f[0]));
	ASSERT_EQ(0, shutdown(fd, SHUT_RD));
	EXPECT_EQ(ENOENT, by_port(self->r, 1001, &f[1]));
	ASSERT_EQ(0, listen(fd, 9));
	begin(self->r);
	ASSERT_EQ(0, ask_one(self->r, &f[1]));
	EXPECT_GT(f[1].id, f[0].id);
	EXPECT_EQ(9, f[1].limit);
}

/* listen() without bind(): the kernel gives it a port */
TEST_F(listener, unbound)
{
	struct sockaddr_in at;
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	ASSERT_EQ(0, listen(fd, 3));
	ASSERT_EQ(0, getsockname(fd, (void *)&at, &len));
	begin(self->r);
	ASSERT_EQ(0, ask_one(self->r, self->found));
	EXPECT_EQ(ntohs(at.sin_port), self->found->port);
}

/* a port that is taken: it listens for a moment, then not at all */
TEST_F(listener, port_is_taken)
{
	static const struct where shared = { .address = "127.0.0.1", .backlog = 8 };
	int one = socket(AF_INET, SOCK_STREAM, 0), fd, on = 1;
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(1001) };

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	ASSERT_EQ(0, bind(one, (void *)&at, sizeof(at)));
	fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	ASSERT_EQ(0, bind(fd, (void *)&at, sizeof(at)));
	ASSERT_EQ(0, listen(one, shared.backlog));
	EXPECT_EQ(-1, listen(fd, 8));
	EXPECT_EQ(EADDRINUSE, errno);
	ASSERT_EQ(1, dump_all(self->r, self->found));
	EXPECT_EQ(inode_of(one), self->found->inode);
}

TEST_F(listener, open_to_a_plain_user)
{
	struct request *r;

	ASSERT_LE(0, listen_at(&plain, 1001));
	ASSERT_EQ(0, setuid(65534));
	r = request_new();
	ASSERT_NE(NULL, r);
	EXPECT_EQ(0, by_port(r, 1001, self->found));
	EXPECT_EQ(1, dump_all(r, self->found));
	EXPECT_TRUE(request_works(r, TCPULSE_CMD_OVERFLOW_GET));
	request_free(r);
}

/* Those of other namespaces are not seen, nor found by their id. */
TEST_F(listener, namespaces_are_apart)
{
	struct request *other;

	ASSERT_LE(0, listen_at(&plain, 1001));
	ASSERT_EQ(0, by_port(self->r, 1001, self->found));
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	other = request_new();
	ASSERT_NE(NULL, other);
	EXPECT_EQ(0, dump_all(other, &self->found[1]));
	EXPECT_EQ(ENOENT, by_id(other, self->found->id, &self->found[1]));
	request_free(other);
}

TEST_HARNESS_MAIN
