// SPDX-License-Identifier: GPL-2.0
/*
 * The tables listeners and overflow of tcpulse_get.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/tcpulse.h>

#include "tcpulse_get.h"

/* A machine has no more listeners than that: a dump without end is a mistake. */
#define MESSAGES_MAX 1000000

static const char * const refusal_names[] = {
	[TCPULSE_A_REFUSALS_ACCEPT_FULL_SYN] = "accept-full-syn",
	[TCPULSE_A_REFUSALS_ACCEPT_FULL_ACK] = "accept-full-ack",
	[TCPULSE_A_REFUSALS_ACCEPT_FULL_COOKIE] = "accept-full-cookie",
	[TCPULSE_A_REFUSALS_SYN_FULL_DROP] = "syn-full-drop",
	[TCPULSE_A_REFUSALS_SYN_FULL_COOKIE] = "syn-full-cookie",
	[TCPULSE_A_REFUSALS_SYN_ALWAYS_COOKIE] = "syn-always-cookie",
	[TCPULSE_A_REFUSALS_MAX_SYN_BACKLOG] = "max-syn-backlog",
	[TCPULSE_A_REFUSALS_OTHER_DROP] = "other-drop",
	[TCPULSE_A_REFUSALS_ABORT_RESET] = "abort-reset",
	[TCPULSE_A_REFUSALS_COOKIES_SENT] = "cookies-sent",
	[TCPULSE_A_REFUSALS_COOKIES_VALID] = "cookies-valid",
	[TCPULSE_A_REFUSALS_COOKIES_INVALID] = "cookies-invalid",
};

static const char * const kernel_names[] = {
	[TCPULSE_A_KERNEL_COUNTERS_LISTEN_OVERFLOWS] = "listen-overflows",
	[TCPULSE_A_KERNEL_COUNTERS_LISTEN_DROPS] = "listen-drops",
	[TCPULSE_A_KERNEL_COUNTERS_REQ_Q_FULL_DROP] = "req-q-full-drop",
	[TCPULSE_A_KERNEL_COUNTERS_REQ_Q_FULL_DO_COOKIES] = "req-q-full-do-cookies",
	[TCPULSE_A_KERNEL_COUNTERS_SYNCOOKIES_SENT] = "syncookies-sent",
	[TCPULSE_A_KERNEL_COUNTERS_SYNCOOKIES_RECV] = "syncookies-recv",
	[TCPULSE_A_KERNEL_COUNTERS_SYNCOOKIES_FAILED] = "syncookies-failed",
};

static const __u8 refusal_sizes[] = { 0, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8 };
static const __u8 kernel_sizes[] = { 0, 8, 8, 8, 8, 8, 8, 8 };
static const __u8 queue_sizes[] = { 0, 4, 4, 4, 8, 8, 8 };

/* --- listeners ------------------------------------------------------------- */

static const __u8 listener_sizes[] = {
	[TCPULSE_A_LISTENER_ID] = 8,
	[TCPULSE_A_LISTENER_FAMILY] = 2,
	[TCPULSE_A_LISTENER_PORT] = 2,
	[TCPULSE_A_LISTENER_IFINDEX] = 4,
	[TCPULSE_A_LISTENER_INODE] = 8,
	[TCPULSE_A_LISTENER_AGE_MS] = 8,
	[TCPULSE_A_LISTENER_LIMIT] = 4,
	[TCPULSE_A_LISTENER_ASKED] = 4,
	[TCPULSE_A_LISTENER_LAST_REFUSED_MS] = 8,
	[TCPULSE_A_LISTENER_TUNED] = 4,
};

