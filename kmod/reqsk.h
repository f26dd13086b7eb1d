/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_REQSK_H
#define _TCPULSE_REQSK_H

struct request_sock;

void tcpulse_reqsk_armed(const struct request_sock *req);
void tcpulse_reqsk_stopped(const struct request_sock *req);

#endif /* _TCPULSE_REQSK_H */
