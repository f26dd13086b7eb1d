// SPDX-License-Identifier: GPL-2.0
/* Headers of IPv4 and IPv6, fragments, and what is before the transport's header. */
#include <netinet/ip.h>
#include <netinet/ip6.h>

#include "packet.h"

#define IPV4 20
#define IPV6 40
#define CHAIN 4		/* extension headers, at most */
#define IDS 4		/* few: fragments of different packets shall meet */

/* --- IPv4 ------------------------------------------------------------- */

static void v4_sum(__u8 *h)
{
	put16(h + 10, 0);
	put16(h + 10, sum_fold(sum_add(0, h, (h[0] & 15) * 4)));
}

static __u8 *v4_push(struct packet *p, const struct flow *f, __u8 protocol)
{
	__u8 *h = packet_push(p, IPV4);

	h[0] = 0x45;
	put16(h + 2, p->len);
	h[8] = 64;
	h[9] = protocol;
	memcpy(h + 12, f->from, 4);
	memcpy(h + 16, f->to, 4);
	v4_sum(h);
	return h;
}

/* Options: nothing, a route to record, a source route, or rubbish. */
static void v4_options(struct rng *r, struct packet *p)
{
	static const __u8 kinds[] = { 1, 7, 131, 137, 68, 148 };
	size_t len = 4 * (1 + rng_below(r, 10));
	__u8 *h = p->at, was[IPV4], *opt;

	memcpy(was, h, IPV4);
	h = packet_push(p, len);
	memcpy(h, was, IPV4);
	h[0] = 0x40 | (IPV4 + len) / 4;
	put16(h + 2, p->len);
	opt = h + IPV4;
	packet_fill(r, opt, len);
	opt[0] = kinds[rng_below(r, ARRAY_SIZE(kinds))];
	opt[1] = len - rng_below(r, 2);
	opt[2] = 4 + 4 * rng_below(r, 2);
}

static void v4_spoil(struct rng *r, __u8 *h)
{
	switch (rng_below(r, 8)) {
	case 0:
		h[0] = rng_below(r, 256);
		break;
	case 1:
		packet_fill(r, h + 2, 2);
		break;
	case 2:
		put16(h + 2, (h[2] << 8 | h[3]) + rng_below(r, 9) - 4);
		break;
	case 3:
		packet_fill(r, h + 6, 2);
		break;
	case 4:
		h[9] = rng_below(r, 256);
		break;
	default:
		h[8] = rng_below(r, 3);
	}
}

static void v4_finish(struct rng *r, __u8 *h)
{
	put16(h + 4, rng_below(r, IDS));
	if (percent(r, 10))
		v4_spoil(r, h);
	v4_sum(h);
	if (percent(r, 3))
		packet_fill(r, h + 10, 2);
}

/* --- IPv6 ------------------------------------------------------------- */

static __u8 *v6_push(struct packet *p, const struct flow *f, __u8 protocol)
{
	__u8 *h = packet_push(p, IPV6);

	h[0] = 0x60;
	put16(h + 4, p->len - IPV6);
	h[6] = protocol;
	h[7] = 64;
	memcpy(h + 8, f->from, 16);
	memcpy(h + 24, f->to, 16);
	return h;
}

static void v6_spoil(struct rng *r, __u8 *h)
{
	switch (rng_below(r, 6)) {
	case 0:
		h[0] = rng_below(r, 256);
		break;
	case 1:
		packet_fill(r, h + 4, 2);
		break;
	case 2:
		put16(h + 4, (h[4] << 8 | h[5]) + rng_below(r, 9) - 4);
		break;
	case 3:
		h[6] = rng_below(r, 256);
		break;
	default:
		h[7] = rng_below(r, 3);
	}
}

