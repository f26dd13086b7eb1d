/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of a counter came within the last minute, and when it grew last. Who counts is
 * not touched: the counter is looked at once a second and at every read, and what it has
 * gained since the look before came just now.
 */
#ifndef _TCPULSE_RECENT_H
#define _TCPULSE_RECENT_H

#include <linux/minmax.h>
#include <linux/types.h>

#include "minute_max.h"

/**
 * struct tcpulse_recent - one counter that is looked at
 * @seen: the most it was at a look
 * @last: when a look found that it had grown, ns of CLOCK_BOOTTIME; 0 when never
 * @minute: how much it grew
 */
struct tcpulse_recent {
	u64 seen;
	u64 last;
	struct tcpulse_minute minute;
};

/**
 * struct tcpulse_moment - when counters are looked at
 * @slot: tcpulse_minute_now()
 * @ns: ns of CLOCK_BOOTTIME
 */
struct tcpulse_moment {
	u32 slot;
	u64 ns;
};

static inline struct tcpulse_moment tcpulse_moment_now(void)
{
	return (struct tcpulse_moment) {
		.slot = tcpulse_minute_now(),
		.ns = ktime_get_boottime_ns(),
	};
}

/* It is @value now. Context: the caller serialises. */
static inline void tcpulse_recent_look(struct tcpulse_recent *recent,
				       struct tcpulse_moment now, u64 value)
{
	const u64 more = value > recent->seen ? value - recent->seen : 0;

	tcpulse_minute_add(&recent->minute, now.slot, more);
	if (!more)
		return;
	recent->seen = value;
	recent->last = now.ns;
}

/* @from is no more, @to has what it had. Context: both were looked at @now. */
static inline void tcpulse_recent_join(struct tcpulse_recent *to,
				       const struct tcpulse_recent *from)
{
	int i;

	for (i = 0; i < TCPULSE_MINUTE_SLOTS; i++)
		to->minute.slot[i] += from->minute.slot[i];
	to->seen += from->seen;
	to->last = max(to->last, from->last);
}

#endif /* _TCPULSE_RECENT_H */
