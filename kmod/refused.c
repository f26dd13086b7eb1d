// SPDX-License-Identifier: GPL-2.0
/*
 * All refusals of a namespace: those of its listeners, beside the kernel's own
 * counters, and what of these came in the last minute.
 */
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "listener.h"
#include "mib.h"
#include "net.h"
#include "overflow.h"
#include "refused.h"

/* What of the kernel's counters one set of refusals explains. */
static void tcpulse_refused_explain(const u64 *refused, u64 explained[TCPULSE_MIBS])
{
	explained[TCPULSE_MIB_OVERFLOWS] +=
		refused[TCPULSE_A_REFUSALS_ACCEPT_FULL_SYN] +
		refused[TCPULSE_A_REFUSALS_ACCEPT_FULL_ACK] +
		refused[TCPULSE_A_REFUSALS_ACCEPT_FULL_COOKIE];
	explained[TCPULSE_MIB_DROPS] +=
		refused[TCPULSE_A_REFUSALS_ACCEPT_FULL_SYN] +
		refused[TCPULSE_A_REFUSALS_ACCEPT_FULL_ACK] +
		refused[TCPULSE_A_REFUSALS_ACCEPT_FULL_COOKIE] +
		refused[TCPULSE_A_REFUSALS_SYN_FULL_DROP] +
		refused[TCPULSE_A_REFUSALS_MAX_SYN_BACKLOG] +
		refused[TCPULSE_A_REFUSALS_OTHER_DROP];
	explained[TCPULSE_MIB_FULL_DROP] +=
		refused[TCPULSE_A_REFUSALS_SYN_FULL_DROP];
	explained[TCPULSE_MIB_FULL_COOKIE] +=
		refused[TCPULSE_A_REFUSALS_SYN_FULL_COOKIE] +
		refused[TCPULSE_A_REFUSALS_SYN_ALWAYS_COOKIE];
	explained[TCPULSE_MIB_COOKIE_SENT] +=
		refused[TCPULSE_A_REFUSALS_COOKIES_SENT];
	explained[TCPULSE_MIB_COOKIE_VALID] +=
		refused[TCPULSE_A_REFUSALS_COOKIES_VALID];
	explained[TCPULSE_MIB_COOKIE_INVALID] +=
		refused[TCPULSE_A_REFUSALS_COOKIES_INVALID];
}

static bool tcpulse_refused_is_drop(int refusal)
{
	switch (refusal) {
	case TCPULSE_A_REFUSALS_ACCEPT_FULL_SYN:
	case TCPULSE_A_REFUSALS_ACCEPT_FULL_ACK:
	case TCPULSE_A_REFUSALS_ACCEPT_FULL_COOKIE:
	case TCPULSE_A_REFUSALS_SYN_FULL_DROP:
	case TCPULSE_A_REFUSALS_MAX_SYN_BACKLOG:
	case TCPULSE_A_REFUSALS_OTHER_DROP:
		return true;
	}
	return false;
}

static u64 tcpulse_refused_last_drop(const struct tcpulse_recent *recent)
{
	u64 last = 0;
	int i;

	for (i = 1; recent && i < TCPULSE_REFUSALS; i++)
		if (tcpulse_refused_is_drop(i))
			last = max(last, recent[i].last);
	return last;
}

/* Those whose record is gone, and those who have one. */
static void tcpulse_refused_add_gone(struct tcpulse_listeners *ls,
				     struct tcpulse_refused *all)
{
	const struct tcpulse_moment now = tcpulse_moment_now();
	struct tcpulse_recent *gone;
	int i;

	for (i = 1; i < TCPULSE_REFUSALS; i++) {
		gone = &ls->gone_recent[i];
		tcpulse_recent_look(gone, now, gone->seen);
		all->gone_minute[i] = tcpulse_minute_sum(&gone->minute);
	}
	memcpy(all->gone, ls->gone, sizeof(all->gone));
	all->closed = ls->n_gone;
	all->gone_last = tcpulse_refused_last_drop(ls->gone_recent);
}

static void tcpulse_refused_add(struct tcpulse_listener *listener,
				struct tcpulse_refused *all)
{
	const bool open = tcpulse_listener_is_open(listener);
	u64 last;

	tcpulse_listener_look_refused(listener);
	tcpulse_listener_sum(listener, open ? all->listening : all->gone);
	tcpulse_listener_add_minute(listener, open ? all->listening_minute :
						     all->gone_minute);
	all->open += open;
	all->closed += !open;
	if (open)
		return;
	last = tcpulse_refused_last_drop(tcpulse_listener_recent(listener));
	all->gone_last = max(all->gone_last, last);
}

/*
 * A segment may just be between the two. What the kernel had counted before listeners were
 * read and they do not explain will stay so: that has a last minute.
 */