/* Padding, or what may be rubbish. */
static __u8 extension_push(struct rng *r, struct packet *p, __u8 next)
{
	static const __u8 kinds[] = { IPPROTO_HOPOPTS, IPPROTO_DSTOPTS, IPPROTO_DSTOPTS,
				      IPPROTO_DSTOPTS, IPPROTO_ROUTING, IPPROTO_FRAGMENT,
				      IPPROTO_AH };
	size_t len = 8 * (1 + rng_below(r, 3));
	__u8 kind = kinds[rng_below(r, ARRAY_SIZE(kinds))];
	__u8 *h;

	if (kind == IPPROTO_FRAGMENT)
		len = 8;
	h = packet_push(p, len);
	if (percent(r, 20))
		packet_fill(r, h, len);
	h[0] = next;
	if (kind == IPPROTO_FRAGMENT)
		return kind;
	h[1] = percent(r, 92) ? len / 8 - 1 : rng_below(r, 256);
	if (kind != IPPROTO_ROUTING && percent(r, 80)) {
		h[2] = 1;
		h[3] = len - 4;
	}
	return kind;
}

static __u8 extensions_push(struct rng *r, struct packet *p, __u8 next)
{
	unsigned int n = percent(r, 30) ? rng_below(r, CHAIN + 1) : 0;

	while (n--)
		next = extension_push(r, p, next);
	return next;
}

/* --- fragments ---------------------------------------------------------- */

static void v4_fragment(struct packet *p, const struct flow *f, __u8 protocol,
			unsigned int id, unsigned int offset)
{
	__u8 *h = v4_push(p, f, protocol);

	put16(h + 4, id);
	put16(h + 6, offset);
	v4_sum(h);
}

static void v6_fragment(struct packet *p, const struct flow *f, __u8 protocol,
			unsigned int id, unsigned int offset)
{
	__u8 *h = packet_push(p, 8);

	h[0] = protocol;
	put16(h + 2, offset);
	put32(h + 4, id);
	v6_push(p, f, IPPROTO_FRAGMENT);
}

/* Both parts, which overlap at times: one goes out now, the other with the next packet. */
static void split(struct maker *m, __u8 protocol)
{
	const bool v4 = m->flow.family == AF_INET;
	unsigned int units = rng_below(&m->r, m->p.len / 8 + 1), id = rng_below(&m->r, IDS);
	unsigned int offset = units && percent(&m->r, 5) ? units - 1 : units;
	struct packet *rest = &m->rest;
	size_t tail = m->p.len - units * 8;

	packet_begin(rest);
	memcpy(packet_put(rest, tail), m->p.at + units * 8, tail);
	m->p.len = units * 8;
	if (v4) {
		v4_fragment(&m->p, &m->flow, protocol, id, IP_MF);
		v4_fragment(rest, &m->flow, protocol, id, offset);
	} else {
		v6_fragment(&m->p, &m->flow, protocol, id, 1);
		v6_fragment(rest, &m->flow, protocol, id, offset * 8);
	}
	rest->family = m->flow.family;
}

/* --- all of it ---------------------------------------------------------- */

void network_push_plain(struct packet *p, const struct flow *f, __u8 protocol)
{
	if (f->family == AF_INET)
		v4_push(p, f, protocol);
	else
		v6_push(p, f, protocol);
	p->family = f->family;
}

static void v4_network(struct maker *m, __u8 protocol)
{
	v4_push(&m->p, &m->flow, protocol);
	if (percent(&m->r, 6))
		v4_options(&m->r, &m->p);
	v4_finish(&m->r, m->p.at);
}

static void v6_network(struct maker *m, __u8 protocol)
{
	__u8 *h;

	protocol = extensions_push(&m->r, &m->p, protocol);
	h = v6_push(&m->p, &m->flow, protocol);
	if (percent(&m->r, 10))
		v6_spoil(&m->r, h);
}

void network_push(struct maker *m, __u8 protocol)
{
	if (percent(&m->r, 12))
		split(m, protocol);
	else if (m->flow.family == AF_INET)
		v4_network(m, protocol);
	else
		v6_network(m, protocol);
	m->p.family = m->flow.family;
}
