// SPDX-License-Identifier: GPL-2.0
/*
 * One request to the family tcpulse, by whom and from where you like, and every
 * byte of the answer looked at for addresses of the kernel:
 *
 *   rawask [OPTION]... OPERATION do|dump
 *   rawask [OPTION]... alert join
 *
 *	-o NETNS	the socket is opened there
 *	-t NETNS	and the request is sent from there
 *	-f UID		the socket is opened by that user
 *	-s UID		and the request is sent by that one
 *	-w		by write(2), as a program does that takes the socket for a
 *			file; else with an address, as one does that knows it
 *	-p PORT		of the listener that a request names
 *
 * A request is one that a privileged user can make without any effect: what
 * changes something is a dry run, or there is nothing to be done. Prints
 * "ok messages=N bytes=N" or "error=ENAME", and "pointer VALUE" for what looks
 * like one. Ends with 0, with 1 when there was a pointer, 2 when it could not ask.
 */
#include <err.h>
#include <unistd.h>

#include "../client/netlink.h"
#include "../client/netns.h"

/**
 * struct op - an operation of the family
 * @name: as the specification has it
 * @cmd: its number
 * @fill: puts what a request needs, or NULL
 */
struct op {
	const char *name;
	__u8 cmd;
	void (*fill)(struct nlmsghdr *nlh);
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static __u16 port = 1;
static bool by_write;
static struct request *r;
static unsigned int messages, pointers;
static size_t bytes;

static void fill_segment_set(struct nlmsghdr *nlh)
{
	mnl_attr_put_u8(nlh, TCPULSE_A_SEGMENTS_ENABLED, 1);
}

static void fill_param_set(struct nlmsghdr *nlh)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, TCPULSE_A_TUNING_PARAM);

	mnl_attr_put_strz(nlh, TCPULSE_A_PARAM_NAME, "tcp_fin_timeout");
	mnl_attr_put_u64(nlh, TCPULSE_A_PARAM_VALUE, 7);
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_put(nlh, TCPULSE_A_TUNING_DRY_RUN, 0, NULL);
}

/* There is no such transaction, whatever is pending. */
static void fill_settle(struct nlmsghdr *nlh)
{
	mnl_attr_put_u64(nlh, TCPULSE_A_TUNING_TRANSACTION, 1ULL << 32);
}

static void fill_listener_set(struct nlmsghdr *nlh)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, TCPULSE_A_TUNING_LISTENER);

	mnl_attr_put_u16(nlh, TCPULSE_A_LISTENER_LIMIT_PORT, port);
	mnl_attr_put_u32(nlh, TCPULSE_A_LISTENER_LIMIT_LIMIT, 3);
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_put(nlh, TCPULSE_A_TUNING_DRY_RUN, 0, NULL);
}

static void fill_listener_get(struct nlmsghdr *nlh)
{
	/* one for do, all for dump */
	if (!(nlh->nlmsg_flags & NLM_F_DUMP))
		mnl_attr_put_u16(nlh, TCPULSE_A_LISTENER_PORT, port);
}

static const struct op ops[] = {
	{ "info-get", TCPULSE_CMD_INFO_GET, NULL },
	{ "state-get", TCPULSE_CMD_STATE_GET, NULL },
	{ "transition-get", TCPULSE_CMD_TRANSITION_GET, NULL },
	{ "time-wait-get", TCPULSE_CMD_TIME_WAIT_GET, NULL },
	{ "listener-get", TCPULSE_CMD_LISTENER_GET, fill_listener_get },
	{ "overflow-get", TCPULSE_CMD_OVERFLOW_GET, NULL },
	{ "segment-get", TCPULSE_CMD_SEGMENT_GET, NULL },
	{ "segment-set", TCPULSE_CMD_SEGMENT_SET, fill_segment_set },
	{ "param-get", TCPULSE_CMD_PARAM_GET, NULL },
	{ "param-set", TCPULSE_CMD_PARAM_SET, fill_param_set },
	{ "param-confirm", TCPULSE_CMD_PARAM_CONFIRM, fill_settle },
	{ "param-revert", TCPULSE_CMD_PARAM_REVERT, fill_settle },
	{ "listener-set", TCPULSE_CMD_LISTENER_SET, fill_listener_set },
	{ "change-get", TCPULSE_CMD_CHANGE_GET, NULL },
};

static const struct op *find_op(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ops); i++)
		if (!strcmp(ops[i].name, name))
			return &ops[i];
	errx(2, "no operation %s", name);
}

/* --- what comes back -------------------------------------------------------- */

/*
 * The upper half, on x86: all of it but the last 4 GB, and of those what the
 * kernel and its modules live in. A small negative number looks alike; the
 * ranges of parameters begin with some: INT_MIN, and that in seconds.
 */
