// SPDX-License-Identifier: GPL-2.0
/*
 * Transactions: values that are changed together, all of them or none, and put
 * back together when nobody confirms the change in time.
 *
 * Whoever else writes a value (sysctl, listen(2)) does not wait for us. So an
 * old value is what an exchange returned, and one is put back by a compare and
 * exchange: what somebody else has written meanwhile stays.
 */
#include <linux/cred.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/rtnetlink.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "history.h"
#include "listener.h"
#include "net.h"
#include "tune.h"

/**
 * tcpulse_tune_alloc() - room for a transaction
 * @size: values that shall fit
 *
 * Context: Process context, may sleep.
 * Return: NULL without memory; to be freed by tcpulse_tune_free().
 */
struct tcpulse_transaction *tcpulse_tune_alloc(unsigned int size)
{
	struct tcpulse_transaction *tx;

	tx = kvzalloc(struct_size(tx, change, size), GFP_KERNEL_ACCOUNT);
	if (!tx)
		return NULL;
	INIT_LIST_HEAD(&tx->spare);
	tx->size = size;
	return tx;
}

void tcpulse_tune_free(struct tcpulse_transaction *tx)
{
	if (!tx)
		return;
	tcpulse_history_free(&tx->spare);
	put_pid(tx->by.pid);
	kvfree(tx);
}

/* The calling process; a reference to it is the caller's. */
void tcpulse_tune_actor(struct tcpulse_actor *by)
{
	by->pid = get_pid(task_tgid(current));
	by->uid = current_uid();
	get_task_comm(by->command, current->group_leader);
}

/* --- one value ------------------------------------------------------- */

/* Whether setting a value has changed anything. */
bool tcpulse_tune_changed(const struct tcpulse_change *change)
{
	return change->action == TCPULSE_ACTION_SET &&
	       !tcpulse_value_equal(&change->old, &change->new);
}

static bool tcpulse_tune_same_thing(const struct tcpulse_change *a,
				    const struct tcpulse_change *b)
{
	return a->param == b->param && a->listener == b->listener;
}

static void tcpulse_tune_set_listener(struct net *net,
				      struct tcpulse_change *change)
{
	u32 limit = change->new.low;

	if (tcpulse_listener_set_limit(&tcpulse_net(net)->listeners,
				       change->listener, NULL, &limit)) {
		change->action = TCPULSE_ACTION_GONE;
		change->old = change->new;
	} else {
		change->old.low = limit;
	}
}

static void tcpulse_tune_set(struct net *net, struct tcpulse_change *change)
{
	if (change->param)
		tcpulse_param_swap(net, change->param, &change->new,
				   &change->old);
	else
		tcpulse_tune_set_listener(net, change);
}

/* Return: what became of it; @now is the value found if somebody else set it. */
static enum tcpulse_action
tcpulse_tune_restore_listener(struct net *net,
			      const struct tcpulse_change *change,
			      enum tcpulse_action action,
			      struct tcpulse_value *now)
{
	const u32 expected = change->new.low;
	u32 limit = change->old.low;

	switch (tcpulse_listener_set_limit(&tcpulse_net(net)->listeners,
					   change->listener, &expected,
					   &limit)) {
	case 0:
		return action;
	case -ESTALE:
		now->low = limit;
		return TCPULSE_ACTION_KEEP;
	default:
		*now = change->new;
		return TCPULSE_ACTION_GONE;
	}
}

static enum tcpulse_action
tcpulse_tune_restore(struct net *net, const struct tcpulse_change *change,
		     enum tcpulse_action action, struct tcpulse_value *now)
{
	*now = change->old;
	if (!change->param)
		return tcpulse_tune_restore_listener(net, change, action, now);
	if (tcpulse_param_replace(net, change->param, &change->new,
				  &change->old))
		return action;
	tcpulse_param_read(net, change->param, now);
	return TCPULSE_ACTION_KEEP;
}

/* --- a transaction --------------------------------------------------- */

static int tcpulse_tune_busy(const struct tcpulse_transaction *pending,
			     struct netlink_ext_ack *extack)
{
	const s64 ns = pending->deadline - ktime_get_boottime_ns();
	const pid_t pid = pid_vnr(pending->by.pid);
	char number[16] = "";

	/* who asks may have no number for it */
	if (pid)
		snprintf(number, sizeof(number), "(%d)", pid);
	tcpulse_ext_ack(extack,
			"another change is pending: confirm or revert it first",
			"a change by %s%s is pending for %lld s: confirm or revert it",
			pending->by.command, number,
			div_s64(max_t(s64, ns, 0) + NSEC_PER_SEC - 1,
				NSEC_PER_SEC));
	return -EBUSY;
}

/* The module is going, see tcpulse_tune_stop(). */
static bool tcpulse_tune_stopped;

/* One change may wait, and what it has changed is not changed again. */
static int tcpulse_tune_check(const struct tcpulse_tuning *tuning,
			      const struct tcpulse_transaction *tx, u32 seconds,
			      struct netlink_ext_ack *extack)
{
	const struct tcpulse_transaction *pending = tuning->pending;
	unsigned int i, j;

