/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_STATE_H
#define _TCPULSE_STATE_H

struct sock;

void tcpulse_state_probe(void *data, const struct sock *sk, const int oldstate,
			 const int newstate);

#endif /* _TCPULSE_STATE_H */
