// SPDX-License-Identifier: GPL-2.0
/*
 * What the family answers: complete, of the right types, for whoever asks, about
 * the namespace of the asking socket and no other.
 *
 * Kernels: each; the tracepoints and hooks it wants to be attached are those of
 *   each kernel
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "client/fixture.h"

#define STATES 10	/* with a row: all but closed */
#define EDGES 28	/* rows of one family, reasons counted one by one */

FIXTURE(read)
{
	struct request *r;
};

FIXTURE_SETUP(read)
{
	SETUP_REQUEST(return);
}

FIXTURE_TEARDOWN(read)
{
	TEARDOWN_REQUEST();
}

static int listen_somewhere(struct sockaddr_in *at)
{
	socklen_t len = sizeof(*at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(at, 0, sizeof(*at));
	at->sin_family = AF_INET;
	at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (void *)at, len) || listen(fd, 8) || getsockname(fd, (void *)at, &len))
		return -1;
	return fd;
}

static bool ask(struct request *r, __u8 cmd, __u16 family)
{
	request_begin(r, r->family, cmd);
	if (family)
		mnl_attr_put_u16(r->nlh, TCPULSE_A_STATES_FAMILY, family);
	return !request_send(r) && !r->error && r->reply;
}

/* populations from a state-get, by family and state; how many rows there were */
struct rows {
	unsigned int n;
	unsigned int seen[2][TCPULSE_STATE_CLOSING + 1];
	__u64 now[2][TCPULSE_STATE_CLOSING + 1];
	__u64 sum;
};

