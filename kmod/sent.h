/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_SENT_H
#define _TCPULSE_SENT_H

#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/sock.h>

#include "tcpulse.h"

struct tcphdr;

/* Behind a transformation of xfrm. Who sends owns the control block, which is IP's here. */
static __always_inline bool
tcpulse_sent_is_transformed(enum tcpulse_family f, const struct sk_buff *skb)
{
	if (f == TCPULSE_V4)
		return IPCB(skb)->flags & IPSKB_XFRM_TRANSFORMED;
#if IS_ENABLED(CONFIG_IPV6)
	return IP6CB(skb)->flags & IP6SKB_XFRM_TRANSFORMED;
#else
	return false;
#endif
}

/* A request or minisock, or a socket of TCP's. */
static __always_inline bool tcpulse_sent_is_owner(const struct sock *sk)
{
	return !sk_fullsock(sk) || sk_is_tcp(sk);
}

/*
 * Most segments: TCP's own, sent for the first time, to a device that is below none. Of
 * the others the functions that follow tell.
 */
static __always_inline bool
tcpulse_sent_is_plain(enum tcpulse_family f, const struct sk_buff *skb,
		      const struct nf_hook_state *state)
{
	return skb->sk && tcpulse_sent_is_owner(skb->sk) &&
	       !(state->out && netif_is_l3_slave(state->out)) &&
	       !tcpulse_sent_is_transformed(f, skb);
}

bool tcpulse_sent_before(enum tcpulse_family f, const struct sk_buff *skb,
			 const struct nf_hook_state *state);
bool tcpulse_sent_by_tcp(struct tcpulse_cpu __percpu *pcpu,
			 const struct sk_buff *skb,
			 const struct nf_hook_state *state,
			 const struct tcphdr *th);
void tcpulse_sent_start(struct tcpulse_net *tn, const struct net *net);

#endif /* _TCPULSE_SENT_H */
