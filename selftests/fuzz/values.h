/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What stands in an attribute: mostly something that makes sense at that place,
 * for which its name in the specification is the hint.
 */
#ifndef FUZZ_VALUES_H
#define FUZZ_VALUES_H

#include "grammar.h"
#include "params.h"
#include "rng.h"

#define VALUE_MAX 9000

/**
 * struct subject - what a message is about
 * @slot: socket that its address and port are of
 * @param: parameter that was named last, NULL for none
 * @n_named: how many were named
 */
struct subject {
	unsigned int slot;
	const struct param *param;
	unsigned int n_named;
};

/**
 * make_value() - a value for an attribute that is no nest
 * @r: chance
 * @f: the attribute
 * @s: what the message is about
 * @value: room of VALUE_MAX bytes
 *
 * Return: its length.
 */
unsigned int make_value(struct rng *r, const struct field *f, struct subject *s, void *value);

/* percent of messages that have attribute @f of @set */
unsigned int how_likely(const struct set *set, const struct field *f,
			const struct subject *s);

__u64 extreme(struct rng *r);

#endif
