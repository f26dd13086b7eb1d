// SPDX-License-Identifier: GPL-2.0
#include <limits.h>
#include <stddef.h>

#include "values.h"
#include "world.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(*(a)))

/* 0, 1, the greatest, the least, and what is near a power of two */
__u64 extreme(struct rng *r)
{
	const unsigned int how = rnd(r, 7);
	const __u64 power = 1ULL << rnd(r, 64), any = rng_next(r);

	switch (how) {
	case 0:
		return any % 3;
	case 1:
		return power;
	case 2:
		return power - 1;
	case 3:
		return power + 1;
	case 4:
		return -power;
	case 5:
		return -(any % 3);
	default:
		return any;
	}
}

/* --- numbers ---------------------------------------------------------------- */

/*
 * Of the parameter that was named; nine times in ten one that it takes, and nearly
 * always when there are many, as one that it does not spoils them all.
 */
static __s64 value_of_param(struct rng *r, const struct subject *s)
{
	const unsigned int how = rnd(r, 20);
	const struct param *p = s->param;
	const __u64 any = rng_next(r);
	__u64 span;

	if (!p)
		return any % 1000;
	if (s->n_named > 3 && any % 32)
		return p->value;
	span = p->maximum - p->minimum;
	switch (how) {
	case 0:
		return p->minimum;
	case 1:
		return p->maximum;
	case 2:
		return p->minimum - 1 - any % 2;
	case 3:
		return p->maximum + 1 + any % 2;
	case 4 ... 6:
		return p->value;
	case 7 ... 9:
		return p->minimum + any % (span + 1);
	default:
		return p->value + any % 8;
	}
}

static __u64 value_high(struct rng *r, const struct param *p)
{
	const unsigned int n = rnd(r, 10000);

	return p && p->range ? 56000 + n : n;
}

static __u64 pick(struct rng *r, const __u64 *from, unsigned int n)
{
	return from[rnd(r, n)];
}

static __u64 confirm_seconds(struct rng *r, const struct subject *s)
{
	static const __u64 some[] = {
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 86400, 0, 86401, UINT_MAX,
	};

	(void)s;
	return pick(r, some, ARRAY_SIZE(some));
}

static __u64 limit(struct rng *r, const struct subject *s)
{
	static const __u64 some[] = {
		0, 1, 2, 5, 100, 128, 4096, 65535, INT_MAX, INT_MAX + 1ULL, UINT_MAX,
	};

	(void)s;
	return pick(r, some, ARRAY_SIZE(some));
}

static __u64 family(struct rng *r, const struct subject *s)
{
	static const __u64 some[] = { 0, AF_UNIX, AF_INET, AF_INET6, AF_MAX };

	return chance(r, 80) ? slot_family(s->slot) : pick(r, some, ARRAY_SIZE(some));
}

static __u64 port(struct rng *r, const struct subject *s)
{
	return chance(r, 90) ? slot_port(s->slot) : 0;
}

static __u64 listener_id(struct rng *r, const struct subject *s)
{
	const unsigned int n = rnd(r, 1000);

	(void)s;
	return some_id(n);
}

static __u64 transaction(struct rng *r, const struct subject *s)
{
	const unsigned int before = seldom(r, 4);

	(void)s;
	return last_transaction() - before;
}

static __u64 on_or_off(struct rng *r, const struct subject *s)
{
	(void)s;
	return rnd(r, 2);
}

static __u64 param_low(struct rng *r, const struct subject *s)
{
	return value_of_param(r, s);
}

static __u64 param_high(struct rng *r, const struct subject *s)
{
	return value_high(r, s->param);
}

static const struct {
	const char *name;
	__u64 (*make)(struct rng *r, const struct subject *s);
} numbers[] = {
	{ "confirm-seconds", confirm_seconds },
	{ "enabled", on_or_off },
	{ "family", family },
	{ "id", listener_id },
	{ "limit", limit },
	{ "listener-id", listener_id },
	{ "port", port },
	{ "transaction", transaction },
	{ "value", param_low },
	{ "value-high", param_high },
};

