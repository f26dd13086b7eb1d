/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_MINISOCK_H
#define _TCPULSE_MINISOCK_H

#include <net/sock.h>
#include <trace/events/timer.h>

int tcpulse_minisock_init(void);

TCPULSE_PROBE_TIMER_START(tcpulse_minisock_timer_start);
void tcpulse_minisock_timer_cancel(void *data, struct timer_list *timer);
void tcpulse_minisock_timer_expire(void *data, struct timer_list *timer,
				   unsigned long baseclk);

#endif /* _TCPULSE_MINISOCK_H */
