// SPDX-License-Identifier: GPL-2.0
/*
 * A sock_diag(7) dump of TCP by hand, for a socket costs nothing but a look at
 * its state. Bound sockets that are not connected are never asked for.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include "cmd.h"
#include "out.h"
#include "sockdiag.h"

/* inet_diag.c: idiag_timer of a TIME_WAIT minisock */
#define TIMER_TIME_WAIT 3

static int failed(int err)
{
	if (err == ENOENT)
		out_err("the kernel cannot list TCP sockets; load the modules: modprobe -a inet_diag tcp_diag");
	else
		out_err("cannot list TCP sockets with sock_diag: %s",
			strerror(err));
	return err == EPERM || err == EACCES ? ST_NOT_PERMITTED : ST_REFUSED;
}

static int request_dump(int fd, int family)
{
	struct {
		struct nlmsghdr nlh;
		struct inet_diag_req_v2 req;
	} msg = {
		.nlh = {
			.nlmsg_len = sizeof(msg),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
		.req = {
			.sdiag_family = family,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_states = STATES_ALL,
		},
	};

	return send(fd, &msg, sizeof(msg), 0) < 0 ? -errno : 0;
}

static void count(const struct inet_diag_msg *msg, struct sockdiag *diag)
{
	if (msg->idiag_state < STATE_SLOTS)
		diag->state[msg->idiag_state]++;
	/* FIN_WAIT2 is of both kinds; only a minisock has this timer */
	if (msg->idiag_timer == TIMER_TIME_WAIT && !msg->idiag_inode)
		diag->minisocks++;
}

static int message_error(const struct nlmsghdr *nlh)
{
	const int *err = NLMSG_DATA(nlh);

	return nlh->nlmsg_len >= NLMSG_LENGTH(sizeof(*err)) ? *err : 0;
}

/* One datagram of the dump. Return: 0, a negative errno; @done at its end. */
static int take(const struct nlmsghdr *nlh, int len, struct sockdiag *diag,
		bool *done)
{
	for (; NLMSG_OK(nlh, (unsigned int)len); nlh = NLMSG_NEXT(nlh, len)) {
		if (nlh->nlmsg_type == NLMSG_DONE ||
		    nlh->nlmsg_type == NLMSG_ERROR) {
			*done = true;
			return message_error(nlh);
		}
		if (nlh->nlmsg_len >= NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
			count(NLMSG_DATA(nlh), diag);
	}
	return 0;
}

static int receive_dump(int fd, struct sockdiag *diag)
{
	static union {
		struct nlmsghdr nlh;
		char bytes[256 * 1024];
	} buf;
	bool done = false;
	ssize_t len;
	int err = 0;

	while (!done && !err) {
		len = recv(fd, &buf, sizeof(buf), MSG_TRUNC);
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return -errno;
		if (len > (ssize_t)sizeof(buf))
			return -EMSGSIZE;
		err = take(&buf.nlh, len, diag, &done);
	}
	return err;
}

int sockdiag_count(int family, struct sockdiag *diag)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	int err;

	memset(diag, 0, sizeof(*diag));
	if (fd < 0)
		return failed(errno);
	err = request_dump(fd, family);
	if (!err)
		err = receive_dump(fd, diag);
	close(fd);
	return err ? failed(-err) : ST_OK;
}
