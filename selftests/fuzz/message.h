/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Datagrams: one request or several, right or wrong, made of the grammar and of
 * chance alone.
 */
#ifndef FUZZ_MESSAGE_H
#define FUZZ_MESSAGE_H

#include <stddef.h>
#include <linux/types.h>

#include "grammar.h"
#include "rng.h"

#define MESSAGE_MAX (80 * 1024)
#define PLACES_MAX 256
#define REQUESTS_MAX 64

/**
 * struct message - a datagram
 * @len: how many bytes
 * @made: how many requests were put into it; bytes that are spoiled may be taken
 *	for more of them, or for fewer
 * @n_places: how many attributes of the last request are known
 * @place: where they stand
 * @buf: the bytes, aligned as the rest is
 */
struct message {
	size_t len;
	unsigned int made;
	unsigned int n_places;
	unsigned int place[PLACES_MAX];
	unsigned char buf[MESSAGE_MAX];
};

/**
 * struct course - what goes from one request to the next
 * @last: its operation: what follows is often about the same
 * @seq: its sequence number
 */
struct course {
	const struct op *last;
	__u32 seq;
};

/* Any. @family: id of the family, @batch: how many requests there may be. */
void message_make(struct message *m, struct rng *r, struct course *c, __u16 family,
		  unsigned int batch);

/* One request that is right. */
void message_make_right(struct message *m, struct rng *r, struct course *c,
			const struct op *op, __u16 family, bool dump);

/* The same without an attribute: a dump is of all there is. */
void message_make_bare(struct message *m, struct course *c, const struct op *op, __u16 family,
		       bool dump);

/*
 * Spoil the bytes of the last request, which begins at @start; so that those
 * that shall follow are found, unless it is the @last.
 */
void message_spoil(struct message *m, struct rng *r, size_t start, bool last);

#endif
