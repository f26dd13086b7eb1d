/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_ANSWER_H
#define _TCPULSE_ANSWER_H

struct net;
struct tcpulse_tuple;

void tcpulse_answer_announce(const struct net *net,
			     const struct tcpulse_tuple *tuple, int state);
int tcpulse_answer_take(const struct net *net, const struct tcpulse_tuple *tuple);

#endif /* _TCPULSE_ANSWER_H */
