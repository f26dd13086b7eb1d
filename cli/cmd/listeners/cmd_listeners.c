// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse listeners: the queues of each listener, what it refused and why.
 */
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/filter.h"
#include "base/foreign.h"
#include "base/out.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/json_fields.h"
#include "cmd/listeners/listener_causes.h"
#include "cmd/listeners/listener_groups.h"
#include "cmd/listeners/listener_notes.h"
#include "cmd/listeners/listeners_json.h"
#include "cmd/options.h"
#include "cmd/run.h"
#include "cmd/show.h"
#include "host/netns.h"
#include "host/procs.h"
#include "reading/listeners.h"

/* of enum sort_key, in its order */
#define SORT_KEYS "local accept syn overflow drop limit peak fullness"

static const struct col cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "local", "LOCAL", COL_LEFT },
	{ "syn_queue", "SYN-Q", 0 },
	{ "syn_peak", "PEAK", 0 },
	{ "syn_minute", "PEAK/min", COL_DETAIL },
	{ "accept_queue", "ACCEPT-Q", 0 },
	{ "accept_peak", "PEAK", 0 },
	{ "accept_minute", "PEAK/min", COL_DETAIL },
	{ "limit", "LIMIT", 0 },
	{ "asked", "ASKED", COL_DETAIL },
	{ "overflow", "OVERFLOW", 0 },
	{ "overflow_rate", "/s", COL_RATES },
	{ "syn_drop", "SYN-DROP", 0 },
	{ "syn_drop_rate", "/s", COL_RATES },
	{ "cookies", "COOKIES", 0 },
	{ "cookies_rate", "/s", COL_RATES },
	{ "full", "FULL FOR", COL_DETAIL },
	{ "last_refused", "REFUSED AGO", COL_DETAIL },
	{ "age", "AGE", COL_DETAIL },
	{ "process", "PROCESS", COL_LEFT | COL_PROCESS },
};

struct sample {
	struct listeners listeners;
	struct procs *procs;
};

/* Holders are looked for while the listeners are still there. */
static int take(struct conn *conn, const struct opts *opts, void *data)
{
	const struct wanted_listeners wanted = {
		.family = opts->family,
		.overflowing = opts->overflowing,
		.filter = opts->filter,
	};
	struct sample *sample = data;
	const struct listener_dump *dump = &sample->listeners.dump;
	int st = listeners_take(conn, &wanted, &sample->listeners);
	size_t i;

	if (st || !opts->processes)
		return st;
	sample->procs = procs_new();
	for (i = 0; i < dump->n; i++)
		procs_want(sample->procs, dump->list[i].inode);
	procs_walk(sample->procs, true);
	procs_say_denied(sample->procs);
	return ST_OK;
}

static void drop(void *data)
{
	struct sample *sample = data;

	listeners_drop(&sample->listeners);
	procs_free(sample->procs);
}

/* --- order --------------------------------------------------------------- */

struct sorting {
	const struct listeners *listeners;
	enum sort_key key;
};

static int descending(__u64 a, __u64 b)
{
	return a > b ? -1 : a < b;
}

static int by_local(const struct listener *a, const struct listener *b)
{
	int order = descending(b->port, a->port) ?:
		    descending(b->family, a->family) ?:
		    memcmp(a->address, b->address, sizeof(a->address));

	return order ?: descending(b->id, a->id);
}

static struct fill fuller_queue(const struct overflow *overflow,
				const struct listener *listener)
{
	struct fill accept = accept_fill(overflow, listener);
	struct fill syn = syn_fill(overflow, listener);

	return is_fuller(&syn, &accept) ? syn : accept;
}

static int by_fullness(const struct overflow *overflow,
		       const struct listener *a, const struct listener *b)
{
	struct fill x = fuller_queue(overflow, a);
	struct fill y = fuller_queue(overflow, b);

	return is_fuller(&x, &y) ? -1 : is_fuller(&y, &x);
}

