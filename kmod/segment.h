/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_SEGMENT_H
#define _TCPULSE_SEGMENT_H

#include <net/net_namespace.h>
#include <trace/events/tcp.h>

#include "tcpulse.h"

struct request_sock;

/**
 * struct tcpulse_segment_view - segments of a namespace, by family
 * @count: by TCPULSE_A_SEGMENT_*
 * @reset: RSTs sent, by state of who sent them
 * @handshake: see struct tcpulse_counts
 */
struct tcpulse_segment_view {
	u64 count[TCPULSE_SEGMENTS];
	u64 reset[TCPULSE_STATES];
	u64 handshake[TCPULSE_HANDSHAKES][TCPULSE_HANDSHAKE_COUNTS];
};

int tcpulse_segment_init_net(struct net *net);
void tcpulse_segment_pre_exit_net(struct net *net);
int tcpulse_segment_enable(struct net *net, bool enable);
u64 tcpulse_segment_ns(struct tcpulse_net *tn, bool *enabled);
void tcpulse_segment_read(const struct tcpulse_net *tn, enum tcpulse_family f,
			  struct tcpulse_segment_view *view);
void tcpulse_segment_refused(struct tcpulse_cpu __percpu *pcpu,
			     const struct net *net, const struct sk_buff *skb);

void tcpulse_segment_retransmit_synack(void *data, const struct sock *sk,
				       const struct request_sock *req);
TCPULSE_PROBE_RETRANSMIT(tcpulse_segment_retransmit);
TCPULSE_PROBE_SEND_RESET(tcpulse_segment_send_reset);

#endif /* _TCPULSE_SEGMENT_H */
