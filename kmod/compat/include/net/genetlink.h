/* SPDX-License-Identifier: GPL-2.0 */
/* Shadows <net/genetlink.h>: where a dump finds the attributes of its request. */
#ifndef _TCPULSE_COMPAT_NET_GENETLINK_H
#define _TCPULSE_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>
#include <tcpulse/answers.h>

static inline struct nlattr **
tcpulse_genl_dump_attrs(struct netlink_callback *cb)
{
#if TCPULSE_HAVE_DUMPIT_INFO_INFO
	return genl_dumpit_info(cb)->info.attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* _TCPULSE_COMPAT_NET_GENETLINK_H */
