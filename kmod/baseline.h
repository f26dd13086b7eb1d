/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_BASELINE_H
#define _TCPULSE_BASELINE_H

#include <linux/types.h>

int tcpulse_baseline_scan(void);
u64 tcpulse_baseline_us(void);

#endif /* _TCPULSE_BASELINE_H */
