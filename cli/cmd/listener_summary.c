// SPDX-License-Identifier: GPL-2.0
/*
 * The fullest queues of a reading, and what was refused.
 */
#include <stdio.h>

#include "base/out.h"
#include "cmd/json_fields.h"
#include "cmd/listener_summary.h"
#include "reading/listeners.h"
#include "rules/finding.h"

typedef struct fill (*fill_of)(const struct overflow *overflow,
			       const struct listener *listener);

/* Index of the listener whose queue is fullest; that of none when all are
 * empty, and then it is the number of listeners.
 */
static size_t fullest(const struct listeners *listeners, fill_of fill)
{
	const struct listener *list = listeners->dump.list;
	size_t n = listeners->dump.n, best = n, i;
	struct fill most, one;

	for (i = 0; i < n; i++) {
		one = fill(&listeners->overflow, &list[i]);
		if (!one.queue->depth || (best < n && !is_fuller(&one, &most)))
			continue;
		best = i;
		most = one;
	}
	return best;
}

/* --- JSON ---------------------------------------------------------------- */

static void json_fullest(const char *key, const struct listeners *listeners,
			 fill_of fill_of_it)
{
	size_t i = fullest(listeners, fill_of_it);
	const struct listener *listener;
	char local[ENDPOINT_MAX];
	struct fill fill;

	if (i == listeners->dump.n)
		return;
	listener = &listeners->dump.list[i];
	fill = fill_of_it(&listeners->overflow, listener);
	listener_local(listeners, i, local);
	out_object(key);
	out_u64("id", listener->id);
	out_str("local", local);
	out_u64("depth", fill.queue->depth);
	out_u64("limit", fill.limit);
	out_object_end();
}

static void json_deltas(const struct kernel_counters *now,
			const struct kernel_counters *old, __u64 ms)
{
	out_object("overflow_delta");
	out_rate("listen_overflows", now->listen_overflows,
		 old->listen_overflows, ms);
	out_rate("listen_drops", now->listen_drops, old->listen_drops, ms);
	out_object_end();
}

static void show_json(const struct listeners *now, const struct listeners *old,
		      __u64 ms)
{
	out_object("listeners");
	out_u64("count", now->dump.n);
	out_bool("interrupted", now->dump.interrupted);
	json_fullest("fullest_accept_queue", now, accept_fill);
	json_fullest("fullest_syn_queue", now, syn_fill);
	out_object_end();
	json_nest("overflow", &overflow_nest, &now->overflow);
	if (old && ms)
		json_deltas(&now->overflow.kernel, &old->overflow.kernel, ms);
}

/* --- two lines ----------------------------------------------------------- */

static void fullest_text(const struct listeners *listeners, fill_of fill_of_it,
			 const char *name, char *text, size_t size)
{
	size_t i = fullest(listeners, fill_of_it);
	char local[ENDPOINT_MAX];
	struct fill fill;

	if (i == listeners->dump.n) {
		snprintf(text, size, "%ss empty", name);
		return;
	}
	fill = fill_of_it(&listeners->overflow, &listeners->dump.list[i]);
	listener_local(listeners, i, local);
	snprintf(text, size, "fullest %s %llu/%llu at %s", name,
		 fill.queue->depth, fill.limit, local);
}

static void queues_line(const struct listeners *now)
{
	char accept[ENDPOINT_MAX + 64], syn[ENDPOINT_MAX + 64];

	fullest_text(now, accept_fill, "accept queue", accept, sizeof(accept));
	fullest_text(now, syn_fill, "SYN queue", syn, sizeof(syn));
	out_line(PLAIN, "Listeners: %zu, %s, %s", now->dump.n, accept, syn);
}

/* Its listeners', those of listeners that have closed, and nobody's. */
static __u64 minute_overflow(const struct overflow *all)
{
	return refusals_overflow(&all->listening_minute) +
	       refusals_overflow(&all->gone_minute) +
	       kernel_overflow(&all->unattributed_minute);
}

static __u64 minute_dropped(const struct overflow *all)
{
	return refusals_dropped(&all->listening_minute) +
	       refusals_dropped(&all->gone_minute) +
	       kernel_dropped(&all->unattributed_minute);
}

static void refused_line(const struct overflow *now, const struct overflow *old,
			 __u64 ms)
{
	static const struct overflow none;
	__u64 overflows = minute_overflow(now), drops = minute_dropped(now);
	char overflow[32], dropped[32];

	old = old ?: &none;
	rate_text(kernel_overflow(&now->kernel), kernel_overflow(&old->kernel),
		  ms, overflow, sizeof(overflow));
	rate_text(kernel_dropped(&now->kernel), kernel_dropped(&old->kernel), ms,
		  dropped, sizeof(dropped));
	out_line(PLAIN,
		 "Refused in the last 60 s: %llu%s for a full accept queue, %llu%s SYNs for other reasons",
		 overflows, overflow, drops, dropped);
	if (kernel_overflow(&now->kernel) > overflows ||
	    kernel_dropped(&now->kernel) > drops)
		out_line(PLAIN,
			 "Refused since counting began: %llu for a full accept queue, %llu SYNs for other reasons",
			 kernel_overflow(&now->kernel),
			 kernel_dropped(&now->kernel));
}

void listener_summary(const struct listeners *now, const struct listeners *old,
		      __u64 ms)
{
	if (out_is_json()) {
		show_json(now, old, ms);
		return;
	}
	queues_line(now);
	refused_line(&now->overflow, old ? &old->overflow : NULL, ms);
}
