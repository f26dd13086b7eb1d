// SPDX-License-Identifier: GPL-2.0
/* The rings of maxima and of sums against a list of all that was ever put into them. */
#include <kunit/test.h>
#include <linux/prandom.h>

#include "../recent.h"
#include "suites.h"

#define TCPULSE_MINUTE_STEPS 3000
#define TCPULSE_MINUTE_LONGEST 40

/* The last minute: the slot being filled and the twelve before it. */
static u32 tcpulse_minute_expected(const u32 *value, u32 now)
{
	u32 slot, best = 0;

	for (slot = now > 12 ? now - 12 : 1; slot <= now; slot++)
		best = max(best, value[slot]);
	return best;
}

/* Gaps of every length around the ring's, from the very first slot on. */
static void tcpulse_minute_random(struct kunit *test)
{
	struct tcpulse_minute minute = {};
	struct rnd_state rnd;
	u32 now = 1, value;
	u32 *values;
	int i;

	prandom_seed_state(&rnd, 20);
	values = kunit_kzalloc(test, sizeof(*values) * TCPULSE_MINUTE_STEPS *
			       TCPULSE_MINUTE_LONGEST, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, values);
	for (i = 0; i < TCPULSE_MINUTE_STEPS; i++) {
		if (prandom_u32_state(&rnd) % 2)
			now += prandom_u32_state(&rnd) % (i % 8 ? 3 :
							  TCPULSE_MINUTE_LONGEST);
		value = prandom_u32_state(&rnd) >> (prandom_u32_state(&rnd) % 32);
		values[now] = max(values[now], value);
		tcpulse_minute_note(&minute, now, value);
		KUNIT_ASSERT_EQ_MSG(test, tcpulse_minute_max(&minute),
				    tcpulse_minute_expected(values, now),
				    "step %d, slot %u", i, now);
	}
}

/* One value is seen for twelve more slots, and in the thirteenth no more. */
static void tcpulse_minute_age(struct kunit *test)
{
	u32 start, gap;

	for (start = 1; start <= 2 * TCPULSE_MINUTE_SLOTS; start++)
		for (gap = 0; gap <= 3 * TCPULSE_MINUTE_SLOTS; gap++) {
			struct tcpulse_minute minute = {};

			tcpulse_minute_note(&minute, start, 7);
			tcpulse_minute_note(&minute, start + gap, 0);
			KUNIT_EXPECT_EQ_MSG(test, tcpulse_minute_max(&minute),
					    gap <= 12 ? 7 : 0,
					    "from %u on, after %u", start, gap);
		}
}

static u64 tcpulse_minute_expected_sum(const u32 *value, u32 now)
{
	u32 slot;
	u64 sum = 0;

	for (slot = now > 12 ? now - 12 : 1; slot <= now; slot++)
		sum += value[slot];
	return sum;
}

/* A counter that is looked at: what it gained, and when it gained last. */
static void tcpulse_recent_random(struct kunit *test)
{
	struct tcpulse_recent recent = {};
	struct tcpulse_moment now = { .slot = 1 };
	struct rnd_state rnd;
	u32 *values, more;
	u64 value = 0, last = 0;
	int i;

	prandom_seed_state(&rnd, 21);
	values = kunit_kzalloc(test, sizeof(*values) * TCPULSE_MINUTE_STEPS *
			       TCPULSE_MINUTE_LONGEST, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, values);
	for (i = 0; i < TCPULSE_MINUTE_STEPS; i++) {
		if (prandom_u32_state(&rnd) % 2)
			now.slot += prandom_u32_state(&rnd) % (i % 8 ? 3 :
							TCPULSE_MINUTE_LONGEST);
		now.ns = i + 1;
		more = prandom_u32_state(&rnd) % 3 ? 0 :
		       prandom_u32_state(&rnd) % 1000;
		values[now.slot] += more;
		value += more;
		last = more ? now.ns : last;
		tcpulse_recent_look(&recent, now, value);
		KUNIT_ASSERT_EQ(test, recent.last, last);
		KUNIT_ASSERT_EQ_MSG(test, tcpulse_minute_sum(&recent.minute),
				    tcpulse_minute_expected_sum(values, now.slot),
				    "step %d, slot %u", i, now.slot);
	}
}

/* Two counters that become one, after a gap of any length, are as one all along. */
static void tcpulse_recent_joined(struct kunit *test)
{
	struct tcpulse_moment now = { .slot = 100 };
	u32 gap, one;

	for (gap = 0; gap <= 2 * TCPULSE_MINUTE_SLOTS; gap++) {
		struct tcpulse_recent a = {}, b = {}, both = {};

		for (one = 0; one < 20; one++) {
			now.slot += one % 3;
			now.ns++;
			tcpulse_recent_look(one % 2 ? &a : &b, now, 5 + one);
			tcpulse_recent_look(&both, now, a.seen + b.seen);
		}
		now.slot += gap;
		tcpulse_recent_look(&a, now, a.seen);
		tcpulse_recent_look(&b, now, b.seen);
		tcpulse_recent_look(&both, now, both.seen);
		tcpulse_recent_join(&a, &b);
		KUNIT_EXPECT_EQ(test, a.seen, both.seen);
		KUNIT_EXPECT_EQ(test, a.last, both.last);
		KUNIT_EXPECT_EQ(test, tcpulse_minute_sum(&a.minute),
				tcpulse_minute_sum(&both.minute));
	}
}

/* A count that falls, as one read in two parts may, gains nothing twice. */
static void tcpulse_recent_falls(struct kunit *test)
{
	const struct tcpulse_moment now = { .slot = 7, .ns = 7 };
	struct tcpulse_recent recent = {};

	tcpulse_recent_look(&recent, now, 3);
	tcpulse_recent_look(&recent, now, 1);
	tcpulse_recent_look(&recent, now, 3);
	KUNIT_EXPECT_EQ(test, tcpulse_minute_sum(&recent.minute), 3ULL);
	tcpulse_minute_add(&recent.minute, now.slot, U64_MAX);
	KUNIT_EXPECT_EQ(test, tcpulse_minute_sum(&recent.minute), (u64)U32_MAX);
}

/* Machines stay up; the largest number of a slot is 680 years away. */
static void tcpulse_minute_late(struct kunit *test)
{
	const u32 late = U32_MAX - 1;
	struct tcpulse_minute minute = {};

	tcpulse_minute_note(&minute, late, U32_MAX);
	KUNIT_EXPECT_EQ(test, tcpulse_minute_max(&minute), U32_MAX);
	tcpulse_minute_note(&minute, late, 1);
	KUNIT_EXPECT_EQ(test, tcpulse_minute_max(&minute), U32_MAX);
	KUNIT_EXPECT_GT(test, tcpulse_minute_now(), 0U);
	KUNIT_EXPECT_EQ(test, TCPULSE_MINUTE_SLOTS, 13);
}

static struct kunit_case tcpulse_minute_cases[] = {
	KUNIT_CASE(tcpulse_minute_random),
	KUNIT_CASE(tcpulse_minute_age),
	KUNIT_CASE(tcpulse_minute_late),
	KUNIT_CASE(tcpulse_recent_random),
	KUNIT_CASE(tcpulse_recent_joined),
	KUNIT_CASE(tcpulse_recent_falls),
	{}
};

struct kunit_suite tcpulse_minute_suite = {
	.name = "tcpulse_minute",
	.test_cases = tcpulse_minute_cases,
};
