/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON of whole structs, by the tables of their fields.
 */
#ifndef CLI_JSON_FIELDS_H
#define CLI_JSON_FIELDS_H

#include <linux/types.h>

struct nest;

/* Counters, gauges and structs within, as keys of the current object, in the spec's
 * order. Left out is what is ABSENT, and labels: their keys and words differ.
 */
void json_fields(const struct nest *nest, const void *base);

/* The same as an object of its own, under @key. */
void json_nest(const char *key, const struct nest *nest, const void *base);

/**
 * json_nest_delta() - what an interval saw of each counter
 * @key: key of the object
 * @nest: what both structs are
 * @now: at its end
 * @old: at its begin; NULL: all began at 0
 * @ms: its length; 0: there is no such object
 */
void json_nest_delta(const char *key, const struct nest *nest, const void *now,
		     const void *old, __u64 ms);

/* The same of one row, also in text: under NAME_delta. Without @old there is nothing
 * to compare with.
 */
void out_deltas(const struct nest *nest, const void *now, const void *old, __u64 ms);

#endif
