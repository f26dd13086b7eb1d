/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The largest value of the last minute, or the sum of all that came in it, in slots of
 * five seconds: of the last 60 to 65 seconds, to be exact.
 */
#ifndef _TCPULSE_MINUTE_MAX_H
#define _TCPULSE_MINUTE_MAX_H

#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/timekeeping.h>
#include <linux/types.h>

#define TCPULSE_MINUTE_SLOT_SECS 5
/* A minute, and the slot that is being filled. */
#define TCPULSE_MINUTE_SLOTS (60 / TCPULSE_MINUTE_SLOT_SECS + 1)

/**
 * struct tcpulse_minute - a ring of maxima, or of sums
 * @slot: one maximum or sum each, indexed by time
 * @last: number of the slot that was filled last
 */
struct tcpulse_minute {
	u32 slot[TCPULSE_MINUTE_SLOTS];
	u32 last;
};

/* Number of the slot being filled: never 0, and grows by one each 5 s. */
static inline u32 tcpulse_minute_now(void)
{
	return ktime_get_boottime_seconds() / TCPULSE_MINUTE_SLOT_SECS + 1;
}

/*
 * It was @value in each slot after the last one filled, up to @until.
 *
 * Context: the caller serialises. @until: tcpulse_minute_now(), or before.
 */
static inline void tcpulse_minute_hold(struct tcpulse_minute *minute, u32 until,
				       u32 value)
{
	u32 slot = max(minute->last + 1,
		       until - min_t(u32, until, TCPULSE_MINUTE_SLOTS));

	for (; slot <= until; slot++)
		minute->slot[slot % TCPULSE_MINUTE_SLOTS] = value;
	minute->last = max(minute->last, until);
}

/*
 * Of slots that were never filled nothing is known: they are empty.
 *
 * Context: the caller serialises. @now: tcpulse_minute_now().
 */
static inline void tcpulse_minute_note(struct tcpulse_minute *minute, u32 now,
				       u32 value)
{
	u32 *slot = &minute->slot[now % TCPULSE_MINUTE_SLOTS];

	tcpulse_minute_hold(minute, now, 0);
	*slot = max(*slot, value);
}

/* @more came. A slot that is full stays so. Context: as tcpulse_minute_note(). */
static inline void tcpulse_minute_add(struct tcpulse_minute *minute, u32 now,
				      u64 more)
{
	u32 *slot = &minute->slot[now % TCPULSE_MINUTE_SLOTS];

	tcpulse_minute_hold(minute, now, 0);
	*slot += min_t(u64, more, U32_MAX - *slot);
}

/* Context: tcpulse_minute_add() was called in this slot of time. */
static inline u64 tcpulse_minute_sum(const struct tcpulse_minute *minute)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < TCPULSE_MINUTE_SLOTS; i++)
		sum += minute->slot[i];
	return sum;
}

/* Context: tcpulse_minute_note() was called in this slot of time. */
static inline u32 tcpulse_minute_max(const struct tcpulse_minute *minute)
{
	u32 value = 0;
	int i;

	for (i = 0; i < TCPULSE_MINUTE_SLOTS; i++)
		value = max(value, minute->slot[i]);
	return value;
}

#endif /* _TCPULSE_MINUTE_MAX_H */
