/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A netlink socket that believes the kernel only. Everybody in a network namespace may
 * send to every netlink socket in it, and whoever owns the namespace may be hostile.
 */
#ifndef CLI_NETLINK_H
#define CLI_NETLINK_H

#include <sys/types.h>
#include <linux/types.h>

struct nlmsghdr;

/**
 * struct netlink - a socket, with one request at a time
 * @fd: the socket; of the network namespace it was opened in
 * @seq: the number of the request, which its answers have as well
 * @strangers: datagrams ignored so far
 */
struct netlink {
	int fd;
	__u32 seq;
	size_t strangers;
};

/**
 * netlink_open() - open a socket that the kernel alone can send to
 * @nl: result, for netlink_close()
 * @protocol: such as NETLINK_GENERIC
 *
 * Return: 0, a negative errno.
 */
int netlink_open(struct netlink *nl, int protocol);
void netlink_close(struct netlink *nl);

/* Gives the request a number of its own, and sends it. Return: 0, a negative errno. */
int netlink_send(struct netlink *nl, struct nlmsghdr *nlh);

/**
 * netlink_receive() - the kernel's next datagram that answers the request
 * @nl: the socket
 * @bytes: result; ours, and the caller's to change until the next call
 *
 * What another sent is ignored and counted, and what answers another request. Does not
 * wait for ever.
 *
 * Return: how many bytes, at least a header, or a negative errno.
 */
ssize_t netlink_receive(struct netlink *nl, void **bytes);

/* Says on stderr, once, how much was ignored. */
void netlink_say_strangers(void);

#endif
