// SPDX-License-Identifier: GPL-2.0
/*
 * Two bars a bucket, of one scale: the fullest bucket of either is full width.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/out.h"
#include "cmd/histogram.h"
#include "module/attrs.h"

#define WIDTH 24

static const struct col cols[] = {
	{ "time", "HANDSHAKE TIME", 0 },
	{ "active", "ACTIVE", 0 },
	{ "active_bar", "", COL_LEFT },
	{ "passive", "PASSIVE", 0 },
	{ "passive_bar", "", COL_LEFT },
};

static void time_text(__u64 us, char *text, size_t size)
{
	if (us < 1000)
		snprintf(text, size, "%llu us", us);
	else if (us < 1000000)
		snprintf(text, size, "%.1f ms", us / 1e3);
	else
		snprintf(text, size, "%.1f s", us / 1e6);
}

static void time_cell(const struct handshake_time *buckets, size_t i, size_t n)
{
	char text[32];

	if (i + 1 < n) {
		time_text(buckets[i + 1].from_us, text, sizeof(text));
		out_cell("time", "< %s", text);
	} else {
		time_text(buckets[i].from_us, text, sizeof(text));
		out_cell("time", ">= %s", text);
	}
}

/* What is not nothing has a bar. */
static void bar_cell(const char *key, __u64 count, __u64 most)
{
	char bar[WIDTH + 1];
	size_t n = (count * WIDTH + most - 1) / most;

	if (!n)
		return;
	memset(bar, '#', n);
	bar[n] = '\0';
	out_cell(key, "%s", bar);
}

static bool empty(const struct handshake_time *bucket)
{
	return !bucket->active && !bucket->passive;
}

static __u64 fullest(const struct handshake_time *buckets, size_t n)
{
	__u64 most = 1;
	size_t i;

	for (i = 0; i < n; i++) {
		if (buckets[i].active > most)
			most = buckets[i].active;
		if (buckets[i].passive > most)
			most = buckets[i].passive;
	}
	return most;
}

void histogram_show(const struct handshake_time *buckets, size_t n)
{
	__u64 most = fullest(buckets, n);
	size_t first = 0, end = n, i;

	while (first < end && empty(&buckets[first]))
		first++;
	while (end > first && empty(&buckets[end - 1]))
		end--;
	if (first == end)
		return;
	out_line(PLAIN, "%s", "");
	out_table(NULL, cols, ARRAY_SIZE(cols), 0);
	for (i = first; i < end; i++) {
		out_row();
		time_cell(buckets, i, n);
		out_cell("active", "%llu", buckets[i].active);
		bar_cell("active_bar", buckets[i].active, most);
		out_cell("passive", "%llu", buckets[i].passive);
		bar_cell("passive_bar", buckets[i].passive, most);
	}
	out_table_end();
}