static int by_key(const struct listener *a, const struct listener *b,
		  const struct sorting *sorting)
{
	switch (sorting->key) {
	case SORT_ACCEPT:
		return descending(a->accept_queue.depth, b->accept_queue.depth);
	case SORT_SYN:
		return descending(a->syn_queue.depth, b->syn_queue.depth);
	case SORT_OVERFLOW:
		return descending(refusals_overflow(&a->refusals),
				  refusals_overflow(&b->refusals));
	case SORT_DROP:
		return descending(refusals_dropped(&a->refusals),
				  refusals_dropped(&b->refusals));
	case SORT_LIMIT:
		return descending(a->limit, b->limit);
	case SORT_PEAK:
		return descending(a->accept_queue.peak, b->accept_queue.peak);
	case SORT_FULLNESS:
		return by_fullness(&sorting->listeners->overflow, a, b);
	default:
		return 0;
	}
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct sorting *sorting = arg;
	const struct listener *list = sorting->listeners->dump.list;
	const struct listener *x = &list[*(const size_t *)a];
	const struct listener *y = &list[*(const size_t *)b];

	return by_key(x, y, sorting) ?: by_local(x, y);
}

static size_t *sorted(const struct listeners *listeners, enum sort_key key)
{
	struct sorting sorting = { listeners, key };
	size_t n = listeners->dump.n, i;
	size_t *order = xcalloc(n + 1, sizeof(*order));

	for (i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof(*order), compare, &sorting);
	return order;
}

/* --- text ---------------------------------------------------------------- */

static void queue_cells(struct fill fill, const char *depth, const char *peak,
			const char *minute)
{
	const struct queue *queue = fill.queue;

	out_cell(depth, "%llu", queue->depth);
	out_cell(peak, "%llu", queue->peak);
	out_cell(minute, "%llu", queue->peak_minute);
	if (queue_is_full(queue, fill.limit))
		out_style(depth, BAD);
	if (queue->peak > fill.limit)
		out_style(peak, WARN);
}

/* What is over is no warning. */
static void refusal_cells(const struct listener *listener,
			  const struct refusals *old, __u64 ms)
{
	static const struct refusals none;
	const struct refusals *now = &listener->refusals;
	__u64 overflow = refusals_overflow(now), dropped = refusals_dropped(now);

	old = old ?: &none;
	out_cell("overflow", "%llu", overflow);
	out_cell("syn_drop", "%llu", dropped);
	out_cell("cookies", "%llu", now->cookies_sent);
	out_rate("overflow_rate", overflow, refusals_overflow(old), ms);
	out_rate("syn_drop_rate", dropped, refusals_dropped(old), ms);
	out_rate("cookies_rate", now->cookies_sent, old->cookies_sent, ms);
	if (refusals_overflow(&listener->refusals_minute))
		out_style("overflow", WARN);
	if (refusals_dropped(&listener->refusals_minute))
		out_style("syn_drop", WARN);
}

static void duration_cell(const char *key, __u64 ms)
{
	if (ms == ABSENT)
		out_cell(key, "-");
	else
		show_duration_cell(key, ms);
}

static void detail_cells(const struct listener *listener)
{
	__u64 accept = listener->accept_queue.full_ms;
	__u64 syn = listener->syn_queue.full_ms;
	__u64 full = accept > syn ? accept : syn;

	if (listener->asked == ABSENT)
		out_cell("asked", "-");
	else
		out_cell("asked", "%llu", listener->asked);
	duration_cell("full", full ?: ABSENT);
	duration_cell("last_refused", listener->last_refused_ms);
	duration_cell("age", listener->age_ms);
}

static void text_row(const struct netns *ns, const struct sample *sample,
		     size_t i, const struct refusals *old, __u64 ms)
{
	const struct listener *listener = &sample->listeners.dump.list[i];
	const struct overflow *overflow = &sample->listeners.overflow;
	char local[ENDPOINT_MAX], holders[PROCS_TEXT];

	listener_local(&sample->listeners, i, local);
	procs_text(procs_find(sample->procs, listener->inode), holders,
		   sizeof(holders));
	out_row();
	out_cell("netns", "%s", netns_text(ns));
	out_cell("local", "%s", local);
	queue_cells(syn_fill(overflow, listener), "syn_queue", "syn_peak",
		    "syn_minute");
	queue_cells(accept_fill(overflow, listener), "accept_queue",
		    "accept_peak", "accept_minute");
	out_cell("limit", "%llu", listener->limit);
	refusal_cells(listener, old, ms);
	detail_cells(listener);
	out_cell("process", "%s", holders);
}

/* --- both ---------------------------------------------------------------- */

static void json_row(const struct sample *sample, size_t i,
		     const struct refusals *old, __u64 ms)
{
	const struct listener *listener = &sample->listeners.dump.list[i];

	out_row();
	json_listener(&sample->listeners, i, old, ms);
	if (sample->procs)
		json_holders(procs_find(sample->procs, listener->inode));
}

