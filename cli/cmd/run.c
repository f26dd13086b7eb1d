// SPDX-License-Identifier: GPL-2.0
/*
 * The loop over intervals and network namespaces. Commands neither sleep nor
 * cross over themselves.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/group.h"
#include "base/netlink.h"
#include "base/out.h"
#include "base/tape.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/run.h"
#include "host/netns.h"
#include "host/procs.h"
#include "module/nl.h"

#define DEFAULT_INTERVAL_MS 1000

/**
 * struct sample - one network namespace in a reading
 * @ns: which
 * @began_us: when counting began there; 0 when nothing tells
 * @data: what the view took; may be NULL when that failed
 * @st: ST_OK, or why it is not to be shown
 * @error: what was said of that, or NULL
 */
struct sample {
	struct netns ns;
	__u64 began_us;
	void *data;
	int st;
	char *error;
};

/* Where the sample of a namespace is; no padding. */
struct place {
	__u64 dev, ino;
	const struct sample *sample;
};

#define PLACE_KEY offsetof(struct place, sample)

/**
 * struct round - one reading
 * @sample: of each namespace
 * @n: how many
 * @places: struct place of each; for comparing, and NULL until there are some
 * @worst: the highest status of those that failed
 */
struct round {
	struct sample *sample;
	size_t n;
	struct groups *places;
	int worst;
};

static void forget_sample(const struct view *view, struct sample *sample)
{
	if (view->drop && sample->data)
		view->drop(sample->data);
	free(sample->data);
	free(sample->error);
}

static void forget(const struct view *view, struct round *round)
{
	size_t i;

	for (i = 0; i < round->n; i++)
		forget_sample(view, &round->sample[i]);
	free(round->sample);
	groups_free(round->places);
	memset(round, 0, sizeof(*round));
}

static void remember(struct round *round, const struct sample *sample)
{
	const struct place key = {
		.dev = sample->ns.dev, .ino = sample->ns.ino,
	};
	struct place *place;

	if (sample->st)
		return;
	place = groups_get(round->places, &key);
	if (!place->sample)
		place->sample = sample;
}

static const struct sample *older(const struct round *round, const struct netns *ns)
{
	const struct place key = { .dev = ns->dev, .ino = ns->ino }, *place;

	place = round->places ? groups_find(round->places, &key) : NULL;
	return place ? place->sample : NULL;
}

/* What may be subtracted: not the counts of another load of the module, nor those of
 * a namespace that had this number before. @anew is set when there are such.
 */
static const void *comparable(const struct round *round, const struct sample *now,
			      bool *anew)
{
	const struct sample *old = older(round, &now->ns);

	if (!old)
		return NULL;
	if (old->began_us == now->began_us)
		return old->began_us ? old->data : NULL;
	*anew = true;
	return NULL;
}

static int where(const struct opts *opts, struct netns **list, size_t *n)
{
	if (opts->all_netns)
		return netns_list(list, n);
	*n = 1;
	*list = xcalloc(1, sizeof(**list));
	if (opts->netns)
		return netns_find(opts->netns, *list);
	netns_current(*list);
	return ST_OK;
}

static int take(const struct opts *opts, const struct view *view,
		struct sample *sample)
{
	struct conn *conn;
	int st = conn_open(&conn);

	if (st)
		return st;
	st = view->take(conn, opts, sample->data);
	sample->began_us = conn_began_us(conn);
	conn_close(conn);
	return st;
}

static int say_ended(const struct opts *opts)
{
	out_err("-N %s: the network namespace has ended",
		quoted_text(opts->netns));
	return ST_REFUSED;
}

int run_enter(const struct opts *opts, struct netns *ns)
{
	bool gone = false;
	int st;

	if (!opts->netns) {
		netns_current(ns);
		return ST_OK;
	}
	st = netns_find(opts->netns, ns) ?: netns_enter(ns, &gone);
	netns_mask(ns);
	return st || !gone ? st : say_ended(opts);
}

/* A namespace that ended since it was listed is left out, unless it was the
 * one that was asked for.
 */
static int visit(const struct opts *opts, const struct view *view,
		 struct sample *sample, bool *gone)
{
	int st = ST_OK;

	*gone = false;
	if (opts->all_netns || opts->netns)
		st = netns_enter(&sample->ns, gone);
	netns_mask(&sample->ns);
	if (*gone && opts->netns)
		return say_ended(opts);
	if (st || *gone)
		return st;
	sample->data = xcalloc(1, view->size);
	return take(opts, view, sample);
}

/* What is not about this one namespace would be the same in the next. */
static bool ends_all(const struct opts *opts, int st)
{
	return st && (!opts->all_netns || st == ST_NOT_LOADED || tape_missed());
}

/* Why a namespace failed is said when the others are shown. */
static void settle(const struct opts *opts, struct round *round, struct sample *sample)
{
	bool failed = sample->st && !ends_all(opts, sample->st);

	sample->error = out_release(failed);
	if (failed && sample->st > round->worst)
		round->worst = sample->st;
}