static __u64 make_number(struct rng *r, const struct field *f, const struct subject *s)
{
	size_t i;

	if (chance(r, s->n_named > 3 ? 1 : 4))
		return extreme(r);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (!strcmp(f->name, numbers[i].name))
			return numbers[i].make(r, s);
	return f->high ? f->low + rnd(r, f->high - f->low + 2) : extreme(r);
}

/* --- strings ------------------------------------------------------------------ */

/* Nearly names. Return: length with the NUL. */
static unsigned int odd_string(struct rng *r, char *text)
{
	static const char *const some[] = {
		"", "x", "tcp_mem", "tcp_max_orphans", "net.ipv4.tcp_syncookies",
		"TCP_SYNCOOKIES", " somaxconn", "somaxconn ", "%s%n%p", "../core/somaxconn",
		"\xff\xfe", "tcp_fin_timeout\n",
	};
	const unsigned int which = rnd(r, ARRAY_SIZE(some) + 1), len = rnd(r, VALUE_MAX);

	if (which < ARRAY_SIZE(some)) {
		memcpy(text, some[which], strlen(some[which]) + 1);
		return strlen(text) + 1;
	}
	memset(text, 'a' + len % 26, len);
	text[len] = '\0';
	return len + 1;
}

static unsigned int make_string(struct rng *r, struct subject *s, char *text)
{
	const unsigned int any = rng_next(r) % n_params;
	const bool odd = chance(r, s->n_named ? 1 : 5), other = chance(r, 95);
	unsigned int which = any;

	if (odd)
		return odd_string(r, text);
	/* Mostly one that has not been named yet, so that many can be. */
	if (s->n_named && other)
		which = (s->param - params + 1) % n_params;
	s->n_named++;
	s->param = &params[which];
	memcpy(text, s->param->name, sizeof(s->param->name));
	return strlen(text) + 1;
}

/* --- all ------------------------------------------------------------------------ */

static unsigned int make_bytes(struct rng *r, void *value)
{
	const unsigned int len = chance(r, 80) ? rnd(r, 20) : rnd(r, VALUE_MAX);

	memset(value, rnd(r, 256), len);
	return len;
}

unsigned int make_value(struct rng *r, const struct field *f, struct subject *s, void *value)
{
	__u64 number;

	switch (f->kind) {
	case KIND_FLAG:
	case KIND_NEST:
		return 0;
	case KIND_STRING:
		return make_string(r, s, value);
	case KIND_BINARY:
		if (f->address && chance(r, 90))
			return slot_address(s->slot, value);
		return make_bytes(r, value);
	default:
		/* little endian, as all machines that this is tested on */
		number = make_number(r, f, s);
		memcpy(value, &number, sizeof(number));
		return kind_size(f->kind);
	}
}

unsigned int how_likely(const struct set *set, const struct field *f,
			const struct subject *s)
{
	static const struct {
		const char *name;
		unsigned int percent;
	} some[] = {
		{ "address", 30 }, { "confirm-seconds", 55 }, { "dry-run", 15 },
		{ "enabled", 95 }, { "id", 90 }, { "limit", 97 }, { "listener", 98 },
		{ "name", 97 }, { "overflowing", 10 }, { "param", 98 }, { "port", 90 },
		{ "transaction", 30 }, { "value", 97 },
	};
	size_t i;

	/* one of them, or all */
	if (set->n == 1 && f->kind == KIND_STRING)
		return 60;
	if (!strcmp(f->name, "value-high"))
		return s->param && s->param->range ? 97 : 2;
	for (i = 0; i < ARRAY_SIZE(some); i++)
		if (!strcmp(f->name, some[i].name))
			return some[i].percent;
	return 50;
}
