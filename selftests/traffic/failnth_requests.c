// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of the family under failing allocations, for failnth.c. An
 * answer is the whole one or an errno; what is set is set altogether or not at
 * all, and who has joined the group alert hears of it or is told of a loss.
 */
#include <err.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "../client/tuning.h"
#include "../client/slow.h"
#include "failnth.h"
#include "sock.h"

#define NAMES 2

static const char * const names[NAMES] = { "tcp_fin_timeout", "tcp_rfc1337" };
static const int before[NAMES] = { 60, 0 }, after[NAMES] = { 30, 1 };

/* @asks is the one whose calls fail, @checks the one that looks afterwards */
static struct request *asks, *checks, *hears;
static __u8 cmd;
static bool dump;
static size_t whole, got;

static struct request *open_request(void)
{
	const struct timeval bound = { .tv_sec = 20 * slow_said() };
	struct request *r = request_new();

	if (!r || setsockopt(mnl_socket_get_fd(r->nl), SOL_SOCKET, SO_RCVTIMEO, &bound,
			     sizeof(bound)))
		err(1, "family tcpulse");
	return r;
}

/* What an earlier try has left in the socket is not the next one's answer. */
static void reopen(void)
{
	if (asks)
		request_free(asks);
	asks = open_request();
}

/* 0 or an errno; @got: bytes of the answer */
static int exchange(void)
{
	const struct nlmsghdr *nlh;
	int len;

	got = 0;
	if (mnl_socket_sendto(asks->nl, asks->nlh, asks->nlh->nlmsg_len) < 0)
		return errno;
	for (;;) {
		len = kernel_mnl_receive(asks->nl, asks->answer, sizeof(asks->answer));
		if (len <= 0)
			return len ? errno : EPIPE;
		for (nlh = (void *)asks->answer; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			const int *error = mnl_nlmsg_get_payload(nlh);

			if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE)
				return -*error;
			got += nlh->nlmsg_len;
		}
	}
}

/* --- reading ------------------------------------------------------------------- */

static void prepare_read(void)
{
	reopen();
	request_begin(asks, asks->family, cmd);
	if (dump)
		asks->nlh->nlmsg_flags |= NLM_F_DUMP;
}

static const char *judge_read(int error)
{
	if (error)
		return NULL;
	if (got != whole)
		return "only a part of the answer";
	return NULL;
}

static bool fail_reading(const char *name, __u8 command, bool as_dump)
{
	const struct failing f = { name, prepare_read, exchange, judge_read };

	cmd = command;
	dump = as_dump;
	prepare_read();
	if (exchange() || !got)
		errx(1, "%s: no answer", name);
	whole = got;
	return failing_run(&f);
}

/* --- parameters ------------------------------------------------------------------ */

static FILE *open_sysctl(const char *name, const char *mode)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	f = fopen(path, mode);
	if (!f)
		err(1, "%s", path);
	return f;
}

static bool values_are(const int *values)
{
	int i, value;
	FILE *f;

	for (i = 0; i < NAMES; i++) {
		f = open_sysctl(names[i], "r");
		if (fscanf(f, "%d", &value) != 1)
			err(1, "%s", names[i]);
		fclose(f);
		if (value != values[i])
			return false;
	}
	return true;
}

static void set_values(struct request *r)
{
	int i;

	tuning_begin(r);
	for (i = 0; i < NAMES; i++)
		tuning_put(r, names[i], after[i]);
	tuning_put_confirm(r, 600);
}

static bool is_pending(void)
{
	static struct tuning t;
	int pending = tuning_pending(checks, &t);

	if (pending < 0)
		errx(1, "param-get: %d", checks->error);
	return pending;
}

static void revert_all(void)
{
	static struct tuning t;

	if (is_pending() && tuning_settle(checks, TCPULSE_CMD_PARAM_REVERT, 0, &t))
		errx(1, "param-revert: %d", checks->error);
}

/* Rows heard so far; @lost: the kernel has told of a loss. */
static int hear_all(bool *lost)
{
	struct pollfd p = { .fd = mnl_socket_get_fd(hears->nl), .events = POLLIN };
	int n = 0;

	*lost = false;
	while (poll(&p, 1, 0) == 1)
		if (kernel_mnl_receive(hears->nl, hears->answer, sizeof(hears->answer)) >= 0)
			n++;
		else if (errno == ENOBUFS)
			*lost = true;
		else
			err(1, "alert");
	return n;
}

static void back_to_start(void)
{
	bool lost;
	int i;

	revert_all();
	for (i = 0; i < NAMES; i++) {
		FILE *f = open_sysctl(names[i], "w");

		fprintf(f, "%d", before[i]);
		if (fclose(f))
			err(1, "%s", names[i]);
	}
	hear_all(&lost);
}

static void prepare_set(void)
{
	back_to_start();
	reopen();
	set_values(asks);
}

static const char *judge_alerts(void)
{
	bool lost;
	int n = hear_all(&lost);

	return lost || n == NAMES ? NULL : "a row neither heard nor reported lost";
}

/* Without an answer it may have been done nevertheless. */
static const char *judge_set(int error)
{
	bool pending = is_pending();

	if (!values_are(pending ? after : before))
		return pending ? "pending, but not all is set" : "not pending, but set";
	if (!pending)
		return error ? NULL : "said to be set, but is not";
	return judge_alerts();
}

static void prepare_settle(void)
{
	static struct tuning t;
	bool lost;

	back_to_start();
	set_values(checks);
	if (tuning_send(checks, &t))
		errx(1, "param-set: %d", checks->error);
	hear_all(&lost);
	reopen();
	request_begin(asks, asks->family, cmd);
}

