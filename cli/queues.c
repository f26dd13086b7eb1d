// SPDX-License-Identifier: GPL-2.0
/*
 * The fullest queues and the worst listener of a reading.
 */
#include <stdio.h>

#include "listeners.h"
#include "out.h"
#include "procs.h"
#include "queues.h"

typedef const struct queue *(*queue_of)(const struct listener *listener);

static const struct queue *accept_of(const struct listener *listener)
{
	return &listener->accept_queue;
}

static const struct queue *syn_of(const struct listener *listener)
{
	return &listener->syn_queue;
}

/* Index of the listener whose queue is fullest; that of none when all are
 * empty, and then it is the number of listeners.
 */
static size_t fullest(const struct listeners *listeners, queue_of queue)
{
	const struct listener *list = listeners->dump.list;
	size_t n = listeners->dump.n, best = n, i;

	for (i = 0; i < n; i++) {
		if (!queue(&list[i])->depth)
			continue;
		if (best == n || queue_is_fuller(queue(&list[i]), list[i].limit,
						 queue(&list[best]),
						 list[best].limit))
			best = i;
	}
	return best;
}

static void rate_text(__u64 now, __u64 old, __u64 ms, char *text, size_t size)
{
	__u64 delta = now > old ? now - old : 0;
	double rate = ms ? (double)delta * 1000 / ms : 0;

	if (!ms)
		*text = '\0';
	else if (delta && rate < 0.05)
		snprintf(text, size, " (+<0.1/s)");
	else
		snprintf(text, size, " (+%.1f/s)", rate);
}

/* --- JSON ---------------------------------------------------------------- */

static void json_fullest(const char *key, const struct listeners *listeners,
			 queue_of queue)
{
	size_t i = fullest(listeners, queue);
	const struct listener *listener;
	char local[ENDPOINT_MAX];

	if (i == listeners->dump.n)
		return;
	listener = &listeners->dump.list[i];
	listener_local(listeners, i, local);
	out_object(key);
	out_u64("id", listener->id);
	out_str("local", local);
	out_u64("depth", queue(listener)->depth);
	out_u64("limit", listener->limit);
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
	json_fullest("fullest_accept_queue", now, accept_of);
	json_fullest("fullest_syn_queue", now, syn_of);
	out_object_end();
	json_overflow(&now->overflow);
	if (old && ms)
		json_deltas(&now->overflow.kernel, &old->overflow.kernel, ms);
}

/* --- two lines ----------------------------------------------------------- */

static void fullest_text(const struct listeners *listeners, queue_of queue,
			 const char *name, char *text, size_t size)
{
	size_t i = fullest(listeners, queue);
	const struct listener *listener;
	char local[ENDPOINT_MAX];

	if (i == listeners->dump.n) {
		snprintf(text, size, "%ss empty", name);
		return;
	}
	listener = &listeners->dump.list[i];
	listener_local(listeners, i, local);
	snprintf(text, size, "fullest %s %llu/%llu at %s", name,
		 queue(listener)->depth, listener->limit, local);
}

static void queues_line(const struct listeners *now)
{
	char accept[ENDPOINT_MAX + 64], syn[ENDPOINT_MAX + 64];

	fullest_text(now, accept_of, "accept queue", accept, sizeof(accept));
	fullest_text(now, syn_of, "SYN queue", syn, sizeof(syn));
	out_line(PLAIN, "Listeners: %zu, %s, %s", now->dump.n, accept, syn);
}

static void refused_line(const struct kernel_counters *now,
			 const struct kernel_counters *old, __u64 ms)
{
	static const struct kernel_counters none;
	char overflow[32], dropped[32];

	old = old ?: &none;
	rate_text(kernel_overflow(now), kernel_overflow(old), ms, overflow,
		  sizeof(overflow));
	rate_text(kernel_dropped(now), kernel_dropped(old), ms, dropped,
		  sizeof(dropped));
	out_line(PLAIN,
		 "Refused: %llu%s for a full accept queue, %llu%s SYNs for other reasons",
		 kernel_overflow(now), overflow, kernel_dropped(now), dropped);
}

void queues_show(const struct listeners *now, const struct listeners *old,
		 __u64 ms)
{
	if (out_is_json()) {
		show_json(now, old, ms);
		return;
	}
	queues_line(now);
	refused_line(&now->overflow.kernel, old ? &old->overflow.kernel : NULL,
		     ms);
}

/* --- what is wrong ------------------------------------------------------- */

