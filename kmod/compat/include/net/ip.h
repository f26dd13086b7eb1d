/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadows <net/ip.h>: how ip_local_port_range is changed. Both ends are handed
 * over as one number, high << 16 | low.
 */
#ifndef _TCPULSE_COMPAT_NET_IP_H
#define _TCPULSE_COMPAT_NET_IP_H

#include_next <net/ip.h>
#include <tcpulse/answers.h>

#if TCPULSE_HAVE_LOCAL_PORTS_LOCK
static inline u32 __tcpulse_local_ports(const struct local_ports *ports)
{
	return (u32)ports->range[1] << 16 | ports->range[0];
}

static inline u32 tcpulse_local_ports_swap(struct net *net, u32 range)
{
	struct local_ports *ports = &net->ipv4.ip_local_ports;
	u32 old;

	write_seqlock_bh(&ports->lock);
	old = __tcpulse_local_ports(ports);
	ports->range[0] = range & 0xffff;
	ports->range[1] = range >> 16;
	write_sequnlock_bh(&ports->lock);
	return old;
}

static inline bool tcpulse_local_ports_replace(struct net *net, u32 old,
					       u32 range)
{
	struct local_ports *ports = &net->ipv4.ip_local_ports;
	bool same;

	write_seqlock_bh(&ports->lock);
	same = __tcpulse_local_ports(ports) == old;
	if (same) {
		ports->range[0] = range & 0xffff;
		ports->range[1] = range >> 16;
	}
	write_sequnlock_bh(&ports->lock);
	return same;
}
#else
static inline u32 tcpulse_local_ports_swap(struct net *net, u32 range)
{
	return xchg(&net->ipv4.ip_local_ports.range, range);
}

static inline bool tcpulse_local_ports_replace(struct net *net, u32 old,
					       u32 range)
{
	return cmpxchg(&net->ipv4.ip_local_ports.range, old, range) == old;
}
#endif

#endif /* _TCPULSE_COMPAT_NET_IP_H */
