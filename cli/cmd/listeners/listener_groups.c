// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel gives each connection to one member of a group and never to
 * another: one that accepts too slowly refuses while the others are idle. So a
 * group shows its sums, its fullest member, and how uneven it is.
 */
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/group.h"
#include "base/out.h"
#include "cmd/cmd.h"
#include "cmd/json_fields.h"
#include "cmd/listeners/listener_groups.h"
#include "cmd/listeners/listeners_json.h"
#include "cmd/show.h"
#include "host/netns.h"
#include "host/procs.h"
#include "reading/listeners.h"

static const struct col cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "local", "LOCAL", COL_LEFT },
	{ "members", "MEMBERS", 0 },
	{ "syn_queue", "SYN-Q", 0 },
	{ "accept_queue", "ACCEPT-Q", 0 },
	{ "peak", "PEAK", 0 },
	{ "fullest", "FULLEST", 0 },
	{ "overflow", "OVERFLOW", 0 },
	{ "overflow_rate", "/s", COL_RATES },
	{ "syn_drop", "SYN-DROP", 0 },
	{ "syn_drop_rate", "/s", COL_RATES },
	{ "cookies", "COOKIES", 0 },
	{ "imbalance", "IMBALANCE", 0 },
	{ "process", "PROCESS", COL_LEFT | COL_PROCESS },
};

struct key {
	unsigned char address[16];
	__u64 family, port, ifindex, reuseport;
};

/**
 * struct group - listeners of one address
 * @key: which; the group's first member
 * @members: how many
 * @fullest: index of the one whose accept queue is fullest
 * @syn: sum of SYN queue depths
 * @accept: sum of accept queue depths
 * @limit: sum of limits
 * @most_waiting: greatest accept queue depth
 * @most_refused: most overflows of one member
 * @peak: greatest accept queue peak of one member
 * @now: sum of refusals
 * @minute: of these, in the last minute
 * @old: sum of those members' refusals in the reading before
 */
struct group {
	struct key key;
	size_t members, fullest;
	__u64 syn, accept, limit, most_waiting, most_refused, peak;
	struct refusals now, minute, old;
};

static __u64 greater(__u64 a, __u64 b)
{
	return a > b ? a : b;
}

static void add_member(struct group *group, const struct listeners *listeners,
		       size_t i)
{
	const struct listener *list = listeners->dump.list, *l = &list[i];
	struct fill fullest = accept_fill(&listeners->overflow,
					  &list[group->fullest]);
	struct fill one = accept_fill(&listeners->overflow, l);

	if (!group->members++ || is_fuller(&one, &fullest))
		group->fullest = i;
	group->syn += l->syn_queue.depth;
	group->accept += l->accept_queue.depth;
	group->limit += l->limit;
	group->peak = greater(group->peak, l->accept_queue.peak);
	group->most_waiting = greater(group->most_waiting,
				      l->accept_queue.depth);
	group->most_refused = greater(group->most_refused,
				      refusals_overflow(&l->refusals));
	fields_add(&refusals_nest, &group->now, &l->refusals);
	fields_add(&refusals_nest, &group->minute, &l->refusals_minute);
}

static void key_of(const struct listener *l, struct key *key)
{
	memset(key, 0, sizeof(*key));
	memcpy(key->address, l->address, sizeof(key->address));
	key->family = l->family;
	key->port = l->port;
	key->ifindex = l->ifindex;
	key->reuseport = l->reuseport;
}

static void make_groups(struct groups *groups, const struct listeners *now,
			const struct listeners *old)
{
	const struct refusals *before;
	const struct listener *l;
	struct group *group;
	struct key key;
	size_t i;

	for (i = 0; i < now->dump.n; i++) {
		l = &now->dump.list[i];
		key_of(l, &key);
		group = groups_get(groups, &key);
		add_member(group, now, i);
		before = listeners_refusals(old, l->id);
		if (before)
			fields_add(&refusals_nest, &group->old, before);
	}
}

/* In percent of what each would have if all had the same; 0: nothing there. */
static __u64 unevenness(__u64 most, __u64 sum, size_t members)
{
	return sum ? most * members * 100 / sum : 0;
}

static __u64 imbalance(const struct group *group)
{
	__u64 waiting = unevenness(group->most_waiting, group->accept,
				   group->members);
	__u64 refused = unevenness(group->most_refused,
				   refusals_overflow(&group->now),
				   group->members);

	return greater(waiting, refused);
}

/* --- order --------------------------------------------------------------- */

static int descending(__u64 a, __u64 b)
{
	return a > b ? -1 : a < b;
}

static int by_local(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a;
	const struct group *y = *(struct group *const *)b;

	return descending(y->key.port, x->key.port) ?:
	       descending(y->key.family, x->key.family) ?:
	       memcmp(&x->key, &y->key, sizeof(x->key));
}

