/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet is made from the inside out: first what it carries, then one header after
 * the other before that, each right or wrong as chance has it.
 */
#ifndef PACKET_FUZZ_PACKET_H
#define PACKET_FUZZ_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <arpa/inet.h>
#include <linux/types.h>

#include "../../traffic/sock.h"

#define PACKET_ROOM 4096
#define PACKET_HEADROOM 1024

/*
 * @at: the first byte
 * @family: of the outermost header, 0 when that is Ethernet's
 */
struct packet {
	__u8 room[PACKET_ROOM];
	__u8 *at;
	size_t len;
	int family;
};

/* Whom it says it is from, and for; whoever answers has it the other way round. */
struct flow {
	int family;
	size_t alen;	/* bytes of an address */
	__u8 from[16], to[16];
	__u16 sport, dport;
	__u32 seq, ack;
};

/* What chance has made, and what it depends on. */
struct maker {
	struct rng r;
	struct flow flow;
	struct packet p;
	struct packet rest;	/* the other fragment, to be sent next; len 0: none */
};

static inline bool percent(struct rng *r, unsigned int n)
{
	return rng_below(r, 100) < n;
}

/* packet.c */
void packet_begin(struct packet *p);
/* n more bytes, zeroes, before it or behind it */
__u8 *packet_push(struct packet *p, size_t n);
__u8 *packet_put(struct packet *p, size_t n);
void packet_fill(struct rng *r, __u8 *at, size_t n);
/* a sum of 16-bit words, and what goes into a header for it */
__u32 sum_add(__u32 sum, const void *data, size_t len);
__u16 sum_fold(__u32 sum);
__u32 sum_pseudo(const struct flow *f, __u8 protocol, size_t len);
void put16(__u8 *at, unsigned int v);
void put32(__u8 *at, __u32 v);

/* flow.c */
#define PORT_LISTEN 8000	/* somebody listens, in each namespace */
#define PORT_LIVE 20000		/* connections of our own begin here */
void flow_choose(struct rng *r, struct flow *f);
void flow_between(struct rng *r, struct flow *f, int family);
void flow_reverse(struct flow *f);

/* What is behind the header of IP; each returns its number of protocol. */
__u8 segment_make(struct maker *m);	/* segment.c */
__u8 message_make(struct maker *m);	/* message.c: UDP, ICMP, others */

/* network.c: the header of IP, and what may be between it and the transport's */
void network_push(struct maker *m, __u8 protocol);
/* one that is right, for what is inside of others */
void network_push_plain(struct packet *p, const struct flow *f, __u8 protocol);

/* tunnel.c */
void tunnel_wrap(struct maker *m);
void ethernet_push(struct rng *r, struct packet *p);

#endif
