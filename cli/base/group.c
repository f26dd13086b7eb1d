// SPDX-License-Identifier: GPL-2.0
/*
 * Open addressing, at most half full, over groups allocated one by one.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <linux/types.h>

#include "base/group.h"
#include "base/xalloc.h"

#define FIRST_ROOM 1024

struct groups {
	size_t key, size, n, room;
	__u64 seed;
	void **slots;
};

struct groups *groups_new(size_t key, size_t size)
{
	struct groups *groups = xcalloc(1, sizeof(*groups));

	groups->key = key;
	groups->size = size;
	groups->room = FIRST_ROOM;
	groups->slots = xcalloc(groups->room, sizeof(*groups->slots));
	if (getrandom(&groups->seed, sizeof(groups->seed), GRND_NONBLOCK) < 0)
		groups->seed = (unsigned long)groups;
	return groups;
}

void groups_free(struct groups *groups)
{
	size_t i;

	if (!groups)
		return;
	for (i = 0; i < groups->room; i++)
		free(groups->slots[i]);
	free(groups->slots);
	free(groups);
}

/* MurmurHash3's finalizer, over eight bytes at a time. */
static __u64 mix(__u64 h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdULL;
	h ^= h >> 33;
	h *= 0xc4ceb9fe1a85ec53ULL;
	return h ^ h >> 33;
}

static __u64 hash(const struct groups *groups, const void *key)
{
	const unsigned char *p = key;
	__u64 h = groups->seed, word;
	size_t left = groups->key, n;

	while (left) {
		n = left < sizeof(word) ? left : sizeof(word);
		word = 0;
		memcpy(&word, p, n);
		h = mix(h + word);
		p += n;
		left -= n;
	}
	return h;
}

/* Where @key is, or would be. */
static void **slot(const struct groups *groups, const void *key)
{
	size_t i = hash(groups, key) & (groups->room - 1);

	while (groups->slots[i] &&
	       memcmp(groups->slots[i], key, groups->key))
		i = (i + 1) & (groups->room - 1);
	return &groups->slots[i];
}

static void grow(struct groups *groups)
{
	size_t room = groups->room, i;
	void **old = groups->slots;

	groups->room *= 2;
	groups->slots = xcalloc(groups->room, sizeof(*groups->slots));
	for (i = 0; i < room; i++)
		if (old[i])
			*slot(groups, old[i]) = old[i];
	free(old);
}

void *groups_get(struct groups *groups, const void *key)
{
	void **at = slot(groups, key);

	if (*at)
		return *at;
	if (groups->n * 2 >= groups->room) {
		grow(groups);
		at = slot(groups, key);
	}
	*at = xcalloc(1, groups->size);
	memcpy(*at, key, groups->key);
	groups->n++;
	return *at;
}

void *groups_find(const struct groups *groups, const void *key)
{
	return *slot(groups, key);
}

void **groups_sorted(const struct groups *groups,
		     int (*compare)(const void *a, const void *b), size_t *n)
{
	void **list = xcalloc(groups->n + 1, sizeof(*list));
	size_t i;

	*n = 0;
	for (i = 0; i < groups->room; i++)
		if (groups->slots[i])
			list[(*n)++] = groups->slots[i];
	qsort(list, *n, sizeof(*list), compare);
	return list;
}
