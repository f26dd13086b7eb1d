/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What TCP finds a socket by, and who is found: the kernel's own keys, with the device
 * a segment came by, and the kernel's own look-ups.
 */
#ifndef _TCPULSE_TUPLE_H
#define _TCPULSE_TUPLE_H

#include <linux/in6.h>
#include <linux/types.h>

#include "tcpulse.h"

struct inet_timewait_sock;
struct net;
struct sk_buff;
struct sock;
struct tcphdr;

/**
 * struct tcpulse_tuple - what a socket is found by
 * @family: AF_INET or AF_INET6, of the packets
 * @saddr: the peer; of IPv4 the first word, the others are 0
 * @daddr: this host, likewise
 * @sport: port of the peer
 * @hnum: port of this host, host byte order
 * @dif: interface
 * @sdif: interface below it, if that one is a VRF's
 */
struct tcpulse_tuple {
	unsigned short family;
	struct in6_addr saddr;
	struct in6_addr daddr;
	__be16 sport;
	u16 hnum;
	int dif;
	int sdif;
};

void tcpulse_tuple_received(struct tcpulse_tuple *tuple,
			    const struct sk_buff *skb, const struct tcphdr *th);
bool tcpulse_tuple_quoted(struct tcpulse_tuple *tuple,
			  const struct sk_buff *skb);
void tcpulse_tuple_sent(struct tcpulse_tuple *tuple, enum tcpulse_family f,
			const struct sk_buff *skb, const struct tcphdr *th);
void tcpulse_tuple_child(struct tcpulse_tuple *tuple, const struct sock *sk);
void tcpulse_tuple_minisock(struct tcpulse_tuple *tuple,
			    const struct inet_timewait_sock *tw);
bool tcpulse_tuple_is(const struct tcpulse_tuple *a,
		      const struct tcpulse_tuple *b);

struct sock *tcpulse_tuple_connection(const struct net *net,
				      const struct tcpulse_tuple *tuple);
const struct sock *tcpulse_tuple_listener(const struct net *net,
					  const struct tcpulse_tuple *tuple);

#endif /* _TCPULSE_TUPLE_H */