static void tcpulse_refused_rest(struct tcpulse_recent *recent, int i,
				 struct tcpulse_moment now, u64 before,
				 struct tcpulse_refused *all, u64 explained)
{
	const u64 rest = max_t(s64, all->kernel[i] - explained, 0);

	tcpulse_recent_look(recent, now, max_t(s64, before - explained, 0));
	all->unattributed[i] = rest;
	all->unattributed_minute[i] = min(tcpulse_minute_sum(&recent->minute), rest);
	if (rest)
		all->unattributed_last = max(all->unattributed_last, recent->last);
}

static void tcpulse_refused_add_rest(struct tcpulse_listeners *ls,
				     const u64 before[TCPULSE_MIBS],
				     struct tcpulse_refused *all)
{
	const struct tcpulse_moment now = tcpulse_moment_now();
	u64 explained[TCPULSE_MIBS] = {};
	int i;

	tcpulse_refused_explain(all->listening, explained);
	tcpulse_refused_explain(all->gone, explained);
	for (i = 0; i <= TCPULSE_MIB_COOKIE_INVALID; i++)
		tcpulse_refused_rest(&ls->unattributed[i], i, now, before[i],
				     all, explained[i]);
}

static void tcpulse_refused_kernel(const struct net *net, u64 kernel[TCPULSE_MIBS])
{
	int i;

	for (i = 0; i < TCPULSE_MIBS; i++)
		kernel[i] = tcpulse_overflow_kernel(net, i);
}

/**
 * tcpulse_refused_read() - what was refused, by whom, and when
 * @net: namespace, pinned by the caller
 * @all: result
 *
 * The kernel's counters are read after those of listeners, so that all that these
 * explain is in them.
 *
 * Context: Process context, may sleep.
 */
void tcpulse_refused_read(const struct net *net, struct tcpulse_refused *all)
{
	struct tcpulse_listeners *ls = &tcpulse_net(net)->listeners;
	struct tcpulse_listener *listener;
	u64 before[TCPULSE_MIBS];
	unsigned long id;

	memset(all, 0, sizeof(*all));
	mutex_lock(&ls->mutex);
	tcpulse_refused_kernel(net, before);
	tcpulse_refused_add_gone(ls, all);
	xa_for_each(&ls->table, id, listener) {
		tcpulse_refused_add(listener, all);
		cond_resched();
	}
	all->generation = READ_ONCE(ls->generation);
	tcpulse_refused_kernel(net, all->kernel);
	tcpulse_refused_add_rest(ls, before, all);
	mutex_unlock(&ls->mutex);
}

/**
 * tcpulse_refused_read_time_wait() - which minisocks were refused, and when
 * @net: namespace, pinned by the caller
 * @refused: result
 *
 * Context: Process context, may sleep.
 */
void tcpulse_refused_read_time_wait(const struct net *net,
				    struct tcpulse_refused_time_wait *refused)
{
	struct tcpulse_net *tn = tcpulse_net(net);
	struct tcpulse_recent *recent = &tn->listeners.time_wait_refused;

	mutex_lock(&tn->listeners.mutex);
	refused->count = tcpulse_mib_sum(net, LINUX_MIB_TCPTIMEWAITOVERFLOW) -
			 tn->refused;
	tcpulse_recent_look(recent, tcpulse_moment_now(), refused->count);
	refused->minute = tcpulse_minute_sum(&recent->minute);
	refused->last = recent->last;
	mutex_unlock(&tn->listeners.mutex);
}

/* Has the kernel counted any since the last second? */
static bool tcpulse_refused_moved(const struct net *net)
{
	struct tcpulse_listeners *ls = &tcpulse_net(net)->listeners;
	u64 sum = 0;
	int i;

	for (i = 0; i <= TCPULSE_MIB_COOKIE_INVALID; i++)
		sum += tcpulse_overflow_kernel(net, i);
	if (sum == ls->kernel_sum)
		return false;
	ls->kernel_sum = sum;
	return true;
}

/**
 * tcpulse_refused_tick() - a new second begins
 * @tn: per-netns state, pinned by the caller
 *
 * What of the kernel's counters belongs to a listener was looked at with it. Without
 * memory the next second has this one's.
 *
 * Context: Process context, may sleep; from one place only.
 * Return: the next second is to be told as well: what was on its way has then arrived.
 */
bool tcpulse_refused_tick(struct tcpulse_net *tn)
{
	const struct net *net = tn->tuning.net;
	struct tcpulse_refused_time_wait time_wait;
	struct tcpulse_refused *all;
	bool moved;

	tcpulse_refused_read_time_wait(net, &time_wait);
	moved = tcpulse_refused_moved(net);
	if (!moved && !tn->listeners.kernel_moved)
		return false;
	tn->listeners.kernel_moved = moved;
	all = kmalloc(sizeof(*all), GFP_KERNEL | __GFP_NOWARN);
	if (all)
		tcpulse_refused_read(net, all);
	kfree(all);
	return moved;
}
