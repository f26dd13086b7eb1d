/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_TIMEWAIT_H
#define _TCPULSE_TIMEWAIT_H

#include <linux/types.h>

#include "tcpulse.h"

struct inet_timewait_sock;
struct net;
struct sk_buff;
struct tcphdr;

void tcpulse_timewait_armed(const struct inet_timewait_sock *tw);
void tcpulse_timewait_stopped(const struct inet_timewait_sock *tw);
void tcpulse_timewait_expired(const struct inet_timewait_sock *tw);
void tcpulse_timewait_dropped(struct tcpulse_cpu __percpu *pcpu, struct net *net,
			      const struct sk_buff *skb,
			      const struct tcphdr *th);
void tcpulse_timewait_consumed(struct tcpulse_cpu __percpu *pcpu,
			       const struct net *net, const struct sk_buff *skb,
			       const struct tcphdr *th);
void tcpulse_timewait_adopt(struct tcpulse_counts __percpu *counts,
			    const struct inet_timewait_sock *tw);

#endif /* _TCPULSE_TIMEWAIT_H */
