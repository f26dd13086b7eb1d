// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses and ports: few, so that packets meet each other, sockets and routes. The
 * world that packets_fuzz.sh makes has these addresses.
 */
#include "packet.h"

/* The host's and its peer's more often than those nobody has, or nobody may have. */
static const char * const addresses4[] = {
	"192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.2",
	"10.9.0.1", "10.9.0.2", "198.51.100.1", "198.51.100.7", "203.0.113.1",
	"203.0.113.65", "203.0.113.129", "203.0.113.193", "127.0.0.1", "0.0.0.0",
	"255.255.255.255", "192.0.2.255", "224.0.0.1", "240.0.0.1",
};

static const char * const addresses6[] = {
	"2001:db8::1", "2001:db8::1", "2001:db8::1", "2001:db8::2", "2001:db8::2",
	"2001:db8::2", "2001:db8:9::1", "2001:db8:9::2", "2001:db8:5::1",
	"2001:db8:5::7", "2001:db8:8::1", "2001:db8:8:1::1", "2001:db8:8:2::1",
	"2001:db8:8:3::1", "::1", "::", "ff02::1", "ff0e::1", "fe80::ff:fe00:1",
	"fe80::ff:fe00:2", "::ffff:192.0.2.1", "2001:db8::",
};

#define ENDS 6	/* of the lists: host and peer */

static void address(int family, unsigned int i, __u8 *at)
{
	inet_pton(family, family == AF_INET ? addresses4[i] : addresses6[i], at);
}

static unsigned int any_of(struct rng *r, int family)
{
	unsigned int n = family == AF_INET ? ARRAY_SIZE(addresses4) : ARRAY_SIZE(addresses6);

	return rng_below(r, percent(r, 60) ? ENDS : n);
}

static __u16 port(struct rng *r)
{
	switch (rng_below(r, 6)) {
	case 0:
		return rng_below(r, 65536);
	case 1:
		return PORT_LIVE + rng_below(r, 16);
	case 2:
		return 1024 + rng_below(r, 16);
	default:
		return PORT_LISTEN;
	}
}

/* A number a header may have: any, or one at an end of what is possible. */
static __u32 number(struct rng *r)
{
	return percent(r, 30) ? rng_below(r, 3) - 1 :
	       rng_below(r, 65536) << 16 | rng_below(r, 65536);
}

void flow_between(struct rng *r, struct flow *f, int family)
{
	unsigned int host = rng_below(r, 3);

	f->family = family;
	f->alen = family == AF_INET ? 4 : 16;
	address(family, host, f->to);
	address(family, 3 + rng_below(r, 3), f->from);
	if (percent(r, 30))
		flow_reverse(f);
}

void flow_choose(struct rng *r, struct flow *f)
{
	memset(f, 0, sizeof(*f));
	flow_between(r, f, percent(r, 50) ? AF_INET : AF_INET6);
	if (percent(r, 60))
		address(f->family, any_of(r, f->family), f->from);
	if (percent(r, 30))
		address(f->family, any_of(r, f->family), f->to);
	f->sport = port(r);
	f->dport = port(r);
	f->seq = number(r);
	f->ack = number(r);
}

void flow_reverse(struct flow *f)
{
	struct flow was = *f;

	memcpy(f->from, was.to, sizeof(f->from));
	memcpy(f->to, was.from, sizeof(f->to));
	f->sport = was.dport;
	f->dport = was.sport;
	f->seq = was.ack;
	f->ack = was.seq;
}