static const char *judge_settle(int error)
{
	bool pending = is_pending();
	bool reverted = !pending && cmd == TCPULSE_CMD_PARAM_REVERT;

	if (!values_are(reverted ? before : after))
		return "values that fit neither the old nor the new state";
	if (!pending)
		return judge_alerts();
	return error ? NULL : "said to be settled, but is pending";
}

static bool fail_settling(const char *name, __u8 command)
{
	const struct failing f = { name, prepare_settle, exchange, judge_settle };

	cmd = command;
	return failing_run(&f);
}

/* --- a listener's limit, segments -------------------------------------------------- */

#define LIMIT_BEFORE 5
#define LIMIT_AFTER 9

static int listener;
static union addr at;

static unsigned int limit_now(void)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	if (getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &len))
		err(1, "TCP_INFO");
	return info.tcpi_sacked;
}

static void prepare_limit(void)
{
	struct nlattr *nest;

	if (listen(listener, LIMIT_BEFORE))
		err(1, "listen");
	reopen();
	request_begin(asks, asks->family, TCPULSE_CMD_LISTENER_SET);
	nest = mnl_attr_nest_start(asks->nlh, TCPULSE_A_TUNING_LISTENER);
	mnl_attr_put_u16(asks->nlh, TCPULSE_A_LISTENER_LIMIT_FAMILY, AF_INET);
	mnl_attr_put(asks->nlh, TCPULSE_A_LISTENER_LIMIT_ADDRESS, 4, &at.in.sin_addr);
	mnl_attr_put_u16(asks->nlh, TCPULSE_A_LISTENER_LIMIT_PORT, ntohs(at.in.sin_port));
	mnl_attr_put_u32(asks->nlh, TCPULSE_A_LISTENER_LIMIT_LIMIT, LIMIT_AFTER);
	mnl_attr_nest_end(asks->nlh, nest);
}

static const char *judge_limit(int error)
{
	if (limit_now() == LIMIT_AFTER || (error && limit_now() == LIMIT_BEFORE))
		return NULL;
	return "a limit that is neither the old nor the new one";
}

static void put_enabled(struct request *r, __u8 enabled)
{
	request_begin(r, r->family, TCPULSE_CMD_SEGMENT_SET);
	mnl_attr_put_u8(r->nlh, TCPULSE_A_SEGMENTS_ENABLED, enabled);
}

static bool are_enabled(void)
{
	struct nlattr *attr;

	if (!request_works(checks, TCPULSE_CMD_SEGMENT_GET))
		errx(1, "segment-get");
	mnl_attr_for_each(attr, checks->reply, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == TCPULSE_A_SEGMENTS_ENABLED)
			return mnl_attr_get_u8(attr);
	errx(1, "segment-get: not said whether they are counted");
}

/* cmd: what they shall be */
static void prepare_segments(void)
{
	put_enabled(checks, !cmd);
	if (request_send(checks) || checks->error)
		errx(1, "segment-set: %d", checks->error);
	reopen();
	put_enabled(asks, cmd);
}

static const char *judge_segments(int error)
{
	return error || are_enabled() == cmd ? NULL : "said to be set, but is not";
}

static bool fail_switching(const char *name, bool on)
{
	const struct failing f = { name, prepare_segments, exchange, judge_segments };

	cmd = on;
	return failing_run(&f);
}

/* --- all ---------------------------------------------------------------------------- */

static const struct {
	const char *name;
	__u8 cmd;
	bool dump;
} reads[] = {
	{ "info-get", TCPULSE_CMD_INFO_GET, false },
	{ "state-get", TCPULSE_CMD_STATE_GET, false },
	{ "transition-get", TCPULSE_CMD_TRANSITION_GET, false },
	{ "time-wait-get", TCPULSE_CMD_TIME_WAIT_GET, false },
	{ "listener-get", TCPULSE_CMD_LISTENER_GET, false },
	{ "listener-get-dump", TCPULSE_CMD_LISTENER_GET, true },
	{ "overflow-get", TCPULSE_CMD_OVERFLOW_GET, false },
	{ "segment-get", TCPULSE_CMD_SEGMENT_GET, false },
	{ "param-get", TCPULSE_CMD_PARAM_GET, false },
	{ "change-get", TCPULSE_CMD_CHANGE_GET, false },
};

static void open_all(void)
{
	checks = open_request();
	hears = open_request();
	if (request_join(hears))
		err(1, "alert");
	listener = listen_on(KIND_V4, 0, LIMIT_BEFORE, &at);
	if (listener < 0)
		err(1, "listen");
}

bool failing_requests(void)
{
	const struct failing set = { "param-set", prepare_set, exchange, judge_set };
	const struct failing limit = { "listener-set", prepare_limit, exchange, judge_limit };
	bool good = true;
	unsigned int i;

	open_all();
	good &= failing_run(&set);
	good &= fail_settling("param-confirm", TCPULSE_CMD_PARAM_CONFIRM);
	good &= fail_settling("param-revert", TCPULSE_CMD_PARAM_REVERT);
	back_to_start();
	good &= failing_run(&limit);
	good &= fail_switching("segment-set-off", false);
	good &= fail_switching("segment-set-on", true);
	for (i = 0; i < ARRAY_SIZE(reads); i++)
		good &= fail_reading(reads[i].name, reads[i].cmd, reads[i].dump);
	return good;
}