/* flags, and what need not be there */
static const bool optional[TCPULSE_A_LISTENER_MAX + 1] = {
	[TCPULSE_A_LISTENER_IFINDEX] = true,
	[TCPULSE_A_LISTENER_V6ONLY] = true,
	[TCPULSE_A_LISTENER_REUSEPORT] = true,
	[TCPULSE_A_LISTENER_ADOPTED] = true,
	[TCPULSE_A_LISTENER_ASKED] = true,
	[TCPULSE_A_LISTENER_LAST_REFUSED_MS] = true,
	[TCPULSE_A_LISTENER_OVERFLOWING] = true,
	[TCPULSE_A_LISTENER_TUNED] = true,
	[TCPULSE_A_LISTENER_REFUSALS_MINUTE] = true,
	[TCPULSE_A_LISTENER_REFUSALS_LAST] = true,
};

/* one attribute each, by number; what is not there is NULL */
struct listener {
	const struct nlattr *attr[TCPULSE_A_LISTENER_MAX + 1];
};

static void parse_listener(const struct nlmsghdr *nlh, struct listener *l)
{
	struct nlattr *attr;
	unsigned int type;

	memset(l, 0, sizeof(*l));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		type = mnl_attr_get_type(attr);
		if (!type || type > TCPULSE_A_LISTENER_MAX || l->attr[type] ||
		    type == TCPULSE_A_LISTENER_OVERFLOWING)
			die(EX_REFUSED, "attribute %u unknown or twice", type);
		l->attr[type] = attr;
	}
	for (type = 1; type <= TCPULSE_A_LISTENER_MAX; type++)
		if (!l->attr[type] && !optional[type])
			die(EX_REFUSED, "attribute %u missing", type);
}

static void print_number(const struct listener *l, unsigned int type)
{
	if (l->attr[type])
		printf(" %llu", get_uint(l->attr[type], listener_sizes[type]));
	else
		printf(" -");
}

static void print_address(const struct listener *l)
{
	const struct nlattr *attr = l->attr[TCPULSE_A_LISTENER_ADDRESS];
	unsigned int family, want;
	char text[INET6_ADDRSTRLEN];

	family = get_uint(l->attr[TCPULSE_A_LISTENER_FAMILY], 2);
	want = family == AF_INET ? 4 : 16;
	if (mnl_attr_get_payload_len(attr) != want)
		die(EX_REFUSED, "address of %u bytes", mnl_attr_get_payload_len(attr));
	inet_ntop(family, mnl_attr_get_payload(attr), text, sizeof(text));
	printf(" %s %s", family_name(family), text);
}

enum { DEPTHS, TIMES };

static void print_queue(const struct nlattr *nest, int what)
{
	__u64 v[TCPULSE_A_QUEUE_MAX + 1];
	unsigned int seen;

	seen = parse_nest(nest, queue_sizes, TCPULSE_A_QUEUE_MAX,
			  TCPULSE_A_QUEUE_LAST_FULL_MS, v);
	if (what == DEPTHS) {
		printf(" %llu %llu %llu", v[TCPULSE_A_QUEUE_DEPTH],
		       v[TCPULSE_A_QUEUE_PEAK], v[TCPULSE_A_QUEUE_PEAK_MINUTE]);
		return;
	}
	printf(" %llu %llu", v[TCPULSE_A_QUEUE_FULL_MS], v[TCPULSE_A_QUEUE_FULL_TOTAL_MS]);
	if (seen & 1u << TCPULSE_A_QUEUE_LAST_FULL_MS)
		printf(" %llu", v[TCPULSE_A_QUEUE_LAST_FULL_MS]);
	else
		printf(" -");
}

static void print_flags(const struct listener *l)
{
	const char *separator = " ";

	if (l->attr[TCPULSE_A_LISTENER_V6ONLY]) {
		printf("%sv6only", separator);
		separator = ",";
	}
	if (l->attr[TCPULSE_A_LISTENER_REUSEPORT]) {
		printf("%sreuseport", separator);
		separator = ",";
	}
	if (l->attr[TCPULSE_A_LISTENER_ADOPTED]) {
		printf("%sadopted", separator);
		separator = ",";
	}
	if (*separator == ' ')
		printf(" -");
}

static void print_refusals(const struct nlattr *nest)
{
	__u64 v[TCPULSE_A_REFUSALS_MAX + 1];
	unsigned int i;

	parse_nest(nest, refusal_sizes, TCPULSE_A_REFUSALS_MAX, 0, v);
	for (i = 1; i <= TCPULSE_A_REFUSALS_MAX; i++)
		printf(" %llu", v[i]);
}

