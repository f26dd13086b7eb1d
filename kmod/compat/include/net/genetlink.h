/* SPDX-License-Identifier: GPL-2.0 */
/* Shadows <net/genetlink.h>: where a dump finds the attributes of its request. */
#ifndef _TCPULSE_COMPAT_NET_GENETLINK_H
#define _TCPULSE_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>
#include <linux/version.h>

static inline struct nlattr **
tcpulse_genl_dump_attrs(struct netlink_callback *cb)
{
/* "genetlink: push the dump info into struct genl_info" */
#if TCPULSE_KERNEL_BEFORE(6, 6)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_dumpit_info(cb)->info.attrs;
#endif
}

#endif /* _TCPULSE_COMPAT_NET_GENETLINK_H */
