/* SPDX-License-Identifier: GPL-2.0 */
/* Shadows <linux/netlink.h>: an error message with values in it. */
#ifndef _TCPULSE_COMPAT_LINUX_NETLINK_H
#define _TCPULSE_COMPAT_LINUX_NETLINK_H

#include_next <linux/netlink.h>

/*
 * @plain is for kernels that only take a message that is there for good: any
 * string that is not changed before the module is gone.
 */
/* 6.2: "netlink: add support for formatted extack messages" */
#ifdef NL_SET_ERR_MSG_FMT
#define tcpulse_ext_ack(extack, plain, fmt, args...) do {		\
	(void)(plain);							\
	NL_SET_ERR_MSG_FMT(extack, fmt, ##args);			\
} while (0)
#else
#define tcpulse_ext_ack(extack, plain, fmt, args...) do {		\
	struct netlink_ext_ack *__extack = (extack);			\
									\
	if (0)								\
		no_printk(fmt, ##args);					\
	if (__extack)							\
		__extack->_msg = (plain);				\
} while (0)
#endif

#endif /* _TCPULSE_COMPAT_LINUX_NETLINK_H */
