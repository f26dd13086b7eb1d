/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_PERNET_H
#define _TCPULSE_PERNET_H

int tcpulse_pernet_init(void);
void tcpulse_pernet_exit(void);

#endif /* _TCPULSE_PERNET_H */
