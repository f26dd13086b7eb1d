// SPDX-License-Identifier: GPL-2.0
/*
 * One walk over the sockets, each that does not move counted into a group at once:
 * memory is for groups, and for the open sockets of processes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/group.h"
#include "base/status.h"
#include "cmd/cmd.h"
#include "cmd/options.h"
#include "cmd/stuck/stuck.h"

#define QUIET_DEFAULT_MS	10000
#define OTHER_DEFAULT_MS	1000

/* --- whose --------------------------------------------------------------- */

/* A service before process 1, which may have opened its sockets for it. */
static const struct holder *first_holder(const struct holders *holders)
{
	return &holders->holder[holders->n > 1 && holders->holder[0].pid == 1];
}

static void own_process(struct stuck_key *key, const struct holders *holders)
{
	key->owner = holders ? OWNER_PROCESS : OWNER_UNSEEN;
	key->id = holders ? first_holder(holders)->pid : -1;
}

static void own_listener(struct stuck_sample *sample, struct stuck_key *key,
			 const struct diag_socket *socket)
{
	size_t first;

	key->listeners = accepting_find(&sample->accepting, socket, &first);
	key->id = key->listeners ? (__s64)first : -1;
}

/* --- groups -------------------------------------------------------------- */

static void key_peer(const struct opts *opts, const struct diag_socket *socket,
		     struct stuck_key *key)
{
	if (opts->walk == WALK_NONE)
		return;
	key->dst = socket->dst;
	if (opts->walk == WALK_CONNECTION) {
		key->src = socket->src;
		key->sport = socket->sport;
		key->dport = socket->dport;
		return;
	}
	addr_unmap(&key->dst);
	if (opts->walk == WALK_PREFIX)
		addr_mask(&key->dst, opts->prefix[key->dst.family == AF_INET6]);
}

/* Was @a silent for longer, or sent more? Then the same each time. */
static bool is_worse(const struct diag_socket *a, const struct diag_socket *b)
{
	int order;

	if (a->silent_ms != b->silent_ms)
		return a->silent_ms > b->silent_ms;
	if (a->retrans != b->retrans)
		return a->retrans > b->retrans;
	order = memcmp(&a->dst, &b->dst, sizeof(a->dst));
	return order ? order < 0 : a->dport < b->dport;
}

static void begin(struct stuck_group *group, const struct diag_socket *socket)
{
	struct stuck *stuck = &group->stuck;

	stuck->state = group->key.state;
	stuck->why = group->key.why;
	stuck->timer = group->key.timer;
	stuck->owner = group->key.owner;
	stuck->expires_min = socket->expires_ms;
	group->longest = *socket;
}

static bool is_other_peer(const struct diag_socket *a, const struct diag_socket *b)
{
	return memcmp(&a->dst, &b->dst, sizeof(a->dst)) != 0;
}

static __u32 more(__u32 a, __u32 b)
{
	return a > b ? a : b;
}

static void count(struct stuck_group *group, const struct diag_socket *socket)
{
	struct stuck *stuck = &group->stuck;

	if (!stuck->count++)
		begin(group, socket);
	if (socket->expires_ms < stuck->expires_min)
		stuck->expires_min = socket->expires_ms;
	stuck->expires_max = more(stuck->expires_max, socket->expires_ms);
	stuck->retrans_max = more(stuck->retrans_max, socket->retrans);
	stuck->bytes_max = more(stuck->bytes_max,
				more(socket->rqueue, socket->wqueue));
	stuck->windows += socket->has_window && !socket->window;
	group->peers |= is_other_peer(socket, &group->longest);
	if (is_worse(socket, &group->longest))
		group->longest = *socket;
}

static bool is_full(const struct stuck_sample *sample, const struct stuck_key *key)
{
	const struct diag_socket *listener;
	size_t i;

	for (i = 0; key->id >= 0 && i < key->listeners; i++) {
		listener = &sample->accepting.list[key->id + i];
		if (listener->rqueue > listener->wqueue)
			return true;
	}
	return false;
}