static __u64 sort_value(const struct group *group, enum sort_key key)
{
	switch (key) {
	case SORT_ACCEPT:
		return group->accept;
	case SORT_SYN:
		return group->syn;
	case SORT_OVERFLOW:
		return refusals_overflow(&group->now);
	case SORT_DROP:
		return refusals_dropped(&group->now);
	case SORT_LIMIT:
		return group->limit;
	case SORT_PEAK:
		return group->peak;
	case SORT_FULLNESS:
		return group->most_waiting;
	default:
		return 0;
	}
}

static int by_key(const void *a, const void *b, void *arg)
{
	const enum sort_key *key = arg;

	return descending(sort_value(*(struct group *const *)a, *key),
			  sort_value(*(struct group *const *)b, *key)) ?:
	       by_local(a, b);
}

/* --- rows ---------------------------------------------------------------- */

static void json_row(const struct group *group, const struct listeners *now,
		     const struct procs *procs, __u64 ms)
{
	const struct listener *fullest = &now->dump.list[group->fullest];

	out_u64("members", group->members);
	out_u64("syn_queue", group->syn);
	out_u64("accept_queue", group->accept);
	out_u64("accept_queue_max", group->most_waiting);
	out_u64("overflow_max", group->most_refused);
	out_u64("limit", group->limit);
	out_u64("peak", group->peak);
	out_u64("imbalance_percent", imbalance(group));
	json_nest("refusals", &refusals_nest, &group->now);
	json_nest("refusals_minute", &refusals_nest, &group->minute);
	json_nest_delta("refusals_delta", &refusals_nest, &group->now,
			&group->old, ms);
	out_object("fullest");
	json_listener(now, group->fullest, NULL, 0);
	if (procs)
		json_holders(procs_find(procs, fullest->inode));
	out_object_end();
}

static void imbalance_cell(const struct group *group)
{
	__u64 percent = imbalance(group);

	if (group->members < 2 || !percent)
		out_cell("imbalance", "-");
	else
		out_cell("imbalance", "%llu.%llu", percent / 100,
			 percent / 10 % 10);
}

static void refusal_cells(const struct group *group, __u64 ms)
{
	__u64 overflow = refusals_overflow(&group->now);
	__u64 dropped = refusals_dropped(&group->now);

	out_cell("overflow", "%llu", overflow);
	out_cell("syn_drop", "%llu", dropped);
	out_cell("cookies", "%llu", group->now.cookies_sent);
	out_rate("overflow_rate", overflow, refusals_overflow(&group->old), ms);
	out_rate("syn_drop_rate", dropped, refusals_dropped(&group->old), ms);
	if (refusals_overflow(&group->minute))
		out_style("overflow", WARN);
	if (refusals_dropped(&group->minute))
		out_style("syn_drop", WARN);
}

static void text_row(const struct group *group, const struct listeners *now,
		     const struct procs *procs, __u64 ms)
{
	const struct listener *fullest = &now->dump.list[group->fullest];
	char local[ENDPOINT_MAX], holders[PROCS_TEXT];

	listener_local(now, group->fullest, local);
	procs_text(procs_find(procs, fullest->inode), holders,
		   sizeof(holders));
	out_cell("local", "%s", local);
	out_cell("members", "%zu", group->members);
	out_cell("syn_queue", "%llu", group->syn);
	out_cell("accept_queue", "%llu", group->accept);
	out_cell("peak", "%llu", group->peak);
	out_cell("fullest", "%llu/%llu", fullest->accept_queue.depth,
		 fullest->limit);
	if (queue_is_full(&fullest->accept_queue, fullest->limit))
		out_style("fullest", BAD);
	refusal_cells(group, ms);
	imbalance_cell(group);
	out_cell("process", "%s", holders);
}

void show_groups(const struct opts *opts, const struct netns *ns,
		 const struct listeners *now, const struct listeners *old,
		 const struct procs *procs, __u64 ms)
{
	struct groups *groups = groups_new(sizeof(struct key),
					   sizeof(struct group));
	unsigned int columns = (opts->all_netns ? COL_NETNS : 0) |
			       (opts->interval_ms ? COL_RATES : 0) |
			       (opts->processes ? COL_PROCESS : 0);
	enum sort_key key = opts->sort;
	struct group **list;
	size_t n, i;

	make_groups(groups, now, old);
	list = (struct group **)groups_sorted(groups, by_local, &n);
	qsort_r(list, n, sizeof(*list), by_key, &key);
	out_table("group", cols, ARRAY_SIZE(cols), columns);
	for (i = 0; i < n; i++) {
		out_row();
		out_cell("netns", "%s", netns_text(ns));
		if (out_is_json())
			json_row(list[i], now, procs, ms);
		else
			text_row(list[i], now, procs, ms);
	}
	out_table_end();
	free(list);
	groups_free(groups);
}