static const struct nlattr *find(const struct nlattr *nest, unsigned int type)
{
	struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

static __u64 number(const struct nlattr *nest, unsigned int type)
{
	const struct nlattr *attr = find(nest, type);

	if (!attr)
		return ~0ull;
	switch (mnl_attr_get_payload_len(attr)) {
	case 1:
		return mnl_attr_get_u8(attr);
	case 2:
		return mnl_attr_get_u16(attr);
	case 8:
		return mnl_attr_get_u64(attr);
	}
	return ~0ull;
}

static void read_rows(const struct request *r, struct rows *rows)
{
	unsigned int i;
	struct nlattr *attr;

	memset(rows, 0, sizeof(*rows));
	mnl_attr_for_each(attr, r->reply, sizeof(struct genlmsghdr)) {
		__u64 state, six;

		if (mnl_attr_get_type(attr) != TCPULSE_A_STATES_STATE)
			continue;
		rows->n++;
		state = number(attr, TCPULSE_A_STATE_STATE);
		six = number(attr, TCPULSE_A_STATE_FAMILY) == AF_INET6;
		if (state > TCPULSE_STATE_CLOSING)
			continue;
		rows->seen[six][state]++;
		rows->now[six][state] = number(attr, TCPULSE_A_STATE_NOW);
		for (i = TCPULSE_A_STATE_NOW; i <= TCPULSE_A_STATE_MAX; i++)
			rows->sum += number(attr, i);
	}
}

TEST_F(read, info_is_complete)
{
	static const __u8 sizes[TCPULSE_A_INFO_MAX + 1] = {
		0, 0, 0, 8, 8, 8, 8, 8, 8, 8,
		[TCPULSE_A_INFO_BELOW_ZERO] = 8, [TCPULSE_A_INFO_ADDRFORM] = 8,
		[TCPULSE_A_INFO_BEGAN_US] = 8,
	};
	unsigned int seen = 0, hooks = 0, type;
	struct utsname name;
	struct nlattr *attr;

	uname(&name);
	ASSERT_TRUE(ask(self->r, TCPULSE_CMD_INFO_GET, 0));
	mnl_attr_for_each(attr, self->r->reply, sizeof(struct genlmsghdr)) {
		type = mnl_attr_get_type(attr);
		ASSERT_LE(type, TCPULSE_A_INFO_MAX);
		seen |= 1u << type;
		if (type == TCPULSE_A_INFO_HOOK) {
			hooks++;
			EXPECT_NE(NULL, find(attr, TCPULSE_A_HOOK_NAME));
			EXPECT_NE(NULL, find(attr, TCPULSE_A_HOOK_PURPOSE));
			EXPECT_EQ(1, number(attr, TCPULSE_A_HOOK_ATTACHED));
		} else if (sizes[type]) {
			EXPECT_EQ(sizes[type], mnl_attr_get_payload_len(attr));
		} else if (type == TCPULSE_A_INFO_KERNEL) {
			EXPECT_STREQ(name.release, mnl_attr_get_str(attr));
		} else {
			EXPECT_LT(0, strlen(mnl_attr_get_str(attr)));
		}
	}
	EXPECT_EQ((1u << (TCPULSE_A_INFO_MAX + 1)) - 2, seen);
	EXPECT_LE(2, hooks);
}

TEST_F(read, a_row_for_each_state_and_family)
{
	struct rows rows;
	unsigned int s;

	ASSERT_TRUE(ask(self->r, TCPULSE_CMD_STATE_GET, 0));
	read_rows(self->r, &rows);
	EXPECT_EQ(2 * STATES, rows.n);
	EXPECT_EQ(0, rows.sum);
	for (s = 1; s <= TCPULSE_STATE_CLOSING; s++) {
		EXPECT_EQ(s != TCPULSE_STATE_CLOSED, rows.seen[0][s]);
		EXPECT_EQ(s != TCPULSE_STATE_CLOSED, rows.seen[1][s]);
	}
}

TEST_F(read, states_of_one_family)
{
	struct rows rows;

	ASSERT_TRUE(ask(self->r, TCPULSE_CMD_STATE_GET, AF_INET));
	read_rows(self->r, &rows);
	EXPECT_EQ(STATES, rows.n);
	EXPECT_EQ(1, rows.seen[0][TCPULSE_STATE_LISTEN]);
	ASSERT_TRUE(ask(self->r, TCPULSE_CMD_STATE_GET, AF_INET6));
	read_rows(self->r, &rows);
	EXPECT_EQ(STATES, rows.n);
	EXPECT_EQ(1, rows.seen[1][TCPULSE_STATE_LISTEN]);
}

static unsigned int count_transitions(const struct request *r, __u16 family)
{
	unsigned int n = 0;
	struct nlattr *attr;

	mnl_attr_for_each(attr, r->reply, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != TCPULSE_A_TRANSITIONS_TRANSITION)
			continue;
		n += number(attr, TCPULSE_A_TRANSITION_FAMILY) == family &&
		     number(attr, TCPULSE_A_TRANSITION_COUNT) == 0 &&
		     !find(attr, TCPULSE_A_TRANSITION_UNEXPECTED);
	}
	return n;
}

TEST_F(read, transitions_of_one_family)
{
	ASSERT_TRUE(ask(self->r, TCPULSE_CMD_TRANSITION_GET, 0));
	EXPECT_EQ(EDGES, count_transitions(self->r, AF_INET));
	EXPECT_EQ(EDGES, count_transitions(self->r, AF_INET6));
	ASSERT_TRUE(ask(self->r, TCPULSE_CMD_TRANSITION_GET, AF_INET6));
	EXPECT_EQ(0, count_transitions(self->r, AF_INET));
	EXPECT_EQ(EDGES, count_transitions(self->r, AF_INET6));
}

static __u64 began(struct request *r, int cmd, unsigned int attribute)
{
	struct nlattr *attr;

	if (!ask(r, cmd, 0))
		return 0;
	mnl_attr_for_each(attr, r->reply, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == attribute)
			return mnl_attr_get_u64(attr);
	return 0;
}

