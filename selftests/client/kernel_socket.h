/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The netlink sockets of the tests: the kernel alone is heard. Everybody in the namespace
 * may send to any netlink socket that is not connected, and a test may have others there.
 */
#ifndef SELFTESTS_KERNEL_SOCKET_H
#define SELFTESTS_KERNEL_SOCKET_H

#include <errno.h>
#include <unistd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/types.h>

/* so many of others are passed over: a full queue has less */
#define STRANGERS_MAX 100000

/* A descriptor, connected to the kernel, with a port of the kernel's choice; -1 with errno. */
static inline int kernel_socket(int bus)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, bus);

	if (fd < 0 || !connect(fd, (const void *)&kernel, sizeof(kernel)))
		return fd;
	close(fd);
	return -1;
}

/* For a request: nobody can guess it. */
static inline __u32 kernel_number(void)
{
	__u32 number = 0;

	if (getrandom(&number, sizeof(number), GRND_INSECURE) < 0)
		return getpid();
	return number ? number : 1;
}

/* One datagram, whoever sent it; -1 with errno, and so if it was cut off. */
static inline ssize_t kernel_receive_any(int fd, void *buf, size_t size, __u32 *port)
{
	struct sockaddr_nl from = {};
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1,
	};
	const ssize_t len = recvmsg(fd, &msg, 0);

	*port = msg.msg_namelen == sizeof(from) ? from.nl_pid : ~0U;
	if (len < 0 || *port || !(msg.msg_flags & MSG_TRUNC))
		return len;
	errno = ENOSPC;
	return -1;
}

/* The kernel's next datagram; -1 with errno. */
static inline ssize_t kernel_receive(int fd, void *buf, size_t size)
{
	unsigned int strangers;
	ssize_t len;
	__u32 port;

	for (strangers = 0; strangers < STRANGERS_MAX; strangers++) {
		len = kernel_receive_any(fd, buf, size, &port);
		if (len < 0 || !port)
			return len;
	}
	errno = ELOOP;
	return -1;
}

/* The same behind libmnl. */
static inline struct mnl_socket *kernel_mnl_socket(int bus)
{
	const int fd = kernel_socket(bus);
	struct mnl_socket *nl = fd < 0 ? NULL : mnl_socket_fdopen(fd);

	if (!nl && fd >= 0)
		close(fd);
	return nl;
}

static inline ssize_t kernel_mnl_receive(const struct mnl_socket *nl, void *buf, size_t size)
{
	return kernel_receive(mnl_socket_get_fd(nl), buf, size);
}

#endif
