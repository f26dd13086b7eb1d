/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_MINISOCK_H
#define _TCPULSE_MINISOCK_H

#include <net/sock.h>
#include <trace/events/skb.h>
#include <trace/events/timer.h>

int tcpulse_minisock_init(void);

TCPULSE_PROBE_TIMER_START(tcpulse_minisock_timer_start);
void tcpulse_minisock_timer_cancel(void *data, struct timer_list *timer);
void tcpulse_minisock_timer_expire(void *data, struct timer_list *timer,
				   unsigned long baseclk);
TCPULSE_PROBE_KFREE_SKB(tcpulse_minisock_kfree_skb);
TCPULSE_PROBE_CONSUME_SKB(tcpulse_minisock_consume_skb);

#endif /* _TCPULSE_MINISOCK_H */
