/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_AWAKE_H
#define _TCPULSE_AWAKE_H

#include "tcpulse.h"

struct irq_work;

void tcpulse_awake_setup(void (*wake)(struct irq_work *irq));
void tcpulse_awake_init(struct tcpulse_net *tn);
void tcpulse_awake_stop(void);

void tcpulse_awake_rouse(struct tcpulse_counts __percpu *counts);
void tcpulse_awake_stay(struct tcpulse_net *tn);
void tcpulse_awake_doze(struct tcpulse_net *tn);

#endif /* _TCPULSE_AWAKE_H */