static void print_listener(const struct nlmsghdr *nlh)
{
	struct listener l;

	parse_listener(nlh, &l);
	printf("%llu", get_uint(l.attr[TCPULSE_A_LISTENER_ID], 8));
	print_address(&l);
	print_number(&l, TCPULSE_A_LISTENER_PORT);
	print_number(&l, TCPULSE_A_LISTENER_LIMIT);
	print_number(&l, TCPULSE_A_LISTENER_ASKED);
	print_queue(l.attr[TCPULSE_A_LISTENER_SYN_QUEUE], DEPTHS);
	print_queue(l.attr[TCPULSE_A_LISTENER_ACCEPT_QUEUE], DEPTHS);
	print_refusals(l.attr[TCPULSE_A_LISTENER_REFUSALS]);
	print_queue(l.attr[TCPULSE_A_LISTENER_SYN_QUEUE], TIMES);
	print_queue(l.attr[TCPULSE_A_LISTENER_ACCEPT_QUEUE], TIMES);
	print_number(&l, TCPULSE_A_LISTENER_LAST_REFUSED_MS);
	print_number(&l, TCPULSE_A_LISTENER_INODE);
	print_number(&l, TCPULSE_A_LISTENER_IFINDEX);
	print_flags(&l);
	print_number(&l, TCPULSE_A_LISTENER_AGE_MS);
	print_number(&l, TCPULSE_A_LISTENER_TUNED);
	putchar('\n');
}

static __u32 send_dump(void)
{
	static const __u32 seq = 0x6c697374;
	struct genlmsghdr *genl;
	struct nlmsghdr *nlh;
	char buf[256];

	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = family_id;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = TCPULSE_CMD_LISTENER_GET;
	genl->version = 1;
	if (want_family)
		mnl_attr_put_u16(nlh, TCPULSE_A_LISTENER_FAMILY, want_family);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		die(EX_REFUSED, "sendto: %s", strerror(errno));
	return seq;
}

/* 0 to go on, 1 at the end; mnl_cb_run() would stop at NLM_F_DUMP_INTR. */
static int read_dump(const struct nlmsghdr *nlh, __u32 seq, bool *interrupted)
{
	if (nlh->nlmsg_seq != seq)
		die(EX_REFUSED, "answer to another request");
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		*interrupted = true;
	if (nlh->nlmsg_type == NLMSG_DONE)
		return 1;
	if (nlh->nlmsg_type == NLMSG_ERROR)
		die(EX_REFUSED, "dump: %s",
		    strerror(-((struct nlmsgerr *)mnl_nlmsg_get_payload(nlh))->error));
	if (nlh->nlmsg_type != family_id || !(nlh->nlmsg_flags & NLM_F_MULTI))
		die(EX_REFUSED, "message of type %u in a dump", nlh->nlmsg_type);
	print_listener(nlh);
	return 0;
}

void get_listeners(void)
{
	unsigned int messages = 0;
	bool interrupted = false;
	char buf[64 * 1024];
	const struct nlmsghdr *nlh;
	__u32 seq = send_dump();
	int end = 0, len;

	while (!end) {
		len = kernel_mnl_receive(nl, buf, sizeof(buf));
		if (len < 0)
			die(EX_REFUSED, "recvfrom: %s", strerror(errno));
		for (nlh = (void *)buf; !end && mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			end = read_dump(nlh, seq, &interrupted);
			if (++messages > MESSAGES_MAX)
				die(EX_REFUSED, "the dump has no end");
		}
	}
	if (interrupted)
		die(EX_INTERRUPTED, "interrupted: a listener came or went");
}

/* --- overflow -------------------------------------------------------------- */

