// SPDX-License-Identifier: GPL-2.0
/* Bytes of packets, and their sums. */
#include <err.h>

#include "packet.h"

void packet_begin(struct packet *p)
{
	p->at = p->room + PACKET_HEADROOM;
	p->len = 0;
	p->family = 0;
}

/* One that has no room for more is overwritten from its beginning. */
__u8 *packet_push(struct packet *p, size_t n)
{
	if ((size_t)(p->at - p->room) < n)
		return p->at;
	p->at -= n;
	p->len += n;
	memset(p->at, 0, n);
	return p->at;
}

__u8 *packet_put(struct packet *p, size_t n)
{
	__u8 *end = p->at + p->len;

	if (end + n > p->room + sizeof(p->room))
		errx(1, "a packet is longer than the longest can be");
	p->len += n;
	memset(end, 0, n);
	return end;
}

void packet_fill(struct rng *r, __u8 *at, size_t n)
{
	while (n--)
		*at++ = rng_below(r, 256);
}

__u32 sum_add(__u32 sum, const void *data, size_t len)
{
	const __u8 *p = data;
	size_t i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? p[i] : p[i] << 8;
	return sum;
}

__u16 sum_fold(__u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

__u32 sum_pseudo(const struct flow *f, __u8 protocol, size_t len)
{
	return sum_add(sum_add(protocol + len, f->from, f->alen), f->to, f->alen);
}

void put16(__u8 *at, unsigned int v)
{
	at[0] = v >> 8;
	at[1] = v;
}

void put32(__u8 *at, __u32 v)
{
	put16(at, v >> 16);
	put16(at + 2, v);
}
