/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_FIN_WAIT2_H
#define _TCPULSE_FIN_WAIT2_H

#include <linux/types.h>

struct inet_timewait_sock;

int tcpulse_fin_wait2_init(void);
void tcpulse_fin_wait2_exit(void);

bool tcpulse_fin_wait2_add(const struct inet_timewait_sock *tw);
bool tcpulse_fin_wait2_del(const struct inet_timewait_sock *tw);
bool tcpulse_fin_wait2_reap(void);
u64 tcpulse_fin_wait2_lost(void);

#endif /* _TCPULSE_FIN_WAIT2_H */
