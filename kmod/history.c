// SPDX-License-Identifier: GPL-2.0
/*
 * What was changed, remembered and announced. The rows of a change are made
 * before anything is changed, so that none can be missing afterwards.
 */
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "history.h"
#include "net.h"
#include "netlink.h"

/**
 * tcpulse_history_alloc() - make rows for later
 * @spare: where to put them
 * @n: how many
 *
 * Context: Process context, may sleep.
 * Return: 0, or -ENOMEM with those made so far in @spare.
 */
int tcpulse_history_alloc(struct list_head *spare, unsigned int n)
{
	struct tcpulse_change *row;

	for (; n; n--) {
		row = kmalloc(sizeof(*row), GFP_KERNEL_ACCOUNT);
		if (!row)
			return -ENOMEM;
		row->by.pid = NULL;
		list_add(&row->node, spare);
	}
	return 0;
}

static void tcpulse_history_drop(struct tcpulse_change *row)
{
	put_pid(row->by.pid);
	kfree(row);
}

void tcpulse_history_free(struct list_head *rows)
{
	struct tcpulse_change *row, *next;

	list_for_each_entry_safe(row, next, rows, node)
		tcpulse_history_drop(row);
	INIT_LIST_HEAD(rows);
}

static void tcpulse_history_remember(struct tcpulse_tuning *tuning,
				     struct tcpulse_change *row)
{
	struct tcpulse_change *oldest;

	list_move_tail(&row->node, &tuning->history);
	if (tuning->n_history < TCPULSE_HISTORY_MAX) {
		tuning->n_history++;
		return;
	}
	oldest = list_first_entry(&tuning->history, struct tcpulse_change,
				  node);
	list_del(&oldest->node);
	tcpulse_history_drop(oldest);
}

/**
 * tcpulse_history_add() - remember and announce what happened to a value
 * @net: namespace
 * @spare: where to take a row from
 * @change: what happened; its sequence and time are not looked at
 *
 * Context: Process context, the mutex of the namespace's tuning held.
 */
void tcpulse_history_add(struct net *net, struct list_head *spare,
			 const struct tcpulse_change *change)
{
	struct tcpulse_tuning *tuning = &tcpulse_net(net)->tuning;
	struct tcpulse_change *row;

	lockdep_assert_held(&tuning->mutex);
	row = list_first_entry(spare, struct tcpulse_change, node);
	list_del(&row->node);
	*row = *change;
	get_pid(row->by.pid);
	INIT_LIST_HEAD(&row->node);
	row->sequence = ++tuning->sequence;
	row->time_ms = div_u64(ktime_get_real_ns(), NSEC_PER_MSEC);
	tcpulse_history_remember(tuning, row);
	tcpulse_nl_announce(net, row);
}