static void add_stuck(struct stuck_sample *sample, enum stuck_why why,
		      const struct diag_socket *socket)
{
	const struct holders *holders = procs_of(sample->procs, socket->inode);
	struct stuck_key key = {
		.state = socket->state, .why = why, .timer = socket->timer,
		.owner = stuck_owner(socket),
	};
	struct stuck_group *group;

	if (key.owner == OWNER_PROCESS)
		own_process(&key, holders);
	else
		own_listener(sample, &key, socket);
	key_peer(sample->opts, socket, &key);
	group = groups_get(sample->groups, &key);
	count(group, socket);
	sample->count++;
	group->stuck.full = key.owner == OWNER_LISTENER && is_full(sample, &key);
	if (!holders)
		return;
	group->holder = *first_holder(holders);
	group->others = holders->n - 1;
}

static void add(const struct diag_socket *socket, void *arg)
{
	struct stuck_sample *sample = arg;
	bool quiet;
	enum stuck_why why = stuck_why(socket, &sample->after, &quiet);

	if (why != STUCK_NOT)
		add_stuck(sample, why, socket);
	if (!quiet)
		return;
	sample->quiet++;
	sample->quiet_ms = more(sample->quiet_ms, socket->silent_ms);
}

static void set_times(const struct opts *opts, struct stuck_sample *sample)
{
	struct stuck_after *after = &sample->after;
	bool given = opts->walk == WALK_HALFCLOSED || options_given(opts, "silent");

	after->quiet_ms = given ? opts->silent_ms : QUIET_DEFAULT_MS;
	after->other_ms = given ? opts->silent_ms : OTHER_DEFAULT_MS;
	after->fin_timeout_ms = sample->retries.fin_timeout * 1000;
}

/* Who has the listeners, too. */
static void ask_for_listeners(struct stuck_sample *sample)
{
	size_t n, i, j;
	struct stuck_group **list = stuck_sorted(sample, &n);

	for (i = 0; i < n; i++)
		for (j = 0; j < list[i]->key.listeners; j++)
			procs_of(sample->procs,
				 sample->accepting.list[list[i]->key.id + j].inode);
	free(list);
}

/* The listeners first: connections go to a listener that is there already. */
int stuck_take(struct conn *conn, const struct opts *opts, void *data)
{
	struct stuck_sample *sample = data;
	unsigned int states = opts->walk == WALK_HALFCLOSED ?
			      HALFCLOSED_STATES : STUCK_STATES;
	int st;

	(void)conn;
	sample->opts = opts;
	retries_take(&sample->retries);
	set_times(opts, sample);
	sample->procs = procs_new();
	sample->groups = groups_new(sizeof(struct stuck_key),
				    sizeof(struct stuck_group));
	st = accepting_take(&sample->accepting) ?:
	     walk_sockets(opts, states, true, add, sample, &sample->walked);
	ask_for_listeners(sample);
	procs_done(sample->procs);
	procs_say_denied(sample->procs);
	return st;
}

void stuck_drop(void *data)
{
	struct stuck_sample *sample = data;

	accepting_drop(&sample->accepting);
	procs_free(sample->procs);
	groups_free(sample->groups);
}

/* --- order --------------------------------------------------------------- */

static bool is_quiet(const struct stuck *stuck)
{
	return stuck->state == TCPULSE_STATE_ESTABLISHED &&
	       stuck->why == STUCK_QUIET;
}

/* What is only quiet may be in order: behind the rest. */
static int by_count(const void *a, const void *b)
{
	const struct stuck_group *x = *(struct stuck_group *const *)a;
	const struct stuck_group *y = *(struct stuck_group *const *)b;

	if (is_quiet(&x->stuck) != is_quiet(&y->stuck))
		return is_quiet(&x->stuck) - is_quiet(&y->stuck);
	if (x->stuck.count != y->stuck.count)
		return x->stuck.count > y->stuck.count ? -1 : 1;
	if (x->longest.silent_ms != y->longest.silent_ms)
		return x->longest.silent_ms > y->longest.silent_ms ? -1 : 1;
	return memcmp(&x->key, &y->key, sizeof(x->key));
}

struct stuck_group **stuck_sorted(const struct stuck_sample *sample, size_t *n)
{
	return (struct stuck_group **)groups_sorted(sample->groups, by_count, n);
}
