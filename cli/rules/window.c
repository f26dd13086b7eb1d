// SPDX-License-Identifier: GPL-2.0
/*
 * Puts into words when something happened. The time of day is that of the reading, or of
 * its recording.
 */
#include <stdio.h>
#include <time.h>

#include "base/append.h"
#include "base/clock.h"
#include "module/attrs.h"
#include "rules/window.h"

bool window_is_now(const struct window *window)
{
	return window->minute;
}

/* ABSENT is the greatest there is. */
__u64 window_sooner(__u64 a_ms, __u64 b_ms)
{
	return a_ms < b_ms ? a_ms : b_ms;
}

/* The time of day then, with its date if that was another one. */
static void moment_text(__u64 ago_ms, char *text, size_t size)
{
	time_t now = clock_now(), then = now - ago_ms / 1000;
	struct tm a, b;

	localtime_r(&now, &a);
	localtime_r(&then, &b);
	strftime(text, size, a.tm_year == b.tm_year && a.tm_yday == b.tm_yday ?
		 "%T" : "%F %T", &b);
}

static void ago_text(__u64 ms, char *text, size_t size)
{
	__u64 s = ms / 1000;

	if (s < 120)
		snprintf(text, size, "%llu s", s);
	else if (s < 7200)
		snprintf(text, size, "%llu min", s / 60);
	else if (s < 2 * 86400)
		snprintf(text, size, "%llu h", s / 3600);
	else
		snprintf(text, size, "%llu days", s / 86400);
}

static void since_text(const struct window *window, char *text, size_t size)
{
	char moment[32];

	if (!window->counted_ms) {
		snprintf(text, size, "since counting began");
		return;
	}
	moment_text(window->counted_ms, moment, sizeof(moment));
	snprintf(text, size, "since %s", moment);
}

static void over_text(const struct window *window, char *text, size_t size)
{
	char moment[32], ago[32];

	if (window->last_ms == ABSENT)
		return;
	moment_text(window->last_ms, moment, sizeof(moment));
	ago_text(window->last_ms, ago, sizeof(ago));
	append(text, size, ", none since %s (%s ago)", moment, ago);
}

void window_text(const struct window *window, const char *what, char *text,
		 size_t size)
{
	char since[48];

	since_text(window, since, sizeof(since));
	if (!window_is_now(window)) {
		snprintf(text, size, "%llu %s %s", window->total, what, since);
		over_text(window, text, size);
		return;
	}
	snprintf(text, size, "%llu %s in the last 60 s", window->minute, what);
	if (window->total > window->minute)
		append(text, size, ", %llu %s", window->total, since);
}