TEST_F(read, all_replies_are_of_the_same_counts)
{
	const __u64 here = began(self->r, TCPULSE_CMD_INFO_GET, TCPULSE_A_INFO_BEGAN_US);
	struct request *r = self->r, *other;
	struct timespec now;

	EXPECT_EQ(here, began(r, TCPULSE_CMD_STATE_GET, TCPULSE_A_STATES_BEGAN_US));
	EXPECT_EQ(here, began(r, TCPULSE_CMD_TRANSITION_GET,
			      TCPULSE_A_TRANSITIONS_BEGAN_US));
	EXPECT_EQ(here, began(r, TCPULSE_CMD_TIME_WAIT_GET,
			      TCPULSE_A_TIME_WAIT_INFO_BEGAN_US));
	EXPECT_EQ(here, began(r, TCPULSE_CMD_OVERFLOW_GET, TCPULSE_A_OVERFLOW_BEGAN_US));
	EXPECT_EQ(here, began(r, TCPULSE_CMD_SEGMENT_GET, TCPULSE_A_SEGMENTS_BEGAN_US));

	ASSERT_EQ(0, enter_new_netns());
	other = request_new();
	ASSERT_NE(NULL, other);
	ASSERT_EQ(0, clock_gettime(CLOCK_BOOTTIME, &now));
	EXPECT_GT(began(other, TCPULSE_CMD_INFO_GET, TCPULSE_A_INFO_BEGAN_US), here);
	EXPECT_GE(now.tv_sec * 1000000ULL + now.tv_nsec / 1000,
		  began(other, TCPULSE_CMD_INFO_GET, TCPULSE_A_INFO_BEGAN_US));
	request_free(other);
}

TEST_F(read, a_connection)
{
	int c = socket(AF_INET, SOCK_STREAM, 0), l, s;
	struct sockaddr_in at;
	struct rows rows;
	char byte = 0;

	/* On two CPUs ACK and byte may each make a child: one of them is there for a moment. */
	stay_on_this_cpu();
	l = listen_somewhere(&at);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, connect(c, (void *)&at, sizeof(at)));
	/* connect() is done before the server's side is: a byte comes after. */
	ASSERT_EQ(1, write(c, &byte, 1));
	s = accept(l, NULL, NULL);
	ASSERT_LE(0, s);
	ASSERT_EQ(1, read(s, &byte, 1));
	ASSERT_TRUE(ask(self->r, TCPULSE_CMD_STATE_GET, 0));
	read_rows(self->r, &rows);
	EXPECT_EQ(1, rows.now[0][TCPULSE_STATE_LISTEN]);
	EXPECT_EQ(2, rows.now[0][TCPULSE_STATE_ESTABLISHED]);
	EXPECT_EQ(0, rows.now[1][TCPULSE_STATE_ESTABLISHED]);
	EXPECT_EQ(0, rows.now[0][TCPULSE_STATE_SYN_RECV]);
}

/* The asking socket's namespace answers, wherever its owner has gone. */
TEST_F(read, namespaces_are_apart)
{
	struct request *other;
	struct sockaddr_in at;
	struct rows rows;

	ASSERT_LE(0, listen_somewhere(&at));
	ASSERT_EQ(0, enter_new_netns());
	other = request_new();
	ASSERT_NE(NULL, other);
	ASSERT_LE(0, listen_somewhere(&at));
	ASSERT_LE(0, listen_somewhere(&at));

	ASSERT_TRUE(ask(self->r, TCPULSE_CMD_STATE_GET, 0));
	read_rows(self->r, &rows);
	EXPECT_EQ(1, rows.now[0][TCPULSE_STATE_LISTEN]);
	ASSERT_TRUE(ask(other, TCPULSE_CMD_STATE_GET, 0));
	read_rows(other, &rows);
	EXPECT_EQ(2, rows.now[0][TCPULSE_STATE_LISTEN]);
	request_free(other);
}

TEST_F(read, open_to_a_plain_user)
{
	struct request *r;

	ASSERT_EQ(0, setuid(65534));
	r = request_new();
	ASSERT_NE(NULL, r);
	EXPECT_TRUE(ask(r, TCPULSE_CMD_INFO_GET, 0));
	EXPECT_TRUE(ask(r, TCPULSE_CMD_STATE_GET, 0));
	EXPECT_TRUE(ask(r, TCPULSE_CMD_TRANSITION_GET, 0));
	request_free(r);
}

TEST_HARNESS_MAIN
