// SPDX-License-Identifier: GPL-2.0
/*
 * Changes a case of the harness reply attribute by attribute: one is there many
 * times, or gone, longer, shorter, or has an extreme value, and all lengths around
 * it are right again. Half the time the fuzzer changes bytes as it likes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "tool.h"

#define HEADERS (NLMSG_HDRLEN + GENL_HDRLEN)
#define ATTRS_MAX 512
#define DEEPEST 4
#define COPIES_MAX 60

/**
 * struct place - an attribute
 * @at: where it stands in the case
 * @span: bytes to the next one
 * @depth: how many it stands in
 * @around: those, the outermost first
 */
struct place {
	size_t at, span;
	unsigned int depth;
	size_t around[DEEPEST];
};

static struct place places[ATTRS_MAX];
static unsigned int n_places;
static __u32 dice;

static __u32 roll(__u32 n)
{
	dice = dice * 1664525 + 1013904223;
	return (dice >> 8) % n;
}

/* As they stand in the machine; nothing is aligned here. */
static __u32 get(const __u8 *at, unsigned int bytes)
{
	__u32 value = 0;

	memcpy(&value, at, bytes);
	return value;
}

static void add_to(__u8 *at, unsigned int bytes, ptrdiff_t by)
{
	const __u32 value = get(at, bytes) + by;

	memcpy(at, &value, bytes);
}

/* --- where attributes stand ----------------------------------------------------------- */

static void find_attrs(const __u8 *data, size_t at, size_t end, struct place from)
{
	while (at + NLA_HDRLEN <= end && n_places < ATTRS_MAX) {
		const size_t len = get(data + at, 2);
		struct place *p = &places[n_places];

		if (len < NLA_HDRLEN || at + len > end)
			return;
		*p = from;
		p->at = at;
		p->span = at + NLA_ALIGN(len) > end ? len : NLA_ALIGN(len);
		n_places++;
		if (get(data + at + 2, 2) & NLA_F_NESTED && from.depth < DEEPEST) {
			struct place inner = from;

			inner.around[inner.depth++] = at;
			find_attrs(data, at + NLA_HDRLEN, at + len, inner);
		}
		at += p->span;
	}
}

/* A piece with a message of the module in it. Return: where it begins, 0 for none. */
static size_t choose_piece(const __u8 *data, size_t size, size_t *end)
{
	size_t at = 1, found = 0;
	unsigned int n = 0;

	while (at + 2 <= size) {
		const size_t len = get(data + at, 2);
		const __u8 *type = data + at + 2 + offsetof(struct nlmsghdr, nlmsg_type);

		if (at + 2 + len > size)
			break;
		if (len >= HEADERS + NLA_HDRLEN && get(type, 2) >= NLMSG_MIN_TYPE &&
		    !roll(++n)) {
			found = at;
			*end = at + 2 + len;
		}
		at += 2 + len;
	}
	return found;
}

/* --- what becomes of one ---------------------------------------------------------------- */

/* Bytes are put in at @at or taken out; what is around the place follows. */
static size_t resize(__u8 *data, size_t size, size_t piece, const struct place *p, size_t at,
		     ptrdiff_t by)
{
	const size_t from = by < 0 ? at - by : at;
	unsigned int i;

	memmove(data + from + by, data + from, size - from);
	add_to(data + piece, 2, by);
	add_to(data + piece + 2, 4, by);
	for (i = 0; i < p->depth; i++)
		add_to(data + p->around[i], 2, by);
	return size + by;
}

static bool has_room(const __u8 *data, size_t size, size_t max_size, size_t piece,
		     const struct place *p, size_t more)
{
	return size + more <= max_size && get(data + piece, 2) + more < 0xffff &&
	       (!p->depth || get(data + p->around[0], 2) + more < 0xffff);
}

static size_t copy(__u8 *data, size_t size, size_t max_size, size_t piece,
		   const struct place *p)
{
	unsigned int n = 1 + roll(roll(4) ? 3 : COPIES_MAX);

	while (n-- && has_room(data, size, max_size, piece, p, p->span)) {
		size = resize(data, size, piece, p, p->at, p->span);
		memcpy(data + p->at, data + p->at + p->span, p->span);
	}
	return size;
}

/* In steps of four, so that all stays aligned. */
static size_t stretch(__u8 *data, size_t size, size_t max_size, size_t piece,
		      const struct place *p)
{
	const size_t more = 4 * (1 + roll(roll(4) ? 4 : 100));

	if (!has_room(data, size, max_size, piece, p, more) ||
	    get(data + p->at, 2) + more > 0xffff)
		return size;
	size = resize(data, size, piece, p, p->at + p->span, more);
	memset(data + p->at + p->span, roll(256), more);
	add_to(data + p->at, 2, p->span + more - get(data + p->at, 2));
	return size;
}

static void set_value(__u8 *data, const struct place *p)
{
	static const __u64 values[] = {
		0, 1, 2, 10, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000,
		0xffffffff, INT64_MAX, (__u64)INT64_MIN, UINT64_MAX, UINT64_MAX - 1,
	};
	const __u64 value = values[roll(ARRAY_LENGTH(values))];
	const size_t len = get(data + p->at, 2) - NLA_HDRLEN;

	memcpy(data + p->at + NLA_HDRLEN, &value, len < 8 ? len : 8);
}

static size_t change(__u8 *data, size_t size, size_t max_size, size_t piece,
		     const struct place *p)
{
	switch (roll(6)) {
	case 0:
		return copy(data, size, max_size, piece, p);
	case 1:
		return resize(data, size, piece, p, p->at, -(ptrdiff_t)p->span);
	case 2:
		return stretch(data, size, max_size, piece, p);
	case 3:
		add_to(data + p->at + 2, 2, 1 + roll(3));
		return size;
	default:
		set_value(data, p);
		return size;
	}
}

size_t fuzz_change(__u8 *data, size_t size, size_t max_size, unsigned int seed)
{
	const struct place top = { 0 };
	size_t piece, end = 0;

	dice = seed;
	if (roll(2))
		return fuzz_bytes(data, size, max_size);
	piece = choose_piece(data, size, &end);
	n_places = 0;
	if (piece)
		find_attrs(data, piece + 2 + HEADERS, end, top);
	if (!n_places)
		return fuzz_bytes(data, size, max_size);
	return change(data, size, max_size, piece, &places[roll(n_places)]);
}