/**
 * struct worst - the listener that refuses most
 * @index: which; the number of listeners when none does
 * @delta: refused within the interval
 * @full: its queue is full now
 * @refused: since it is counted
 */
struct worst {
	size_t index;
	__u64 delta, refused;
	bool full;
};

static bool is_worse(const struct worst *a, const struct worst *b)
{
	if (a->delta != b->delta)
		return a->delta > b->delta;
	if (a->full != b->full)
		return a->full;
	return a->refused > b->refused;
}

static struct worst judge(const struct listeners *now,
			  const struct listeners *old, __u64 ms, size_t i,
			  queue_of queue,
			  __u64 (*refused)(const struct refusals *refusals))
{
	const struct listener *listener = &now->dump.list[i];
	const struct refusals *before = listeners_refusals(old, listener->id);
	struct worst worst = {
		.index = i,
		.refused = refused(&listener->refusals),
		.full = queue_is_full(queue(listener), listener->limit),
	};

	if (ms && before)
		worst.delta = worst.refused - refused(before);
	else if (ms)
		worst.delta = worst.refused;
	return worst;
}

static struct worst find_worst(const struct listeners *now,
			       const struct listeners *old, __u64 ms,
			       queue_of queue,
			       __u64 (*refused)(const struct refusals *refusals))
{
	struct worst worst = { .index = now->dump.n }, one;
	size_t i;

	for (i = 0; i < now->dump.n; i++) {
		one = judge(now, old, ms, i, queue, refused);
		if ((one.delta || one.full) && is_worse(&one, &worst))
			worst = one;
	}
	return worst;
}

static void name_listener(const struct listeners *listeners, size_t i, char *text,
			  size_t size)
{
	__u64 inode = listeners->dump.list[i].inode;
	struct procs *procs = procs_new();
	char local[ENDPOINT_MAX], holders[PROCS_TEXT] = "";

	procs_want(procs, inode);
	procs_walk(procs, false);
	if (procs_find(procs, inode))
		procs_text(procs_find(procs, inode), holders, sizeof(holders));
	listener_local(listeners, i, local);
	snprintf(text, size, "%s%s%s", local, *holders ? " " : "", holders);
	procs_free(procs);
}

static void warn_accept(const struct listeners *now, const struct worst *worst,
			__u64 ms)
{
	const struct listener *listener = &now->dump.list[worst->index];
	char name[ENDPOINT_MAX + PROCS_TEXT], rate[32];

	name_listener(now, worst->index, name, sizeof(name));
	rate_text(worst->delta, 0, ms, rate, sizeof(rate));
	out_line(BAD, "! accept queue %s: %s  %llu/%llu, %llu refused%s",
		 worst->full ? "full" : "was full", name,
		 listener->accept_queue.depth, listener->limit, worst->refused,
		 rate);
}

static const char *drop_reason(const struct refusals *refusals)
{
	if (refusals->syn_full_drop >= refusals->max_syn_backlog &&
	    refusals->syn_full_drop >= refusals->other_drop)
		return "SYN queue full and net.ipv4.tcp_syncookies 0";
	if (refusals->max_syn_backlog >= refusals->other_drop)
		return "net.ipv4.tcp_max_syn_backlog";
	return "no memory, no route back, or a filter";
}

static void warn_syn(const struct listeners *now, const struct worst *worst,
		     __u64 ms)
{
	const struct listener *listener = &now->dump.list[worst->index];
	char name[ENDPOINT_MAX + PROCS_TEXT], rate[32];

	name_listener(now, worst->index, name, sizeof(name));
	rate_text(worst->delta, 0, ms, rate, sizeof(rate));
	out_line(BAD, "! SYNs dropped: %s  SYN queue %llu/%llu, %llu dropped%s: %s",
		 name, listener->syn_queue.depth, listener->limit,
		 worst->refused, rate, drop_reason(&listener->refusals));
}

/* A full SYN queue alone is no problem: there are cookies. */
void queues_warn(const struct listeners *now, const struct listeners *old,
		 __u64 ms)
{
	struct worst worst;

	if (out_is_json())
		return;
	worst = find_worst(now, old, ms, accept_of, refusals_overflow);
	if (worst.index < now->dump.n)
		warn_accept(now, &worst, ms);
	worst = find_worst(now, old, ms, syn_of, refusals_dropped);
	if (worst.index < now->dump.n && worst.delta)
		warn_syn(now, &worst, ms);
}