	lockdep_assert_held(&tuning->mutex);
	if (tuning->closed || READ_ONCE(tcpulse_tune_stopped)) {
		NL_SET_ERR_MSG(extack, "the module is being unloaded");
		return -ESHUTDOWN;
	}
	if (pending && seconds)
		return tcpulse_tune_busy(pending, extack);
	for (i = 0; pending && i < pending->n; i++)
		for (j = 0; j < tx->n; j++)
			if (tcpulse_tune_changed(&pending->change[i]) &&
			    tcpulse_tune_same_thing(&pending->change[i],
						    &tx->change[j]))
				return tcpulse_tune_busy(pending, extack);
	return 0;
}

static void tcpulse_tune_announce(struct net *net,
				  struct tcpulse_transaction *tx)
{
	unsigned int i;

	for (i = 0; i < tx->n; i++) {
		struct tcpulse_change *change = &tx->change[i];

		change->by = tx->by;
		change->transaction = tx->number;
		if (tcpulse_tune_changed(change))
			tcpulse_history_add(net, &tx->spare, change);
	}
}

static void tcpulse_tune_wait(struct tcpulse_tuning *tuning,
			      struct tcpulse_transaction *tx, u32 seconds)
{
	tx->deadline = ktime_get_boottime_ns() + (u64)seconds * NSEC_PER_SEC;
	tuning->pending = tx;
	hrtimer_start(&tuning->timer, ns_to_ktime(tx->deadline),
		      HRTIMER_MODE_ABS);
}

/* Return: false when all were listeners, and all have just closed. */
static bool tcpulse_tune_set_all(struct net *net,
				 struct tcpulse_transaction *tx)
{
	unsigned int i, gone = 0;

	for (i = 0; i < tx->n; i++) {
		tx->change[i].action = TCPULSE_ACTION_SET;
		tcpulse_tune_set(net, &tx->change[i]);
		gone += tx->change[i].action == TCPULSE_ACTION_GONE;
	}
	return gone < tx->n;
}

static bool tcpulse_tune_changed_any(const struct tcpulse_transaction *tx)
{
	unsigned int i;

	for (i = 0; i < tx->n; i++)
		if (tcpulse_tune_changed(&tx->change[i]))
			return true;
	return false;
}

/**
 * tcpulse_tune_apply() - change all values of a transaction
 * @net: namespace
 * @tx: transaction, its values checked; it is pending afterwards, and not the
 *	caller's any more, if its deadline is not 0
 * @seconds: put them back after so long; 0 for never
 * @extack: where to say what is wrong
 *
 * Context: Process context, the mutex of the namespace's tuning held.
 * Return: 0 or a negative errno; then nothing is changed.
 */
int tcpulse_tune_apply(struct net *net, struct tcpulse_transaction *tx,
		       u32 seconds, struct netlink_ext_ack *extack)
{
	struct tcpulse_tuning *tuning = &tcpulse_net(net)->tuning;
	int err;

	err = tcpulse_tune_check(tuning, tx, seconds, extack);
	if (err)
		return err;
	/* For this, and for what becomes of it. */
	err = tcpulse_history_alloc(&tx->spare, seconds ? 2 * tx->n : tx->n);
	if (err)
		return err;
	tx->number = ++tuning->transactions;
	tcpulse_tune_actor(&tx->by);
	if (!tcpulse_tune_set_all(net, tx)) {
		NL_SET_ERR_MSG(extack, "the listener has just closed");
		return -ENOENT;
	}
	tcpulse_tune_announce(net, tx);
	if (seconds && tcpulse_tune_changed_any(tx))
		tcpulse_tune_wait(tuning, tx, seconds);
	return 0;
}

/**
 * tcpulse_tune_try() - see whether a transaction could be applied
 * @net: namespace
 * @tx: transaction, its values checked; the old values are filled in
 * @seconds: as for tcpulse_tune_apply()
 * @extack: where to say what is wrong
 *
 * The limit of a listener must stand in the transaction already.
 *
 * Context: as tcpulse_tune_apply().
 * Return: the same.
 */
int tcpulse_tune_try(struct net *net, struct tcpulse_transaction *tx,
		     u32 seconds, struct netlink_ext_ack *extack)
{
	unsigned int i;
	int err;

	err = tcpulse_tune_check(&tcpulse_net(net)->tuning, tx, seconds,
				 extack);
	for (i = 0; !err && i < tx->n; i++) {
		struct tcpulse_change *change = &tx->change[i];

		change->action = TCPULSE_ACTION_SET;
		if (change->param)
			tcpulse_param_read(net, change->param, &change->old);
	}
	return err;
}

static void tcpulse_tune_settle_one(struct net *net,
				    struct tcpulse_transaction *tx,
				    struct tcpulse_change *change,
				    enum tcpulse_action action)
{
	struct tcpulse_value now = change->new;

	/* It may have asked again since. */
	change->asked_known = false;
	if (action == TCPULSE_ACTION_CONFIRM) {
		change->action = action;
	} else {
		change->action = tcpulse_tune_restore(net, change, action,
						      &now);
		change->old = change->new;
		change->new = now;
	}
	tcpulse_history_add(net, &tx->spare, change);
}