static void print_nest(const char *what, const struct nlattr *nest, const __u8 *sizes,
		       const char * const *names, unsigned int max)
{
	__u64 v[TCPULSE_A_REFUSALS_MAX + 1];
	unsigned int i;

	parse_nest(nest, sizes, max, 0, v);
	for (i = 1; i <= max; i++)
		printf("%s %s %llu\n", what, names[i], v[i]);
}

/* The last minute, which changes without traffic: not printed, and not always there. */
static bool is_recent(unsigned int type)
{
	return type >= TCPULSE_A_OVERFLOW_LISTENING_MINUTE &&
	       type <= TCPULSE_A_OVERFLOW_UNATTRIBUTED_LAST_MS;
}

static void print_overflow(const struct nlattr *attr)
{
	static const struct {
		const char *name;
		__u8 size;
	} scalars[] = {
		[TCPULSE_A_OVERFLOW_COUNTING_MS] = { "counting-ms", 8 },
		[TCPULSE_A_OVERFLOW_LISTENERS] = { "listeners", 8 },
		[TCPULSE_A_OVERFLOW_GONE_LISTENERS] = { "gone-listeners", 8 },
		[TCPULSE_A_OVERFLOW_LOST_LISTENERS] = { "lost-listeners", 8 },
		[TCPULSE_A_OVERFLOW_GENERATION] = { "generation", 8 },
		[TCPULSE_A_OVERFLOW_SOMAXCONN] = { "somaxconn", 4 },
		[TCPULSE_A_OVERFLOW_SYNCOOKIES] = { "syncookies", 1 },
		[TCPULSE_A_OVERFLOW_ABORT_ON_OVERFLOW] = { "abort-on-overflow", 1 },
		[TCPULSE_A_OVERFLOW_SYN_BACKLOG_LIMIT] = { "syn-backlog-limit", 4 },
		[TCPULSE_A_OVERFLOW_BEGAN_US] = { "began-us", 8 },
	};
	unsigned int type = mnl_attr_get_type(attr);

	switch (type) {
	case TCPULSE_A_OVERFLOW_LISTENING:
		print_nest("listening", attr, refusal_sizes, refusal_names,
			   TCPULSE_A_REFUSALS_MAX);
		break;
	case TCPULSE_A_OVERFLOW_GONE:
		print_nest("gone", attr, refusal_sizes, refusal_names,
			   TCPULSE_A_REFUSALS_MAX);
		break;
	case TCPULSE_A_OVERFLOW_KERNEL:
		print_nest("kernel", attr, kernel_sizes, kernel_names,
			   TCPULSE_A_KERNEL_COUNTERS_MAX);
		break;
	case TCPULSE_A_OVERFLOW_UNATTRIBUTED:
		print_nest("unattributed", attr, kernel_sizes, kernel_names,
			   TCPULSE_A_KERNEL_COUNTERS_MAX);
		break;
	default:
		if (is_recent(type))
			break;
		if (type >= ARRAY_SIZE(scalars) || !scalars[type].name)
			die(EX_REFUSED, "attribute %u unknown", type);
		printf("info %s %llu\n", scalars[type].name,
		       get_uint(attr, scalars[type].size));
	}
}

static int overflow_cb(const struct nlmsghdr *nlh, void *data)
{
	unsigned int *seen = data;
	struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (*seen & 1u << mnl_attr_get_type(attr))
			die(EX_REFUSED, "attribute %u twice", mnl_attr_get_type(attr));
		*seen |= 1u << mnl_attr_get_type(attr);
		print_overflow(attr);
	}
	return MNL_CB_OK;
}

void get_overflow(void)
{
	unsigned int seen = 0, type;

	transact(family_id, TCPULSE_CMD_OVERFLOW_GET, NULL, overflow_cb, &seen);
	for (type = 1; type <= TCPULSE_A_OVERFLOW_MAX; type++)
		if (is_recent(type))
			seen |= 1u << type;
	if (seen != (1u << (TCPULSE_A_OVERFLOW_MAX + 1)) - 2)
		die(EX_REFUSED, "attributes missing, got %#x", seen);
}

void get_refusals(void)
{
	get_overflow();
	get_listeners();
}