/* Return: a status that ends the command. */
static int add_sample(const struct opts *opts, const struct view *view,
		      const struct netns *ns, struct round *round)
{
	struct sample *sample = &round->sample[round->n];
	bool gone;

	sample->ns = *ns;
	if (opts->all_netns)
		out_hold();
	sample->st = visit(opts, view, sample, &gone);
	settle(opts, round, sample);
	if (gone) {
		forget_sample(view, sample);
		memset(sample, 0, sizeof(*sample));
		return ST_OK;
	}
	remember(round, sample);
	round->n++;
	return ends_all(opts, sample->st) ? sample->st : ST_OK;
}

static int collect(const struct opts *opts, const struct view *view,
		   struct round *round)
{
	struct netns *list = NULL;
	size_t n = 0, i;
	int st = where(opts, &list, &n);

	/* each reading looks anew */
	procs_share(opts->all_netns);
	round->n = 0;
	round->sample = xcalloc(n + 1, sizeof(*round->sample));
	round->places = groups_new(PLACE_KEY, sizeof(struct place));
	for (i = 0; i < n && !st; i++)
		st = add_sample(opts, view, &list[i], round);
	free(list);
	return st ?: netns_leave();
}

void run_name(const struct opts *opts, const struct netns *ns)
{
	if (!out_is_json() || (!opts->all_netns && !opts->netns))
		return;
	out_name("netns", ns->name);
	out_name("netns_path", ns->path);
	out_u64("netns_inode", ns->ino);
	if (ns->foreign)
		out_u64("netns_owner_uid", ns->owner);
}

static void show_failed(const struct opts *opts, const struct sample *sample)
{
	const char *error = sample->error ? sample->error : "it failed";

	out_err("%s: %s", netns_text(&sample->ns), error);
	if (!out_is_json())
		return;
	run_name(opts, &sample->ns);
	out_str("error", error);
}

static int show_sample(const struct opts *opts, const struct view *view,
		       const struct sample *sample, const void *old)
{
	run_name(opts, &sample->ns);
	if (out_is_json() && sample->began_us)
		out_u64("began_us", sample->began_us);
	return view->show(opts, &sample->ns, sample->data, old);
}

static int show_samples(const struct opts *opts, const struct view *view,
			const struct round *now, const struct round *old, bool *anew)
{
	const struct sample *sample = now->sample, *end = sample + now->n;
	int worst = ST_OK, st = ST_OK;
	bool first = true;

	for (; sample < end; sample++, worst = st > worst ? st : worst) {
		if (opts->all_netns)
			out_object(NULL);
		if (!first && view->blocks && !sample->st)
			out_line(PLAIN, "%s", "");
		if (sample->st)
			show_failed(opts, sample);
		else
			st = show_sample(opts, view, sample,
					 comparable(old, sample, anew));
		first = first && sample->st;
		if (opts->all_netns)
			out_object_end();
	}
	return worst;
}

static int show(const struct opts *opts, const struct view *view,
		const struct round *now, const struct round *old)
{
	bool anew = false;
	int worst, st;

	out_begin(opts->all_netns);
	worst = show_samples(opts, view, now, old, &anew);
	st = out_end();
	if (anew)
		out_err("counting has begun anew since the reading before: the module was loaded again, or a namespace is another; nothing was compared with it");
	netlink_say_strangers();
	return st ? st : worst;
}

/* Against an absolute clock: the time a reading takes does not add up. */
static void sleep_until(struct timespec *next, unsigned int ms)
{
	next->tv_sec += ms / 1000;
	next->tv_nsec += ms % 1000 * 1000000L;
	if (next->tv_nsec >= 1000000000L) {
		next->tv_nsec -= 1000000000L;
		next->tv_sec++;
	}
	clock_wait(next);
}

static int say_too_few(void)
{
	out_err("the recording has too few readings to compare one with the next; replay it without -i");
	return ST_USAGE;
}

/* One status ends all that follows, another is only remembered. */
static int read_once(const struct opts *opts, const struct view *view,
		     struct round *now, struct round *old, int *worst)
{
	int st = collect(opts, view, now) ?: show(opts, view, now, old);
	int kept = st == ST_DIFFERS && st > now->worst ? st : now->worst;

	*worst = kept > *worst ? kept : *worst;
	forget(view, old);
	*old = *now;
	memset(now, 0, sizeof(*now));
	return st == ST_DIFFERS ? ST_OK : st;
}

static int readings(const struct opts *opts, const struct view *view,
		    unsigned int count)
{
	unsigned int ms = opts->interval_ms ?: DEFAULT_INTERVAL_MS, n;
	bool compares = view->rates || (opts->interval_ms && view->deltas);
	struct round now = {}, old = {};
	struct timespec next;
	int st = ST_OK, worst = ST_OK;

	clock_gettime(CLOCK_MONOTONIC, &next);
	if (compares && tape_reading())
		st = collect(opts, view, &old);
	for (n = 0; !st && (!count || n < count); n++) {
		if (compares || n)
			sleep_until(&next, ms);
		if (!tape_reading())
			break;
		if (n && opts->header)
			out_line(PLAIN, "%s", "");
		st = read_once(opts, view, &now, &old, &worst);
	}
	forget(view, &old);
	if (!n && !st)
		st = say_too_few();
	return st ? st : worst;
}

int run_view(const struct opts *opts, const struct view *view)
{
	unsigned int count = opts->count;
	int st;

	if (!count && !opts->interval_ms)
		count = 1;
	st = readings(opts, view, count);
	procs_share(false);
	return st;
}
