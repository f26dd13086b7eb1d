/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_TICK_H
#define _TCPULSE_TICK_H

void tcpulse_tick_setup(void);
void tcpulse_tick_start(void);
void tcpulse_tick_stop(void);

#endif /* _TCPULSE_TICK_H */
