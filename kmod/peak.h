/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_PEAK_H
#define _TCPULSE_PEAK_H

#include "tcpulse.h"

void tcpulse_peak_look(struct tcpulse_counts __percpu *counts, int state);

void tcpulse_peak_setup(void);
void tcpulse_peak_init(struct tcpulse_net *tn);
void tcpulse_peak_collect(struct tcpulse_net *tn);
u32 tcpulse_peak_minute(const struct tcpulse_peaks *peaks,
			enum tcpulse_family f, int state);
u32 tcpulse_peak_slack(void);
bool tcpulse_peak_tick(struct tcpulse_net *tn);

#endif /* _TCPULSE_PEAK_H */
