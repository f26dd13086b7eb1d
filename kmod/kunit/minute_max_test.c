// SPDX-License-Identifier: GPL-2.0
/* The ring of maxima against a list of all that was ever put into it. */
#include <kunit/test.h>
#include <linux/prandom.h>

#include "../minute_max.h"
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
	{}
};

struct kunit_suite tcpulse_minute_suite = {
	.name = "tcpulse_minute",
	.test_cases = tcpulse_minute_cases,
};
