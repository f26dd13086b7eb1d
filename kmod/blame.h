/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_BLAME_H
#define _TCPULSE_BLAME_H

#include "tcpulse.h"
#include "tuple.h"

struct sk_buff;
struct sock;
struct tcpulse_listener;

/**
 * struct tcpulse_blame - what the kernel did to some segment, and how it is known whose
 * @net: namespace
 * @tuple: of the segment
 * @given: listener that was chosen before TCP looked for one, or NULL; by address
 * @drops: ListenDrops grew, and sk_drops of the listener with it
 * @cookies: a SYN cookie was sent or taken back
 */
struct tcpulse_blame {
	struct net *net;
	struct tcpulse_tuple tuple;
	const struct sock *given;
	bool drops;
	bool cookies;
};

void tcpulse_blame_give(const struct net *net, const struct sk_buff *skb);
const struct sock *tcpulse_blame_given(const struct net *net,
				       const struct sk_buff *skb);
struct tcpulse_listener *tcpulse_blame_find(const struct tcpulse_blame *blame);

#endif /* _TCPULSE_BLAME_H */
