/* SPDX-License-Identifier: GPL-2.0 */
/* Shadows <net/inet6_hashtables.h>: as <net/inet_hashtables.h>. */
#ifndef _TCPULSE_COMPAT_NET_INET6_HASHTABLES_H
#define _TCPULSE_COMPAT_NET_INET6_HASHTABLES_H

#include_next <net/inet6_hashtables.h>
#include <tcpulse/answers.h>

#if IS_ENABLED(CONFIG_IPV6)
static inline struct sock *
tcpulse_inet6_lookup(const struct net *net, const struct in6_addr *saddr,
		     __be16 sport, const struct in6_addr *daddr, u16 hnum,
		     int dif, int sdif)
{
#if TCPULSE_HAVE_LOOKUP6_HASHINFO
	return __inet6_lookup_established((struct net *)net,
					  net->ipv4.tcp_death_row.hashinfo,
					  saddr, sport, daddr, hnum, dif, sdif);
#else
	return __inet6_lookup_established(net, saddr, sport, daddr, hnum, dif,
					  sdif);
#endif
}

static inline struct sock *
tcpulse_inet6_lookup_listener(const struct net *net,
			      const struct in6_addr *saddr, __be16 sport,
			      const struct in6_addr *daddr, u16 hnum, int dif,
			      int sdif)
{
#if TCPULSE_HAVE_LOOKUP6_LISTENER_HASHINFO
	return inet6_lookup_listener((struct net *)net,
				     net->ipv4.tcp_death_row.hashinfo, NULL, 0,
				     saddr, sport, daddr, hnum, dif, sdif);
#else
	return inet6_lookup_listener(net, NULL, 0, saddr, sport, daddr, hnum,
				     dif, sdif);
#endif
}
#endif

#endif /* _TCPULSE_COMPAT_NET_INET6_HASHTABLES_H */
