// SPDX-License-Identifier: GPL-2.0
/* What is no segment: UDP, ICMP that tells of one, and protocols that nobody knows. */
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

#include "packet.h"

static __u8 udp_make(struct maker *m)
{
	size_t payload = rng_below(&m->r, 100);
	__u8 *uh;

	packet_fill(&m->r, packet_put(&m->p, payload), payload);
	uh = packet_push(&m->p, 8);
	put16(uh, m->flow.sport);
	put16(uh + 2, m->flow.dport);
	put16(uh + 4, percent(&m->r, 90) ? m->p.len : rng_below(&m->r, 65536));
	if (percent(&m->r, 80))
		put16(uh + 6, sum_fold(sum_add(sum_pseudo(&m->flow, IPPROTO_UDP, m->p.len),
					       uh, m->p.len)));
	return IPPROTO_UDP;
}

/* The type, the code and what else there is in the first 8 bytes. */
static void icmp_head(struct rng *r, int family, __u8 *at)
{
	static const __u8 types4[] = { ICMP_DEST_UNREACH, ICMP_DEST_UNREACH, ICMP_TIME_EXCEEDED,
				       ICMP_PARAMETERPROB, ICMP_REDIRECT, ICMP_SOURCE_QUENCH };
	static const __u8 types6[] = { ICMP6_DST_UNREACH, ICMP6_PACKET_TOO_BIG,
				       ICMP6_TIME_EXCEEDED, ICMP6_PARAM_PROB, 137 };

	at[0] = family == AF_INET ? types4[rng_below(r, ARRAY_SIZE(types4))] :
				    types6[rng_below(r, ARRAY_SIZE(types6))];
	if (percent(r, 5))
		at[0] = rng_below(r, 256);
	at[1] = rng_below(r, percent(r, 95) ? 16 : 256);
	/* an MTU, a gateway or a pointer */
	put16(at + 6, percent(r, 50) ? 500 + rng_below(r, 1000) : rng_below(r, 65536));
}

static __u8 icmp_finish(struct maker *m)
{
	const bool v4 = m->flow.family == AF_INET;
	const __u8 protocol = v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	__u32 sum = v4 ? 0 : sum_pseudo(&m->flow, protocol, m->p.len);

	put16(m->p.at + 2, sum_fold(sum_add(sum, m->p.at, m->p.len)));
	if (percent(&m->r, 5))
		packet_fill(&m->r, m->p.at + 2, 2);
	return protocol;
}

/* It tells of a segment that the receiver may have sent; as much of it as some send. */
static __u8 error_make(struct maker *m)
{
	struct flow to = m->flow;
	__u8 protocol;

	flow_reverse(&m->flow);
	protocol = segment_make(m);
	network_push_plain(&m->p, &m->flow, protocol);
	m->flow = to;
	if (percent(&m->r, 60) && m->p.len > 28)
		m->p.len = 28 + rng_below(&m->r, m->p.len - 27);
	if (percent(&m->r, 10))
		m->p.len = rng_below(&m->r, m->p.len + 1);
	icmp_head(&m->r, m->flow.family, packet_push(&m->p, 8));
	return icmp_finish(m);
}

static __u8 echo_make(struct maker *m)
{
	__u8 *ih;

	packet_put(&m->p, rng_below(&m->r, 64));
	ih = packet_push(&m->p, 8);
	ih[0] = m->flow.family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
	return icmp_finish(m);
}

static __u8 unknown_make(struct maker *m)
{
	size_t payload = rng_below(&m->r, 100);

	packet_fill(&m->r, packet_put(&m->p, payload), payload);
	return rng_below(&m->r, 256);
}

__u8 message_make(struct maker *m)
{
	switch (rng_below(&m->r, 8)) {
	case 0:
		return udp_make(m);
	case 1:
		return echo_make(m);
	case 2:
		return unknown_make(m);
	default:
		return error_make(m);
	}
}
