// SPDX-License-Identifier: GPL-2.0
/*
 * Asks for everything that is open to all, again and again; and what a
 * connection costs meanwhile:
 *
 *   polled			asks without end
 *   polled ROUNDS CONNECTIONS	measures: a line a round, of nanoseconds for one
 *				connection when the kernel is asked in between for
 *				something else, and when tcpulse is
 *
 * Only the connections are measured (connect, accept, one byte, close, over IPv4
 * loopback); what asking costs is the asker's own. Each half of a round is in a
 * network namespace of its own.
 */
#include <err.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "../client/netlink.h"
#include "sock.h"

static const __u8 reads[] = {
	TCPULSE_CMD_INFO_GET, TCPULSE_CMD_STATE_GET, TCPULSE_CMD_TRANSITION_GET,
	TCPULSE_CMD_TIME_WAIT_GET, TCPULSE_CMD_OVERFLOW_GET, TCPULSE_CMD_SEGMENT_GET,
	TCPULSE_CMD_PARAM_GET, TCPULSE_CMD_CHANGE_GET,
};

/**
 * struct bench - where connections are made
 * @to: where to
 * @listener: who takes them
 * @r: who asks
 */
struct bench {
	union addr to;
	int listener;
	struct request *r;
};

static void must(bool ok, const char *what)
{
	if (!ok)
		err(1, "%s", what);
}

/* --- asking ------------------------------------------------------------------ */

static void ask_dump(struct request *r)
{
	const struct nlmsghdr *nlh;
	ssize_t got;
	int len;

	request_begin(r, r->family, TCPULSE_CMD_LISTENER_GET);
	r->nlh->nlmsg_flags |= NLM_F_DUMP;
	must(mnl_socket_sendto(r->nl, r->nlh, r->nlh->nlmsg_len) >= 0, "send");
	for (;;) {
		got = kernel_mnl_receive(r->nl, r->answer, sizeof(r->answer));
		must(got > 0, "receive");
		nlh = (void *)r->answer;
		for (len = got; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
			if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR)
				return;
	}
}

static void ask_tcpulse(struct request *r)
{
	size_t i;

	for (i = 0; i < sizeof(reads); i++)
		must(request_works(r, reads[i]), "ask tcpulse");
	ask_dump(r);
}

/* Something that is none of ours, as often. */
static void ask_other(struct request *r)
{
	size_t i;

	for (i = 0; i <= sizeof(reads); i++) {
		request_begin(r, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
		mnl_attr_put_strz(r->nlh, CTRL_ATTR_FAMILY_NAME, TCPULSE_GENL_NAME);
		must(!request_send(r) && !r->error, "ask nlctrl");
	}
}

/* --- connections --------------------------------------------------------------- */

static __u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static void raise_loopback(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	must(fd >= 0 && !ioctl(fd, SIOCSIFFLAGS, &lo), "lo up");
	close(fd);
}

/* Blocking: on loopback all is there when the call that sent returns. */
static void one_connection(const struct bench *b)
{
	struct pair p;
	char byte = 0;

	p.c = socket(AF_INET, SOCK_STREAM, 0);
	must(p.c >= 0 && !connect(p.c, &b->to.sa, addr_len(&b->to)), "connect");
	p.s = accept(b->listener, NULL, NULL);
	must(p.s >= 0 && write(p.c, &byte, 1) == 1 && read(p.s, &byte, 1) == 1, "carry a byte");
	close_pair(&p);
}

/* Nanoseconds of one, the mean of many, with @ask before each. */
static __u64 measure(unsigned int connections, void (*ask)(struct request *r))
{
	struct bench b;
	__u64 start, sum = 0;
	unsigned int i;

	must(!unshare(CLONE_NEWNET), "unshare");
	raise_loopback();
	b.listener = listen_on(KIND_V4, 0, 16, &b.to);
	b.r = request_new();
	must(b.listener >= 0 && b.r, "begin");
	for (i = 0; i < connections + connections / 4; i++) {
		ask(b.r);
		start = now_ns();
		one_connection(&b);
		/* a quarter more to warm up */
		if (i >= connections / 4)
			sum += now_ns() - start;
	}
	request_free(b.r);
	close(b.listener);
	return sum / connections;
}

int main(int argc, char **argv)
{
	unsigned int rounds, connections;
	__u64 bare;

	if (argc == 1) {
		struct request *r = request_new();

		must(r, "no family tcpulse");
		for (;;)
			ask_tcpulse(r);
	}
	rounds = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	connections = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	if (!rounds || !connections)
		errx(2, "usage: polled [ROUNDS CONNECTIONS]");
	while (rounds--) {
		bare = measure(connections, ask_other);
		printf("%llu %llu\n", bare, measure(connections, ask_tcpulse));
		fflush(stdout);
	}
	return 0;
}
