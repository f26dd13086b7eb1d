/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When something happened that is counted: what of it came just now, and since when
 * there is any. The module's last minute is one of 60 to 66 seconds.
 */
#ifndef CLI_RULES_WINDOW_H
#define CLI_RULES_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#define WINDOW_TEXT 192

/**
 * struct window - one count
 * @known: there is one
 * @minute: in the last minute
 * @total: since it is counted
 * @last_ms: how long ago it grew last; ABSENT where not known
 * @counted_ms: for how long it is counted; 0: since counting began
 */
struct window {
	bool known;
	__u64 minute, total, last_ms, counted_ms;
};

/* It goes on: some came in the last minute. */
bool window_is_now(const struct window *window);

/* The sooner of two ages, where ABSENT is none. */
__u64 window_sooner(__u64 a_ms, __u64 b_ms);

/**
 * window_text() - a count in words
 * @window: of it
 * @what: what is counted, and what became of it: "last ACKs refused"
 * @text: "40 WHAT in the last 60 s, 1240 since 14:02:33", or, when it is over,
 *	  "1240 WHAT since 14:02:33, none since 14:03:11 (3 h ago)"
 * @size: of @text; WINDOW_TEXT is room enough
 */
void window_text(const struct window *window, const char *what, char *text,
		 size_t size);

#endif