static bool is_pointer(__u64 value)
{
	static const long hz[] = { 100, 250, 300, 1000 };
	size_t i;

	if (value < 0xffff800000000000 || value >= 0xffffffffff000000 ||
	    value == 0xffffffff80000000)
		return false;
	for (i = 0; i < ARRAY_SIZE(hz); i++)
		if ((__s64)value == -(__s64)(0x7fffffff / hz[i]))
			return false;
	return true;
}

/*
 * Attributes begin at multiples of 4, and so does what is in them. A message's
 * own header, and the errno that some begin with, are the kernel's business.
 */
static void look_at(const struct nlmsghdr *nlh)
{
	const size_t skip = nlh->nlmsg_type < NLMSG_MIN_TYPE ? sizeof(int) : 0;
	const char *payload = mnl_nlmsg_get_payload(nlh);
	__u64 value;
	size_t i;

	for (i = skip; i + sizeof(value) <= mnl_nlmsg_get_payload_len(nlh); i += 4) {
		memcpy(&value, payload + i, sizeof(value));
		if (!is_pointer(value))
			continue;
		printf("pointer %#llx at %zu\n", value, i);
		pointers++;
	}
}

/* Return: whether the answer ends here. */
static bool read_part(ssize_t got, int *error)
{
	const struct nlmsghdr *nlh = (void *)r->answer;
	int len = got;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);

		look_at(nlh);
		if (nlh->nlmsg_type == NLMSG_DONE)
			*error = -*(const int *)mnl_nlmsg_get_payload(nlh);
		else if (nlh->nlmsg_type == NLMSG_ERROR)
			*error = -e->error;
		else
			messages++;
		if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR)
			return true;
	}
	return false;
}

static void answer(const char *what)
{
	if (what)
		printf("error=%s\n", what);
	else
		printf("ok messages=%u bytes=%zu\n", messages, bytes);
}

/* Without an address it goes where the socket is connected to, to the kernel. */
static void put(void)
{
	const int fd = mnl_socket_get_fd(r->nl);

	if (by_write ? write(fd, r->nlh, r->nlh->nlmsg_len) < 0 :
	    mnl_socket_sendto(r->nl, r->nlh, r->nlh->nlmsg_len) < 0)
		err(2, "send");
}

static void ask(const struct op *op, bool dump)
{
	bool end = false;
	int error = 0;
	ssize_t got;

	request_begin(r, r->family, op->cmd);
	if (dump)
		r->nlh->nlmsg_flags |= NLM_F_DUMP;
	if (op->fill)
		op->fill(r->nlh);
	put();
	while (!end) {
		got = kernel_mnl_receive(r->nl, r->answer, sizeof(r->answer));
		if (got <= 0)
			err(2, "receive");
		bytes += got;
		end = read_part(got, &error);
	}
	answer(error ? strerrorname_np(error) : NULL);
}

static void join(void)
{
	answer(request_join(r) ? strerrorname_np(errno) : NULL);
}

/* --- by whom, and from where ------------------------------------------------- */

/* Of the whole process, effective only: root gets back what it had. */
static void become(const char *uid)
{
	if (seteuid(0) || (uid && seteuid(strtoul(uid, NULL, 10))))
		err(2, "seteuid");
}

static void move_to(const char *netns)
{
	if (netns && enter_netns(netns))
		err(2, "%s", netns);
}

/**
 * struct who - by whom, and from where
 * @open_in: namespace the socket is opened in
 * @send_in: namespace the request is sent from
 * @opener: user who opens the socket
 * @sender: user who sends the request
 *
 * NULL where nothing changes.
 */
struct who {
	const char *open_in;
	const char *send_in;
	const char *opener;
	const char *sender;
};

static void read_options(struct who *who, int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "o:t:f:s:p:w")) != -1) {
		if (opt == 'o')
			who->open_in = optarg;
		else if (opt == 't')
			who->send_in = optarg;
		else if (opt == 'f')
			who->opener = optarg;
		else if (opt == 's')
			who->sender = optarg;
		else if (opt == 'p')
			port = strtoul(optarg, NULL, 10);
		else if (opt == 'w')
			by_write = true;
	}
	if (argc - optind != 2)
		errx(2, "usage: rawask [OPTION]... OPERATION do|dump, or alert join");
}

static void open_as(const struct who *who)
{
	move_to(who->open_in);
	if (who->opener)
		become(who->opener);
	r = request_new();
	if (!r)
		err(2, "no family tcpulse");
	if (who->opener)
		become(NULL);
	move_to(who->send_in);
	if (who->sender)
		become(who->sender);
}

int main(int argc, char **argv)
{
	struct who who = {};

	read_options(&who, argc, argv);
	open_as(&who);
	if (!strcmp(argv[optind], "alert"))
		join();
	else
		ask(find_op(argv[optind]), !strcmp(argv[optind + 1], "dump"));
	return pointers ? 1 : 0;
}
