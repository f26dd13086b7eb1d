/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Chance. Each message has numbers of its own, made of seed, worker and message
 * number, so that no answer of the kernel can change what is asked later.
 */
#ifndef FUZZ_RNG_H
#define FUZZ_RNG_H

#include <stdbool.h>
#include <linux/types.h>

struct rng {
	__u64 state;
};

/* splitmix64 */
static inline __u64 rng_next(struct rng *r)
{
	__u64 z = r->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static inline void rng_begin(struct rng *r, __u64 seed, unsigned int worker, __u64 number)
{
	r->state = seed;
	r->state = rng_next(r) ^ worker;
	r->state = rng_next(r) ^ number;
}

/* 0 to n - 1 */
static inline unsigned int rnd(struct rng *r, unsigned int n)
{
	return rng_next(r) % n;
}

static inline bool chance(struct rng *r, unsigned int percent)
{
	return rnd(r, 100) < percent;
}

/* once in n times */
static inline bool seldom(struct rng *r, unsigned int n)
{
	return !rnd(r, n);
}

#endif