/**
 * tcpulse_tune_settle() - end the wait of the pending transaction
 * @net: namespace
 * @tx: that transaction; its rows say afterwards what became of the values it
 *	had changed, and it is the caller's to free
 * @action: TCPULSE_ACTION_CONFIRM to leave the values, otherwise why they are
 *	put back
 * @by: who asked for that
 *
 * Context: Process context, the mutex of the namespace's tuning held.
 */
void tcpulse_tune_settle(struct net *net, struct tcpulse_transaction *tx,
			 enum tcpulse_action action,
			 const struct tcpulse_actor *by)
{
	struct tcpulse_tuning *tuning = &tcpulse_net(net)->tuning;
	const struct tcpulse_actor actor = *by;
	unsigned int i, n = 0;

	lockdep_assert_held(&tuning->mutex);
	tuning->pending = NULL;
	hrtimer_cancel(&tuning->timer);
	for (i = 0; i < tx->n; i++) {
		/* What was so already is left out. */
		if (!tcpulse_tune_changed(&tx->change[i]))
			continue;
		tx->change[n] = tx->change[i];
		tx->change[n].by = actor;
		tcpulse_tune_settle_one(net, tx, &tx->change[n++], action);
	}
	tx->n = n;
}

/* --- when time is up ------------------------------------------------- */

static enum hrtimer_restart tcpulse_tune_timeout(struct hrtimer *timer)
{
	struct tcpulse_tuning *tuning =
		container_of(timer, struct tcpulse_tuning, timer);

	/* A busy machine shall not be left with a change that made it so. */
	queue_work(system_highpri_wq, &tuning->work);
	return HRTIMER_NORESTART;
}

static void tcpulse_tune_expire(struct work_struct *work)
{
	struct tcpulse_tuning *tuning =
		container_of(work, struct tcpulse_tuning, work);
	struct tcpulse_transaction *tx;

	mutex_lock(&tuning->mutex);
	tx = tuning->pending;
	/* Another one may be pending by now. */
	if (tx && ktime_get_boottime_ns() < tx->deadline)
		tx = NULL;
	if (tx)
		tcpulse_tune_settle(tuning->net, tx, TCPULSE_ACTION_EXPIRE,
				    &tx->by);
	mutex_unlock(&tuning->mutex);
	tcpulse_tune_free(tx);
}

/* --- begin and end --------------------------------------------------- */

/* Context: Process context; nobody can reach the namespace yet. */
void tcpulse_tune_init_net(struct net *net)
{
	struct tcpulse_tuning *tuning = &tcpulse_net(net)->tuning;
	int i;

	mutex_init(&tuning->mutex);
	INIT_LIST_HEAD(&tuning->history);
	INIT_WORK(&tuning->work, tcpulse_tune_expire);
	hrtimer_setup(&tuning->timer, tcpulse_tune_timeout, CLOCK_BOOTTIME,
		      HRTIMER_MODE_ABS);
	tuning->net = net;
	for (i = 0; i < TCPULSE_PARAMS; i++)
		tcpulse_param_read(net, &tcpulse_param_table[i],
				   &tuning->loaded[i]);
}

/**
 * tcpulse_tune_close() - no more changes in a namespace
 * @net: namespace, which is going, or the module is
 *
 * Nobody is left to confirm what is pending, or is able to: as if time were up.
 *
 * Context: Process context, may sleep. Does nothing the second time.
 */
void tcpulse_tune_close(struct net *net)
{
	struct tcpulse_tuning *tuning = &tcpulse_net(net)->tuning;
	struct tcpulse_transaction *tx;

	mutex_lock(&tuning->mutex);
	tuning->closed = true;
	mutex_unlock(&tuning->mutex);

	hrtimer_cancel(&tuning->timer);
	cancel_work_sync(&tuning->work);

	mutex_lock(&tuning->mutex);
	tx = tuning->pending;
	if (tx)
		tcpulse_tune_settle(net, tx, TCPULSE_ACTION_UNLOAD, &tx->by);
	mutex_unlock(&tuning->mutex);
	tcpulse_tune_free(tx);
}

/* Context: Process context; tcpulse_tune_close() was called, nobody reads. */
void tcpulse_tune_exit_net(struct net *net)
{
	struct tcpulse_tuning *tuning = &tcpulse_net(net)->tuning;

	tcpulse_history_free(&tuning->history);
	tuning->n_history = 0;
}

/**
 * tcpulse_tune_stop() - put back whatever is pending anywhere, for good
 *
 * Netlink is still there, so that this is announced; the probes too, so that it
 * is known which listeners have closed. A namespace that is born meanwhile, or
 * later, takes no change either.
 *
 * Context: Process context, may sleep.
 */
void tcpulse_tune_stop(void)
{
	struct net *net;

	WRITE_ONCE(tcpulse_tune_stopped, true);
	/* A namespace leaves the list before its exit begins. */
	down_read(&net_rwsem);
	for_each_net(net)
		tcpulse_tune_close(net);
	up_read(&net_rwsem);
}
