// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: behind N KIND...
 *
 * Sends N SYNs of each KIND to TRAFFIC_ADDRESS6, behind extension headers of IPv6:
 *
 *	options		that say nothing
 *	refused		an option that nobody knows, with which the packet is to be dropped
 *	refused-next	the same, in a second header
 *	routed		a routing header of unknown type, with an address to go to
 *	atomic		a fragment that is all of the packet
 *	atomic-refused	that, and behind it what refuses it
 *	fragment	the first one of a segment whose rest never comes
 *
 * TCP's checksum is wrong in all: those that come to TCP are counted by it, and not
 * answered.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>

#include "raw.h"

enum { PAD = 1, UNKNOWN_DISCARD = 0x5e };

struct packet {
	struct ip6_hdr ip;
	__u8 data[128];
	size_t len;
	__u8 *next;	/* where the next header's number goes */
};

/* header KIND, of 8 bytes, BYTES being the six after the first two */
static void push(struct packet *p, __u8 kind, const char *bytes)
{
	__u8 *header = p->data + p->len;

	*p->next = kind;
	p->next = header;
	header[1] = 0;
	memcpy(header + 2, bytes, 6);
	p->len += 8;
}

static void push_options(struct packet *p, __u8 option)
{
	const char bytes[6] = { (char)option, 4 };

	push(p, IPPROTO_DSTOPTS, bytes);
}

/* ID makes each an other packet's */
static void push_fragment(struct packet *p, bool more, __u8 id)
{
	const char bytes[6] = { 0, more, 'T', 'C', 'P', (char)id };

	push(p, IPPROTO_FRAGMENT, bytes);
}

static void push_routing(struct packet *p)
{
	/* type, addresses left */
	const char bytes[6] = { (char)253, 1 };

	push(p, IPPROTO_ROUTING, bytes);
}

static void push_syn(struct packet *p, __u16 port)
{
	struct tcphdr th = {
		.th_sport = htons(port), .th_dport = htons(80), .th_off = sizeof(th) / 4,
		.th_flags = TH_SYN, .th_sum = htons(0xbad),
	};

	*p->next = IPPROTO_TCP;
	memcpy(p->data + p->len, &th, sizeof(th));
	/* fragments are of eight bytes each */
	p->len += sizeof(th) + 4;
}

static void push_kind(struct packet *p, const char *kind, __u8 i)
{
	if (!strcmp(kind, "options")) {
		push_options(p, PAD);
	} else if (!strcmp(kind, "refused")) {
		push_options(p, UNKNOWN_DISCARD);
	} else if (!strcmp(kind, "refused-next")) {
		push_options(p, PAD);
		push_options(p, UNKNOWN_DISCARD);
	} else if (!strcmp(kind, "routed")) {
		push_routing(p);
	} else if (!strcmp(kind, "atomic")) {
		push_fragment(p, false, i);
	} else if (!strcmp(kind, "atomic-refused")) {
		push_fragment(p, false, i);
		push_options(p, UNKNOWN_DISCARD);
	} else if (!strcmp(kind, "fragment")) {
		push_fragment(p, true, i);
	} else {
		errx(2, "unknown kind %s", kind);
	}
}

static void send_one(int fd, const union addr *to, const char *kind, unsigned int i)
{
	struct packet p = {
		.ip.ip6_src = to->in6.sin6_addr, .ip.ip6_dst = to->in6.sin6_addr,
	};

	p.ip.ip6_vfc = 6 << 4;
	p.ip.ip6_hlim = 64;
	p.next = &p.ip.ip6_nxt;
	push_kind(&p, kind, i);
	push_syn(&p, 1024 + i);
	p.ip.ip6_plen = htons(p.len);
	if (sendto(fd, &p, sizeof(p.ip) + p.len, 0, &to->sa, sizeof(to->in6)) < 0)
		err(1, "send");
}

int main(int argc, char **argv)
{
	unsigned int i, n;
	union addr to;
	int kind, fd;

	if (argc < 3)
		errx(2, "usage: behind N KIND...");
	n = strtoul(argv[1], NULL, 10);
	own_address(AF_INET6, false, &to);
	/* raw sockets take no port */
	to.in6.sin6_port = 0;
	fd = raw_open(AF_INET6);
	if (fd < 0)
		err(1, "raw socket");
	for (kind = 2; kind < argc; kind++)
		for (i = 0; i < n; i++)
			send_one(fd, &to, argv[kind], i);
	return 0;
}
