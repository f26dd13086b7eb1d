/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadows <net/inet_hashtables.h>: TCP has one table of connections a
 * namespace, and newer lookups find it themselves.
 */
#ifndef _TCPULSE_COMPAT_NET_INET_HASHTABLES_H
#define _TCPULSE_COMPAT_NET_INET_HASHTABLES_H

#include_next <net/inet_hashtables.h>
#include <tcpulse/answers.h>

static inline struct sock *
tcpulse_inet_lookup(const struct net *net, __be32 saddr, __be16 sport,
		    __be32 daddr, u16 hnum, int dif, int sdif)
{
#if TCPULSE_HAVE_LOOKUP_HASHINFO
	return __inet_lookup_established((struct net *)net,
					 net->ipv4.tcp_death_row.hashinfo,
					 saddr, sport, daddr, hnum, dif, sdif);
#else
	return __inet_lookup_established(net, saddr, sport, daddr, hnum, dif,
					 sdif);
#endif
}

/* No packet, hence no program of a SO_REUSEPORT group is run. */
static inline struct sock *
tcpulse_inet_lookup_listener(const struct net *net, __be32 saddr, __be16 sport,
			     __be32 daddr, u16 hnum, int dif, int sdif)
{
#if TCPULSE_HAVE_LOOKUP_LISTENER_HASHINFO
	return __inet_lookup_listener((struct net *)net,
				      net->ipv4.tcp_death_row.hashinfo, NULL, 0,
				      saddr, sport, daddr, hnum, dif, sdif);
#else
	return __inet_lookup_listener(net, NULL, 0, saddr, sport, daddr, hnum,
				      dif, sdif);
#endif
}

#endif /* _TCPULSE_COMPAT_NET_INET_HASHTABLES_H */
