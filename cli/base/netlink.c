// SPDX-License-Identifier: GPL-2.0
/*
 * Once connected to the kernel (port 0), af_netlink.c refuses every other sender before
 * anything is queued: netlink_getsockbyportid(). A port is given away a moment earlier,
 * though, and a sender may have looked us up by then. And there are senders within the
 * kernel that a user can aim at any port, as the upcalls of openvswitch. So each datagram
 * is looked at as well, and only as many are passed over as a full queue may hold.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "base/netlink.h"
#include "base/out.h"
#include "base/tape.h"

/* The kernel makes none larger than 32 KiB, but for a single answer that needs it. */
#define DATAGRAM_MAX	(256 * 1024)

/* of one socket: some hundred fit into its queue as it is by default */
#define STRANGERS_MAX	100000

/* The kernel answers before send(2) returns; what is not there then was lost. */
#define ANSWER_S	10

#define QUESTION	"netlink messages that were not the kernel's"

/* of all sockets */
static size_t strangers;

static bool too_many(struct netlink *nl)
{
	strangers++;
	return ++nl->strangers > STRANGERS_MAX;
}

/* --- opening ------------------------------------------------------------------ */

/* Not having them costs an explanation, not the answer. */
static void set_options(int fd)
{
	const struct timeval wait = { .tv_sec = ANSWER_S };
	const int one = 1;

	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
}

/* What came in before we were connected would leave no room for the answer. */
static int empty_queue(struct netlink *nl)
{
	char byte;

	while (recv(nl->fd, &byte, sizeof(byte), MSG_DONTWAIT) >= 0 ||
	       errno == ENOBUFS || errno == EINTR)
		if (too_many(nl))
			return -ENOBUFS;
	return errno == EAGAIN ? 0 : -errno;
}

/* The kernel chooses our port, so that nobody can have taken it. */
static int connect_kernel(struct netlink *nl)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (connect(nl->fd, (const void *)&kernel, sizeof(kernel)))
		return -errno;
	set_options(nl->fd);
	return empty_queue(nl);
}

int netlink_open(struct netlink *nl, int protocol)
{
	int err;

	memset(nl, 0, sizeof(*nl));
	nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	if (nl->fd < 0)
		return -errno;
	err = connect_kernel(nl);
	if (err)
		netlink_close(nl);
	return err;
}

void netlink_close(struct netlink *nl)
{
	close(nl->fd);
	nl->fd = -1;
}

/* --- asking ------------------------------------------------------------------- */

/* Nobody can guess it, and it is not 0, which the kernel's own messages have. */
static __u32 new_number(void)
{
	struct timespec now;
	__u32 number = 0;

	if (getrandom(&number, sizeof(number), GRND_INSECURE) < 0) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		number = now.tv_nsec;
	}
	return number ?: 1;
}

int netlink_send(struct netlink *nl, struct nlmsghdr *nlh)
{
	nl->seq = new_number();
	nlh->nlmsg_seq = nl->seq;
	return send(nl->fd, nlh, nlh->nlmsg_len, 0) < 0 ? -errno : 0;
}

/* --- receiving ---------------------------------------------------------------- */

static bool is_kernels(const struct msghdr *msg)
{
	const struct sockaddr_nl *from = msg->msg_name;

	return msg->msg_namelen == sizeof(*from) &&
	       from->nl_family == AF_NETLINK && !from->nl_pid;
}

/* All that is in a datagram of the kernel's answers one request. */
static bool is_answer(const struct netlink *nl, const struct msghdr *msg, ssize_t n)
{
	const struct nlmsghdr *nlh = msg->msg_iov->iov_base;

	return is_kernels(msg) && n >= (ssize_t)sizeof(*nlh) &&
	       nlh->nlmsg_seq == nl->seq;
}

/* Return: bytes of an answer, 0 for what is none, a negative errno. */
static ssize_t receive_one(const struct netlink *nl, void *buf, size_t size)
{
	struct sockaddr_nl from = { };
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &iov, .msg_iovlen = 1,
	};
	ssize_t n;

	do
		n = recvmsg(nl->fd, &msg, MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (!is_answer(nl, &msg, n))
		return 0;
	return n > (ssize_t)size ? -EMSGSIZE : n;
}

ssize_t netlink_receive(struct netlink *nl, void **bytes)
{
	static union {
		struct nlmsghdr nlh;
		char bytes[DATAGRAM_MAX];
	} buf;
	ssize_t n;

	*bytes = &buf;
	do
		n = receive_one(nl, &buf, sizeof(buf));
	while (!n && !too_many(nl));
	return n ?: -ENOBUFS;
}

/* --- strangers ---------------------------------------------------------------- */

void netlink_say_strangers(void)
{
	static bool said;
	char text[24] = "";

	if (strangers)
		snprintf(text, sizeof(text), "%zu", strangers);
	if (strangers || tape_replays())
		tape_fact(QUESTION, text, sizeof(text));
	if (!*text || said)
		return;
	said = true;
	out_err("%s netlink messages were not the kernel's and were ignored; a process of the network namespace sent them",
		text);
}