static unsigned int columns(const struct opts *opts)
{
	return (opts->all_netns ? COL_NETNS : 0) |
	       (opts->interval_ms ? COL_RATES : 0) |
	       (opts->wide ? COL_DETAIL : 0) |
	       (opts->processes ? COL_PROCESS : 0);
}

static void show_rows(const struct opts *opts, const struct netns *ns,
		      const struct sample *now, const struct sample *old,
		      __u64 ms)
{
	const struct listener_dump *dump = &now->listeners.dump;
	size_t *order = sorted(&now->listeners, opts->sort), i;
	const struct refusals *before;

	out_table("listener", cols, ARRAY_SIZE(cols), columns(opts));
	for (i = 0; i < dump->n; i++) {
		before = listeners_refusals(old ? &old->listeners : NULL,
					    dump->list[order[i]].id);
		if (out_is_json())
			json_row(now, order[i], before, ms);
		else
			text_row(ns, now, order[i], before, ms);
	}
	out_table_end();
	free(order);
}

static void json_head(const struct sample *now, __u64 ms)
{
	if (!out_is_json())
		return;
	if (ms)
		out_u64("interval_ms", ms);
	out_bool("interrupted", now->listeners.dump.interrupted);
	json_nest("overflow", &overflow_nest, &now->listeners.overflow);
}

static int show(const struct opts *opts, const struct netns *ns,
		const void *sample, const void *old_sample)
{
	const struct sample *now = sample, *old = old_sample;
	__u64 ms = interval_of(now->listeners.overflow.counting_ms,
			       old ? &old->listeners.overflow.counting_ms : NULL);

	json_head(now, ms);
	if (opts->group)
		show_groups(opts, ns, &now->listeners,
			    old ? &old->listeners : NULL, now->procs, ms);
	else
		show_rows(opts, ns, now, old, ms);
	show_interval(opts, ms);
	if (out_is_json())
		listener_json_findings(&now->listeners, now->procs,
				       !opts->argc);
	if (opts->header && !opts->interval_ms) {
		listener_causes(&now->listeners);
		listener_notes(&now->listeners, now->procs, !opts->argc);
	}
	if (opts->header)
		listener_warnings(&now->listeners);
	return ST_OK;
}

static int run(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct sample),
		.deltas = true,
		.take = take,
		.show = show,
		.drop = drop,
	};

	return run_view(opts, &view);
}

/* A listener is in one state and has no peer. */
static int check_filter(const struct opts *opts)
{
	unsigned int states = filter_states(opts->filter);
	const char *peer = filter_peer_word(opts->filter);

	if (states && !(states & STATE_BIT(TCPULSE_STATE_LISTEN))) {
		out_err("filter: a listener is in no state but listening; for others see: tcpulse states");
		return ST_USAGE;
	}
	if (peer)
		out_err("filter: '%s' cannot fit: a listener has no peer; its own address and port are src and sport",
			inside(peer));
	return peer ? ST_USAGE : ST_OK;
}

static int check(struct opts *opts)
{
	return filter_parse(opts->argc, opts->argv, opts->numeric,
			    &opts->filter) ?:
	       check_filter(opts);
}

static const struct option_row options[] = {
	{ "processes", 'p', OPTION_FLAG(processes),
	  .help = "which processes hold them, from /proc" },
	{ "group", 'g', OPTION_FLAG(group),
	  .help = "one row a SO_REUSEPORT group" },
	{ "wide", 'w', OPTION_FLAG(wide), .help = "more columns" },
	{ "sort", 's', "KEY", .set = option_word,
	  .member = OPTION_MEMBER(enum sort_key, sort),
	  .values = SORT_KEYS, .help = SORT_KEYS },
	{ "overflowing", OPTION_FLAG(overflowing),
	  .help = "only those that ever dropped something or are full" },
	{ }
};

const struct cmd cmd_listeners = {
	.name = "listeners",
	.run = run,
	.check = check,
	.offer = filter_args_offer,
	.options = options,
	.args = "[OPTION...] [FILTER]",
	.help = "SYN queue, accept queue and refusals of each listener",
	.more = "FILTER is in the grammar of ss(8): sport = :80 or ( src 10/8 and\n"
		"not sport ge 1024 ).\n",
};
