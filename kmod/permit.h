/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_PERMIT_H
#define _TCPULSE_PERMIT_H

struct net;
struct netlink_ext_ack;
struct sk_buff;

const char *tcpulse_permit_get_mode(void);
int tcpulse_permit(struct sk_buff *skb, const struct net *net,
		   struct netlink_ext_ack *extack);

#endif /* _TCPULSE_PERMIT_H */
