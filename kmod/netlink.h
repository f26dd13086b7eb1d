/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What netlink*.c share. A reply is one message, made from one reading of the
 * namespace of the asking socket.
 */
#ifndef _TCPULSE_NETLINK_H
#define _TCPULSE_NETLINK_H

#include <net/genetlink.h>

#include "counters.h"
#include "tcpulse.h"

/**
 * struct tcpulse_nl_reply - one request being answered
 * @net: namespace of the asking socket
 * @tn: our state of it
 * @family: AF_INET or AF_INET6 when only that one is asked for, else AF_UNSPEC
 * @view: the reading
 */
struct tcpulse_nl_reply {
	struct net *net;
	struct tcpulse_net *tn;
	unsigned short family;
	struct tcpulse_view view;
};

typedef int tcpulse_nl_fill_fn(struct sk_buff *msg,
			       const struct tcpulse_nl_reply *reply);

extern struct genl_family tcpulse_nl_family;
extern const unsigned short tcpulse_nl_af[TCPULSE_FAMILIES];

bool tcpulse_nl_wants(const struct tcpulse_nl_reply *reply, int f);
u64 tcpulse_nl_began_us(const struct tcpulse_net *tn);
int tcpulse_nl_put_clock(struct sk_buff *msg, int counting_ms, int began_us,
			 const struct tcpulse_net *tn);
int tcpulse_nl_get_family(struct netlink_ext_ack *extack, struct nlattr *attr,
			  unsigned short *family);

u64 tcpulse_nl_ms_since(u64 ns);
int tcpulse_nl_put_u64(struct sk_buff *msg, int attr, u64 value);
void *tcpulse_nl_put_row(struct sk_buff *msg, struct netlink_callback *cb,
			 u8 cmd);
int tcpulse_nl_send(struct genl_info *info, const struct tcpulse_nl_reply *reply,
		    tcpulse_nl_fill_fn *fill);
int tcpulse_nl_answer(struct genl_info *info, struct nlattr *family,
		      tcpulse_nl_fill_fn *fill);

struct tcpulse_change;
void tcpulse_nl_announce(struct net *net, const struct tcpulse_change *change);

int tcpulse_netlink_init(void);
void tcpulse_netlink_exit(void);

#endif /* _TCPULSE_NETLINK_H */
