// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>

#include "../../traffic/raw.h"
#include "live.h"
#include "way.h"

#define GSO_UDP_L4 5	/* newer than some headers */
#define PIECES 8	/* of a packet that comes in more than one */

/*
 * @flags: of a tun device
 * @option: of a packet socket
 * @vnet: a header before the packet tells of offloads that are to be made up for
 * @pieces: it comes in several, all but the first outside of the linear part
 */
struct means {
	const char *name;
	short flags;
	int option;
	bool vnet, pieces;
};

static const struct means kinds[] = {
	{ "tun", IFF_TUN | IFF_NO_PI, 0, false, false },
	{ "tun-vnet", IFF_TUN | IFF_NO_PI | IFF_VNET_HDR, 0, true, false },
	{ "tun-napi", IFF_TUN | IFF_NO_PI | IFF_NAPI, 0, false, false },
	{ "tap", IFF_TAP | IFF_NO_PI, 0, false, false },
	{ "tap-vnet", IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, 0, true, false },
	{ "tap-frags", IFF_TAP | IFF_NO_PI | IFF_NAPI | IFF_NAPI_FRAGS, 0, false, true },
	{ "packet", 0, 0, false, false },
	{ "packet-vnet", 0, PACKET_VNET_HDR, true, false },
	{ "packet-bypass", 0, PACKET_QDISC_BYPASS, false, false },
	{ "raw", 0, 0, false, false },
};

/* @fd6: of raw sockets only; @ethernet: that is the outermost header */
struct way {
	const struct means *kind;
	int fd, fd6;
	unsigned int ifindex;
	bool ethernet;
};

static bool is_kind(const struct way *w, const char *beginning)
{
	return !strncmp(w->kind->name, beginning, strlen(beginning));
}

/* --- opening -------------------------------------------------------------- */

static bool open_tun(struct way *w, const char *device)
{
	struct ifreq ifr = { .ifr_flags = w->kind->flags };

	w->ethernet = w->kind->flags & IFF_TAP;
	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", device);
	w->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return w->fd >= 0 && !ioctl(w->fd, TUNSETIFF, &ifr);
}

static bool is_ethernet(int fd, const char *device)
{
	struct ifreq ifr = { 0 };

	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", device);
	return !ioctl(fd, SIOCGIFHWADDR, &ifr) && ifr.ifr_hwaddr.sa_family == ARPHRD_ETHER;
}

static bool open_packet(struct way *w, const char *device)
{
	int on = 1;

	w->ifindex = if_nametoindex(device);
	w->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (!w->ifindex || w->fd < 0)
		return false;
	w->ethernet = is_ethernet(w->fd, device);
	return !w->kind->option ||
	       !setsockopt(w->fd, SOL_PACKET, w->kind->option, &on, sizeof(on));
}

static bool open_raw(struct way *w)
{
	w->fd = raw_open(AF_INET);
	w->fd6 = raw_open(AF_INET6);
	return w->fd >= 0 && w->fd6 >= 0;
}

static const struct means *find_kind(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	errx(1, "no way is called %s", name);
}

static bool open_way(struct way *w, const char *device)
{
	if (w->kind->flags)
		return open_tun(w, device);
	return is_kind(w, "packet") ? open_packet(w, device) : open_raw(w);
}

struct way *way_open(const char *spec)
{
	char *words = strdup(spec), *rest = words;
	const char *namespace = strsep(&rest, ":"), *kind = strsep(&rest, ":");
	struct way *w = calloc(1, sizeof(*w));

	if (!w || !kind)
		errx(1, "%s: not a way", spec);
	w->kind = find_kind(kind);
	enter_namespace(namespace);
	if (!open_way(w, rest ? rest : "")) {
		warn("%s", spec);
		free(w);
		w = NULL;
	}
	free(words);
	return w;
}

/* --- sending --------------------------------------------------------------- */

static __u16 any_type(struct rng *r)
{
	static const __u8 types[] = {
		VIRTIO_NET_HDR_GSO_TCPV4, VIRTIO_NET_HDR_GSO_TCPV6, VIRTIO_NET_HDR_GSO_UDP,
		GSO_UDP_L4, VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN,
	};

	return types[rng_below(r, ARRAY_SIZE(types))];
}

/* As if TCP or UDP had left its sum, or the cutting into segments, to the device. */
static void vnet_push(struct rng *r, struct packet *p, int family, size_t offset)
{
	struct virtio_net_hdr h = { 0 };

	if (percent(r, 50)) {
		h.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		h.csum_start = offset + (family == AF_INET6 ? 40 : 20);
		h.csum_offset = percent(r, 80) ? 16 : rng_below(r, 64);
		if (percent(r, 5))
			h.csum_start = rng_below(r, p->len + 10);
		h.hdr_len = h.csum_start + 20;
	}
	if (percent(r, 30)) {
		h.gso_type = percent(r, 30) ? any_type(r) : family == AF_INET6 ?
			     VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
		h.gso_size = 1 + rng_below(r, 300);
	}
	memcpy(packet_push(p, sizeof(h)), &h, sizeof(h));
}

static bool send_pieces(int fd, struct rng *r, struct packet *p)
{
	struct iovec piece[PIECES];
	size_t at = 0, len = ETH_HLEN;
	int n;

	for (n = 0; n < PIECES && at < p->len; n++) {
		if (n == PIECES - 1 || len > p->len - at)
			len = p->len - at;
		piece[n].iov_base = p->at + at;
		piece[n].iov_len = len;
		at += len;
		len = 1 + rng_below(r, 60);
	}
	return writev(fd, piece, n) > 0;
}

static bool send_packet(const struct way *w, const struct packet *p, int family)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_ifindex = w->ifindex,
		.sll_protocol = htons(family == AF_INET6 ? ETH_P_IPV6 : ETH_P_IP),
		.sll_halen = ETH_ALEN,
	};

	return sendto(w->fd, p->at, p->len, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to)) > 0;
}

/* To the address that the header has, which the kernel asks for. */
static bool send_raw(const struct way *w, const struct packet *p)
{
	const bool v4 = p->family == AF_INET;
	union addr to = { .sa.sa_family = p->family };

	if (v4)
		memcpy(&to.in.sin_addr, p->at + 16, 4);
	else
		memcpy(&to.in6.sin6_addr, p->at + 24, 16);
	return sendto(v4 ? w->fd : w->fd6, p->at, p->len, MSG_DONTWAIT,
		      &to.sa, addr_len(&to)) > 0;
}

/* What the kernel sends through the device is taken away, or it would take no more. */
static bool send_tun(const struct way *w, struct rng *r, struct packet *p)
{
	__u8 sent[PACKET_ROOM];
	int i;

	for (i = 0; i < 4 && read(w->fd, sent, sizeof(sent)) > 0; i++)
		;
	if (w->kind->pieces)
		return send_pieces(w->fd, r, p);
	return write(w->fd, p->at, p->len) > 0;
}

bool way_send(struct way *w, struct rng *r, struct packet *p)
{
	const int family = p->family;

	if (is_kind(w, "raw"))
		return send_raw(w, p);
	if (w->ethernet)
		ethernet_push(r, p);
	if (w->kind->vnet)
		vnet_push(r, p, family, w->ethernet ? ETH_HLEN : 0);
	return w->kind->flags ? send_tun(w, r, p) : send_packet(w, p, family);
}
