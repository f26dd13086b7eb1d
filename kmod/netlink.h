/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_NETLINK_H
#define _TCPULSE_NETLINK_H

int tcpulse_netlink_init(void);
void tcpulse_netlink_exit(void);

#endif /* _TCPULSE_NETLINK_H */
