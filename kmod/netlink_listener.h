/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a request names listeners, and what one is found to be.
 */
#ifndef _TCPULSE_NETLINK_LISTENER_H
#define _TCPULSE_NETLINK_LISTENER_H

#include <linux/in6.h>
#include <linux/types.h>
#include <net/netlink.h>

#include "listener.h"

/**
 * struct tcpulse_nl_filter - which listeners are asked for
 * @id: that one; 0 for any
 * @family: of AF_INET or AF_INET6, or AF_UNSPEC
 * @port: on that port; 0 for any
 * @address: on that address, 4 or 16 bytes, or NULL
 * @overflowing: only those that dropped something, or have a full queue
 */
struct tcpulse_nl_filter {
	u64 id;
	unsigned short family;
	u16 port;
	const struct nlattr *address;
	bool overflowing;
};

/**
 * struct tcpulse_nl_listener - what one listener is found to be
 * @listener: its record
 * @family: AF_INET or AF_INET6
 * @address: 4 or 16 bytes
 * @port: host byte order
 * @ifindex: 0 when bound to no interface
 * @v6only: takes no IPv4 connections, though AF_INET6
 * @reuseport: SO_REUSEPORT is set
 * @inode: of the socket
 * @limit: backlog in force
 * @syn: depth of the SYN queue
 * @accept: depth of the accept queue
 * @refused: refusals over all CPUs, by TCPULSE_A_REFUSALS_*
 */
struct tcpulse_nl_listener {
	const struct tcpulse_listener *listener;
	u16 family;
	struct in6_addr address;
	u16 port;
	u32 ifindex;
	bool v6only;
	bool reuseport;
	u64 inode;
	u32 limit;
	u32 syn;
	u32 accept;
	u64 refused[TCPULSE_REFUSALS];
};

int tcpulse_nl_address_len(unsigned short family);
int tcpulse_nl_get_filter(struct netlink_ext_ack *extack, struct nlattr **attrs,
			  struct tcpulse_nl_filter *filter);
bool tcpulse_nl_find_listener(struct tcpulse_listeners *ls,
			      const struct tcpulse_nl_filter *filter,
			      unsigned long *id,
			      struct tcpulse_nl_listener *row);
bool tcpulse_nl_asked_is_known(const struct tcpulse_nl_listener *row);

#endif /* _TCPULSE_NETLINK_LISTENER_H */
