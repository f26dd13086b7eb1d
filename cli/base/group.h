/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hash table of groups: memory for each of them, not for what is counted into
 * it. Keys come from the network, so the hash is seeded.
 */
#ifndef CLI_GROUP_H
#define CLI_GROUP_H

#include <stddef.h>

struct groups;

/**
 * groups_new() - an empty table
 * @key: bytes of a key; padding must be zero
 * @size: bytes of a group, which begins with its key
 *
 * Return: the table, for groups_free(). Runs out of memory by abort().
 */
struct groups *groups_new(size_t key, size_t size);
void groups_free(struct groups *groups);

/* The group of @key; a new one is zero after its key. */
void *groups_get(struct groups *groups, const void *key);

/* The group of @key, or NULL. */
void *groups_find(const struct groups *groups, const void *key);

/**
 * groups_sorted() - all groups
 * @groups: the table, which keeps them
 * @compare: as qsort() has it, of pointers to pointers to groups
 * @n: how many
 *
 * Return: pointers to them, for free().
 */
void **groups_sorted(const struct groups *groups,
		     int (*compare)(const void *a, const void *b), size_t *n);

#endif
