// SPDX-License-Identifier: GPL-2.0
/*
 * A dump of all listeners that stops half way, because nobody reads it:
 *
 *   slowdump
 *
 * Prints "paused" when the first part is there and has been looked at, not
 * taken; goes on at the first line of its standard input, and prints
 * "rows=N parts=N interrupted=0|1 error=0|ENAME". Ends with 2 when there is no
 * second part, so that nothing was paused.
 */
#include <err.h>
#include <unistd.h>
#include <sys/socket.h>

#include "../client/netlink.h"

/**
 * struct dump - what has come of it
 * @rows: listeners
 * @parts: datagrams
 * @interrupted: a row is flagged with NLM_F_DUMP_INTR
 * @error: errno at its end
 * @ended: it has one
 */
struct dump {
	unsigned int rows;
	unsigned int parts;
	bool interrupted;
	int error;
	bool ended;
};

static void start(struct request *r)
{
	int size = 1;	/* as little as the kernel has */
	char first;

	setsockopt(mnl_socket_get_fd(r->nl), SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	request_begin(r, r->family, TCPULSE_CMD_LISTENER_GET);
	r->nlh->nlmsg_flags |= NLM_F_DUMP;
	if (mnl_socket_sendto(r->nl, r->nlh, r->nlh->nlmsg_len) < 0)
		err(2, "send");
	/* A look makes the kernel go on no more than waiting does. */
	if (recv(mnl_socket_get_fd(r->nl), &first, 1, MSG_PEEK) != 1)
		err(2, "look");
}

static void read_part(struct dump *d, const struct nlmsghdr *nlh, int len)
{
	d->parts++;
	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		d->interrupted |= !!(nlh->nlmsg_flags & NLM_F_DUMP_INTR);
		if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR) {
			d->error = -*(const int *)mnl_nlmsg_get_payload(nlh);
			d->ended = true;
			return;
		}
		d->rows++;
	}
}

int main(void)
{
	struct request *r = request_new();
	struct dump d = { 0 };
	ssize_t got;

	if (!r)
		err(2, "no family tcpulse");
	start(r);
	puts("paused");
	fflush(stdout);
	if (getchar() == EOF)
		return 0;
	while (!d.ended) {
		got = kernel_mnl_receive(r->nl, r->answer, sizeof(r->answer));
		if (got <= 0)
			err(2, "receive");
		read_part(&d, (void *)r->answer, got);
	}
	printf("rows=%u parts=%u interrupted=%d error=%s\n", d.rows, d.parts, d.interrupted,
	       d.error ? strerrorname_np(d.error) : "0");
	return d.parts > 2 ? 0 : 2;
}
