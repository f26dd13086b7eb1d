/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_SENT_H
#define _TCPULSE_SENT_H

#include <linux/types.h>

#include "tcpulse.h"

struct net;
struct nf_hook_state;
struct sk_buff;
struct tcphdr;

bool tcpulse_sent_before(enum tcpulse_family f, const struct sk_buff *skb,
			 const struct nf_hook_state *state);
bool tcpulse_sent_by_tcp(struct tcpulse_cpu __percpu *pcpu,
			 const struct sk_buff *skb,
			 const struct nf_hook_state *state,
			 const struct tcphdr *th);
void tcpulse_sent_start(struct tcpulse_net *tn, const struct net *net);

#endif /* _TCPULSE_SENT_H */
