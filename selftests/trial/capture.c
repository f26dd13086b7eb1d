// SPDX-License-Identifier: GPL-2.0
/*
 * A packet socket in place of tcpdump: it costs no process, and what it has is of
 * the same instant as what else is read at rest.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "capture.h"

#define ROOM (8 << 20)

int capture_open(struct capture *c, const char *device)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(device),
	};
	int room = ROOM;

	memset(c, 0, sizeof(*c));
	c->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return -1;
	setsockopt(c->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	return bind(c->fd, (void *)&at, sizeof(at));
}

static void count(struct capture *c, int family, bool in, const struct tcphdr *th, int payload)
{
	__u64 *n = c->n[family][in];

	if (th->syn)
		n[th->ack ? SEEN_SYN_ACK : SEEN_SYN]++;
	if (th->syn && !th->ack && payload > 0)
		n[SEEN_SYN_DATA]++;
	if (th->fin)
		n[SEEN_FIN]++;
	if (th->rst)
		n[SEEN_RST]++;
}

static bool is_own4(__be32 address, const union addr *at)
{
	return address == at->in.sin_addr.s_addr || ntohl(address) >> 24 == 127;
}

static void see4(struct capture *c, const void *packet, ssize_t len, bool in,
		 const union addr *at)
{
	const struct iphdr *ip = packet;
	const struct tcphdr *th = packet + ip->ihl * 4;

	if (len < (ssize_t)sizeof(*ip) || ip->protocol != IPPROTO_TCP ||
	    len < ip->ihl * 4 + (ssize_t)sizeof(*th) || (in && !is_own4(ip->daddr, at)))
		return;
	count(c, 0, in, th, ntohs(ip->tot_len) - ip->ihl * 4 - th->doff * 4);
}

static void see6(struct capture *c, const void *packet, ssize_t len, bool in,
		 const union addr *at)
{
	const struct ip6_hdr *ip = packet;
	const struct tcphdr *th = packet + sizeof(*ip);

	if (len < (ssize_t)(sizeof(*ip) + sizeof(*th)) || ip->ip6_nxt != IPPROTO_TCP ||
	    (in && memcmp(&ip->ip6_dst, &at->in6.sin6_addr, 16)))
		return;
	count(c, 1, in, th, ntohs(ip->ip6_plen) - th->doff * 4);
}

void capture_read(struct capture *c, const union addr at[2])
{
	struct tpacket_stats stats = { 0 };
	socklen_t size = sizeof(stats);
	struct sockaddr_ll from;
	socklen_t from_len;
	char packet[128];
	ssize_t len;
	bool in;

	for (;;) {
		from_len = sizeof(from);
		len = recvfrom(c->fd, packet, sizeof(packet), 0, (void *)&from, &from_len);
		if (len < 0)
			break;
		in = from.sll_pkttype != PACKET_OUTGOING;
		if (from.sll_protocol == htons(ETH_P_IP))
			see4(c, packet, len, in, &at[0]);
		else if (from.sll_protocol == htons(ETH_P_IPV6))
			see6(c, packet, len, in, &at[1]);
	}
	if (getsockopt(c->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) || stats.tp_drops)
		c->lost = true;
}
