// SPDX-License-Identifier: GPL-2.0
/* Segments of TCP: every combination of flags, options that make sense and such that do not. */
#include <netinet/tcp.h>

#include "packet.h"

#define HEADER 20
#define OPTIONS 40	/* bytes, at most */

/* Kinds with the lengths that they should have; 1 has none. */
static const __u8 known_options[][2] = {
	{ TCPOPT_NOP, 1 }, { TCPOPT_MAXSEG, 4 }, { TCPOPT_WINDOW, 3 },
	{ TCPOPT_SACK_PERMITTED, 2 }, { TCPOPT_TIMESTAMP, 10 }, { TCPOPT_SACK, 10 },
	{ 19, 18 }, { 29, 16 }, { 30, 12 }, { 34, 2 }, { 34, 10 }, { 254, 6 },
};

/*
 * What a handshake and a close consist of comes more often than nonsense, half of which
 * has a RST: connections shall live a while.
 */
static __u8 flags(struct rng *r)
{
	static const __u8 usual[] = {
		TH_SYN, TH_SYN, TH_SYN | TH_ACK, TH_ACK, TH_ACK, TH_ACK, TH_PUSH | TH_ACK,
		TH_FIN | TH_ACK, TH_FIN | TH_ACK, TH_FIN | TH_ACK, TH_RST, TH_RST | TH_ACK,
	};

	return percent(r, 90) ? usual[rng_below(r, ARRAY_SIZE(usual))] : rng_below(r, 256);
}

static void option(struct rng *r, __u8 *at, size_t room)
{
	const __u8 *known = known_options[rng_below(r, ARRAY_SIZE(known_options))];
	size_t len = known[1];

	packet_fill(r, at, room < len ? room : len);
	at[0] = known[0];
	if (len > 1 && room > 1)
		at[1] = percent(r, 90) ? len : rng_below(r, 256);
}

/* Returns how many bytes, a multiple of 4. */
static size_t options(struct rng *r, __u8 *at)
{
	size_t len = 4 * rng_below(r, OPTIONS / 4 + 1), i;

	if (percent(r, 50))
		return 0;
	memset(at, TCPOPT_NOP, len);
	for (i = 0; i < len; i += at[i] == TCPOPT_NOP || i + 1 == len || !at[i + 1] ? 1 : at[i + 1])
		option(r, at + i, len - i);
	return len;
}

static void fill(struct maker *m, __u8 *th, size_t optlen)
{
	struct rng *r = &m->r;

	put16(th, m->flow.sport);
	put16(th + 2, m->flow.dport);
	put32(th + 4, m->flow.seq);
	put32(th + 8, m->flow.ack);
	th[12] = (HEADER + optlen) / 4 << 4;
	if (percent(r, 8))
		th[12] = rng_below(r, 256);
	th[13] = flags(r);
	put16(th + 14, percent(r, 80) ? 65535 : rng_below(r, 65536));
	if (percent(r, 5))
		put16(th + 18, rng_below(r, 65536));
}

__u8 segment_make(struct maker *m)
{
	__u8 opt[OPTIONS + 256];
	size_t optlen = options(&m->r, opt), payload = 0;
	__u8 *th;

	if (percent(&m->r, 40))
		payload = rng_below(&m->r, percent(&m->r, 90) ? 64 : 1400);
	packet_put(&m->p, payload);
	memcpy(packet_push(&m->p, optlen), opt, optlen);
	th = packet_push(&m->p, HEADER);
	fill(m, th, optlen);
	put16(th + 16, sum_fold(sum_add(sum_pseudo(&m->flow, IPPROTO_TCP, m->p.len),
					th, m->p.len)));
	if (percent(&m->r, 5))
		packet_fill(&m->r, th + 16, 2);
	/* cut off in the middle of the header */
	if (percent(&m->r, 4))
		m->p.len = rng_below(&m->r, m->p.len);
	return IPPROTO_TCP;
}
