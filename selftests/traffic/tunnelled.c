// SPDX-License-Identifier: GPL-2.0
/*
 * TCP segments inside tunnels, such as a host drops before it has routed them:
 *
 *   tunnelled [-n COUNT] geneve|vxlan|gre|ipip ADDRESS END
 *
 * To the tunnel whose end is at END sends COUNT SYNs (1) for ADDRESS. They cannot be
 * delivered: the Ethernet address they are for is nobody's, or, in a tunnel that has
 * none, the checksum of the IPv4 header is wrong. Prints nothing.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>

#include "sock.h"

#define ETHERNET 14	/* bytes of its header */

/* How a tunnel is told from others, and what comes before what it carries. */
struct tunnel {
	const char *name;
	int protocol;	/* of the outer header */
	int port;	/* of UDP, 0 for a tunnel without */
	__u8 header[8];
	size_t len;
	bool ethernet;
};

static const struct tunnel tunnels[] = {
	{ "geneve", IPPROTO_UDP, 6081, { 0, 0, 0x65, 0x58, 0, 0, 42, 0 }, 8, true },
	{ "vxlan", IPPROTO_UDP, 4789, { 8, 0, 0, 0, 0, 0, 42, 0 }, 8, true },
	{ "gre", IPPROTO_GRE, 0, { 0, 0, 8, 0 }, 4, false },
	{ "ipip", IPPROTO_IPIP, 0, { 0 }, 0, false },
};

static const struct tunnel *find_tunnel(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tunnels); i++)
		if (!strcmp(tunnels[i].name, name))
			return &tunnels[i];
	errx(1, "no tunnel %s", name);
}

static __u16 checksum(const void *data, size_t len)
{
	const __u8 *p = data;
	__u32 sum = 0;
	size_t i;

	for (i = 0; i < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

/* Returns how long it is. */
static size_t fill_segment(__u8 *at, const struct in_addr *to, bool valid)
{
	struct iphdr ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP };
	struct tcphdr th = { .th_sport = htons(1234), .th_dport = htons(80), .th_off = 5,
			     .th_flags = TH_SYN };

	ip.tot_len = htons(sizeof(ip) + sizeof(th));
	ip.saddr = htonl(ntohl(to->s_addr) ^ 3);
	ip.daddr = to->s_addr;
	ip.check = checksum(&ip, sizeof(ip)) ^ (valid ? 0 : htons(1));
	memcpy(at, &ip, sizeof(ip));
	memcpy(at + sizeof(ip), &th, sizeof(th));
	return sizeof(ip) + sizeof(th);
}

static size_t fill_packet(__u8 *at, const struct tunnel *t, const struct in_addr *to)
{
	static const __u8 ethernet[ETHERNET] = { 2, 0xde, 0xad, 0xbe, 0xef, 1,
						 2, 0, 0, 0, 0, 2, 8, 0 };
	__u8 *p = at;

	memcpy(p, t->header, t->len);
	p += t->len;
	if (t->ethernet) {
		memcpy(p, ethernet, sizeof(ethernet));
		p += sizeof(ethernet);
	}
	return p - at + fill_segment(p, to, t->ethernet);
}

int main(int argc, char **argv)
{
	struct sockaddr_in end = { .sin_family = AF_INET };
	const struct tunnel *t;
	__u8 packet[128];
	struct in_addr to;
	int c, fd, n = 1;
	size_t len;

	while ((c = getopt(argc, argv, "n:")) == 'n')
		n = atoi(optarg);
	if (c != -1 || argc - optind != 3)
		errx(1, "usage: tunnelled [-n COUNT] TUNNEL ADDRESS END");
	t = find_tunnel(argv[optind]);
	if (inet_pton(AF_INET, argv[optind + 1], &to) != 1 ||
	    inet_pton(AF_INET, argv[optind + 2], &end.sin_addr) != 1)
		errx(1, "no such address");
	end.sin_port = htons(t->port);
	fd = socket(AF_INET, t->port ? SOCK_DGRAM : SOCK_RAW, t->protocol);
	if (fd < 0)
		err(1, "socket");
	len = fill_packet(packet, t, &to);
	while (n-- > 0)
		if (sendto(fd, packet, len, 0, (struct sockaddr *)&end, sizeof(end)) < 0)
			err(1, "send");
	return 0;
}
