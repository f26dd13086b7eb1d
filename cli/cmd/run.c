// SPDX-License-Identifier: GPL-2.0
/*
 * The loop over intervals and network namespaces. Commands neither sleep nor
 * cross over themselves.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/out.h"
#include "base/tape.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/run.h"
#include "host/netns.h"
#include "module/nl.h"

#define DEFAULT_INTERVAL_MS 1000

/* @began_us: when counting began there; 0 when nothing tells */
struct sample {
	struct netns ns;
	__u64 began_us;
	void *data;
};

struct round {
	struct sample *sample;
	size_t n;
};

static void forget(const struct view *view, struct round *round)
{
	size_t i;

	for (i = 0; i < round->n; i++) {
		if (view->drop)
			view->drop(round->sample[i].data);
		free(round->sample[i].data);
	}
	free(round->sample);
	memset(round, 0, sizeof(*round));
}

static const struct sample *older(const struct round *round, const struct netns *ns)
{
	size_t i;

	for (i = 0; i < round->n; i++)
		if (round->sample[i].ns.ino == ns->ino &&
		    round->sample[i].ns.dev == ns->dev)
			return &round->sample[i];
	return NULL;
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
		 const struct netns *ns, struct round *round)
{
	struct sample *sample = &round->sample[round->n];
	bool gone = false;
	int st = ST_OK;

	if (opts->all_netns || opts->netns)
		st = netns_enter(ns, &gone);
	if (gone && opts->netns)
		return say_ended(opts);
	if (st || gone)
		return st;
	sample->ns = *ns;
	netns_mask(&sample->ns);
	sample->data = xcalloc(1, view->size);
	round->n++;
	return take(opts, view, sample);
}

static int collect(const struct opts *opts, const struct view *view,
		   struct round *round)
{
	struct netns *list = NULL;
	size_t n = 0, i;
	int st = where(opts, &list, &n);

	round->n = 0;
	round->sample = xcalloc(n + 1, sizeof(*round->sample));
	for (i = 0; i < n && !st; i++)
		st = visit(opts, view, &list[i], round);
	free(list);
	return st;
}

void run_name(const struct opts *opts, const struct netns *ns)
{
	if (!out_is_json() || (!opts->all_netns && !opts->netns))
		return;
	out_name("netns", ns->name);
	out_name("netns_path", ns->path);
	out_u64("netns_inode", ns->ino);
}

static int show(const struct opts *opts, const struct view *view,
		const struct round *now, const struct round *old)
{
	const struct sample *sample;
	int worst = ST_OK, st;
	bool anew = false;
	size_t i;

	out_begin(opts->all_netns);
	for (i = 0; i < now->n; i++) {
		sample = &now->sample[i];
		if (opts->all_netns)
			out_object(NULL);
		if (i && view->blocks)
			out_line(PLAIN, "%s", "");
		run_name(opts, &sample->ns);
		if (out_is_json() && sample->began_us)
			out_u64("began_us", sample->began_us);
		st = view->show(opts, &sample->ns, sample->data,
				comparable(old, sample, &anew));
		worst = st > worst ? st : worst;
		if (opts->all_netns)
			out_object_end();
	}
	st = out_end();
	if (anew)
		out_err("counting has begun anew since the reading before: the module was loaded again, or a namespace is another; nothing was compared with it");
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
		st = collect(opts, view, &now) ?:
		     show(opts, view, &now, &old);
		if (st == ST_DIFFERS) {
			worst = st;
			st = ST_OK;
		}
		forget(view, &old);
		old = now;
		memset(&now, 0, sizeof(now));
	}
	forget(view, &old);
	forget(view, &now);
	if (!n && !st)
		st = say_too_few();
	return st ? st : worst;
}

int run_view(const struct opts *opts, const struct view *view)
{
	unsigned int count = opts->count;

	if (!count && !opts->interval_ms)
		count = 1;
	return readings(opts, view, count);
}
