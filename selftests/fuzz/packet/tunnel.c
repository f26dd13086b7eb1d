// SPDX-License-Identifier: GPL-2.0
/* Packets inside of others, as each kind of tunnel takes them, and Ethernet. */
#include <netinet/if_ether.h>

#include "packet.h"

#define DEEP 3	/* tunnels in each other */

/* 02:00:00:00:00:01 is most devices of the host, :02 every one of its peer. */
static void mac(struct rng *r, __u8 *at, bool to)
{
	if (percent(r, 8)) {
		packet_fill(r, at, ETH_ALEN);
		return;
	}
	at[0] = 2;
	at[5] = percent(r, 60) ? 1 : 2 + rng_below(r, 2);
	if (to && percent(r, 5))
		memset(at, 0xff, ETH_ALEN);
}

static unsigned int ethertype(struct rng *r, int family)
{
	if (percent(r, 3))
		return rng_below(r, 65536);
	return family == AF_INET ? ETHERTYPE_IP : ETHERTYPE_IPV6;
}

void ethernet_push(struct rng *r, struct packet *p)
{
	unsigned int type = ethertype(r, p->family);
	__u8 *h;

	while (percent(r, 8)) {
		h = packet_push(p, 4);
		put16(h, rng_below(r, 8));
		put16(h + 2, type);
		type = percent(r, 80) ? ETHERTYPE_VLAN : 0x88a8;
	}
	h = packet_push(p, ETH_HLEN);
	mac(r, h, true);
	mac(r, h + ETH_ALEN, false);
	put16(h + 12, type);
	p->family = 0;
}

/* --- each kind: returns the protocol of the header outside ---------------- */

static __u8 ip_wrap(struct maker *m)
{
	return m->p.family == AF_INET ? IPPROTO_IPIP : IPPROTO_IPV6;
}

static __u8 gre_wrap(struct maker *m)
{
	static const __u8 bits[] = { 0, 0, 0, 0x20, 0x10, 0x80, 0xb0 };
	__u8 flags = bits[rng_below(&m->r, ARRAY_SIZE(bits))];
	unsigned int type = ethertype(&m->r, m->p.family);
	__u8 *h;

	if (percent(&m->r, 30)) {
		ethernet_push(&m->r, &m->p);
		type = percent(&m->r, 80) ? 0x6558 : 0x88be;
	}
	h = packet_push(&m->p, 4 + 4 * (!!(flags & 0x80) + !!(flags & 0x20) + !!(flags & 0x10)));
	h[0] = flags;
	put16(h + 2, type);
	if (flags & 0x80)
		put16(h + 4, sum_fold(sum_add(0, h, m->p.len)));
	return IPPROTO_GRE;
}

static __u8 udp_wrap(struct maker *m, unsigned int port, const struct flow *outer)
{
	__u8 *h = packet_push(&m->p, 8);

	put16(h, 1024 + rng_below(&m->r, 8));
	put16(h + 2, port);
	put16(h + 4, m->p.len);
	if (percent(&m->r, 70))
		put16(h + 6, sum_fold(sum_add(sum_pseudo(outer, IPPROTO_UDP, m->p.len),
					      h, m->p.len)));
	return IPPROTO_UDP;
}

/* No options: where it has metadata, 6.12 warns of how it copies them itself. */
static __u8 geneve_wrap(struct maker *m, const struct flow *outer)
{
	unsigned int type = 0x6558;
	__u8 *h;

	if (percent(&m->r, 85))
		ethernet_push(&m->r, &m->p);
	else
		type = ethertype(&m->r, m->p.family);
	h = packet_push(&m->p, 8);
	h[1] = percent(&m->r, 10) ? rng_below(&m->r, 256) : 0;
	put16(h + 2, type);
	h[6] = percent(&m->r, 90) ? 42 : 0;
	return udp_wrap(m, 6081, outer);
}

static __u8 vxlan_wrap(struct maker *m, const struct flow *outer)
{
	__u8 *h;

	ethernet_push(&m->r, &m->p);
	h = packet_push(&m->p, 8);
	h[0] = percent(&m->r, 95) ? 8 : rng_below(&m->r, 256);
	h[6] = percent(&m->r, 90) ? 42 : 0;
	return udp_wrap(m, 4789, outer);
}

/* ESP that encrypts and signs nothing, as the world's xfrm states have it. */
static __u8 esp_wrap(struct maker *m)
{
	__u8 next = ip_wrap(m), *h;
	size_t pad = (2 - m->p.len) & 3;

	h = packet_put(&m->p, pad + 2);
	h[pad] = pad;
	h[pad + 1] = next;
	h = packet_push(&m->p, 8);
	put32(h, 0x100);
	put32(h + 4, rng_below(&m->r, 65536));
	return IPPROTO_ESP;
}

static __u8 wrap(struct maker *m, const struct flow *outer)
{
	switch (rng_below(&m->r, 8)) {
	case 0:
	case 1:
		return ip_wrap(m);
	case 2:
	case 3:
		return gre_wrap(m);
	case 4:
	case 5:
		return geneve_wrap(m, outer);
	case 6:
		return vxlan_wrap(m, outer);
	default:
		return esp_wrap(m);
	}
}

/* One in three, some of them twice. The header outside is as often wrong as any. */
void tunnel_wrap(struct maker *m)
{
	unsigned int depth = 0;
	__u8 protocol;

	while (depth++ < DEEP && percent(&m->r, 33)) {
		flow_between(&m->r, &m->flow, percent(&m->r, 65) ? AF_INET : AF_INET6);
		protocol = wrap(m, &m->flow);
		network_push(m, protocol);
	}
}
