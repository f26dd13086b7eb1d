// SPDX-License-Identifier: GPL-2.0
/*
 * Single TCP segments from any address, with no options: enough to open half a
 * connection that nobody will answer for, or to end one from outside.
 */
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>

#include "raw.h"

#ifndef IPV6_HDRINCL
#define IPV6_HDRINCL 36
#endif

int raw_open(int family)
{
	int on = 1, fd;

	fd = socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	if (fd < 0)
		return -1;
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_HDRINCL, &on, sizeof(on));
	if (!to_device(fd))
		return fd;
	close(fd);
	return -1;
}

void raw_unmap(union addr *a)
{
	union addr v4 = { .in.sin_family = AF_INET };

	if (a->sa.sa_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&a->in6.sin6_addr))
		return;
	v4.in.sin_port = a->in6.sin6_port;
	memcpy(&v4.in.sin_addr, &a->in6.sin6_addr.s6_addr[12], 4);
	*a = v4;
}

static __u32 add(__u32 sum, const void *data, size_t len)
{
	const __u8 *p = data;
	size_t i;

	for (i = 0; i < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	return sum;
}

static __u16 fold(__u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

static void fill_tcp(struct tcphdr *th, in_port_t from, in_port_t to, __u32 seq, __u8 flags)
{
	memset(th, 0, sizeof(*th));
	th->th_sport = from;
	th->th_dport = to;
	th->th_seq = htonl(seq);
	th->th_off = sizeof(*th) / 4;
	th->th_flags = flags;
	th->th_win = htons(65535);
}

static int send_v4(int fd, const union addr *from, const union addr *to,
		   __u32 seq, __u8 flags)
{
	struct {
		struct iphdr ip;
		struct tcphdr tcp;
	} p = { 0 };
	__u32 sum = IPPROTO_TCP + sizeof(p.tcp);

	p.ip.version = 4;
	p.ip.ihl = sizeof(p.ip) / 4;
	p.ip.tot_len = htons(sizeof(p));
	p.ip.ttl = 64;
	p.ip.protocol = IPPROTO_TCP;
	p.ip.saddr = from->in.sin_addr.s_addr;
	p.ip.daddr = to->in.sin_addr.s_addr;
	fill_tcp(&p.tcp, from->in.sin_port, to->in.sin_port, seq, flags);
	sum = add(sum, &p.ip.saddr, 8);
	p.tcp.th_sum = fold(add(sum, &p.tcp, sizeof(p.tcp)));
	return sendto(fd, &p, sizeof(p), 0, &to->sa, sizeof(to->in)) < 0 ? -1 : 0;
}

static int send_v6(int fd, const union addr *from, const union addr *to,
		   __u32 seq, __u8 flags)
{
	union addr dst = *to;
	struct {
		struct ip6_hdr ip;
		struct tcphdr tcp;
	} p = { 0 };
	__u32 sum = IPPROTO_TCP + sizeof(p.tcp);

	p.ip.ip6_vfc = 6 << 4;
	p.ip.ip6_plen = htons(sizeof(p.tcp));
	p.ip.ip6_nxt = IPPROTO_TCP;
	p.ip.ip6_hlim = 64;
	p.ip.ip6_src = from->in6.sin6_addr;
	p.ip.ip6_dst = to->in6.sin6_addr;
	fill_tcp(&p.tcp, from->in6.sin6_port, to->in6.sin6_port, seq, flags);
	sum = add(sum, &p.ip.ip6_src, 32);
	p.tcp.th_sum = fold(add(sum, &p.tcp, sizeof(p.tcp)));
	/* raw IPv6 sockets take no port */
	dst.in6.sin6_port = 0;
	return sendto(fd, &p, sizeof(p), 0, &dst.sa, sizeof(dst.in6)) < 0 ? -1 : 0;
}

int raw_send(int fd, const union addr *from, const union addr *to, __u32 seq, __u8 flags)
{
	if (from->sa.sa_family == AF_INET)
		return send_v4(fd, from, to, seq, flags);
	return send_v6(fd, from, to, seq, flags);
}
