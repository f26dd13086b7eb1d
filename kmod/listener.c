// SPDX-License-Identifier: GPL-2.0
/*
 * The table of listening sockets: depth and peaks of their queues, and what
 * they refused. A record begins with the event that the socket listens and is
 * found by its address; what the probes write to it is said in listener.h.
 *
 * A listener that closes leaves the table at once, but its record stays until
 * RCU has waited for the last probe that may have found it; only then is what
 * it refused added to what the gone ones did. So a sum over all records and
 * the gone ones never misses a refusal.
 *
 * Readers and the one who removes records hold the mutex of the namespace;
 * probes only ever add.
 */
#include <linux/compat.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>
#include <asm/syscall.h>
#include <asm/unistd.h>
#include <net/inet_hashtables.h>

#include "listener.h"
#include "net.h"

struct hlist_head *tcpulse_listener_table __ro_after_init;
unsigned int tcpulse_listener_bits __ro_after_init;

/* Protects changes of the table; any context. */
static DEFINE_SPINLOCK(tcpulse_listener_lock);

static atomic64_t tcpulse_listener_ids = ATOMIC64_INIT(0);

/* A maximum may only grow; who loses the race looks again. */
void __tcpulse_listener_raise(struct tcpulse_queue *queue, u32 depth,
			      const struct sock *sk)
{
	const u32 limit = READ_ONCE(sk->sk_max_ack_backlog);
	u32 old = READ_ONCE(queue->recent);

	if (depth > limit && old <= limit)
		WRITE_ONCE(queue->filled, ktime_get_boot_fast_ns());
	while (depth > old)
		if (try_cmpxchg(&queue->recent, &old, depth))
			break;
}

/* --- records --------------------------------------------------------- */

/*
 * The backlog as the application wrote it. Afterwards the kernel only knows
 * what somaxconn left of it.
 */
static bool tcpulse_listener_asked(u32 *asked)
{
	struct pt_regs *regs = current_pt_regs();
	unsigned long args[6];

	if (!in_task() || (current->flags & (PF_KTHREAD | PF_IO_WORKER)) ||
	    in_compat_syscall() ||
	    syscall_get_nr(current, regs) != __NR_listen)
		return false;
	syscall_get_arguments(current, regs, args);
	*asked = args[1];
	return true;
}

/*
 * A socket may listen and end it as often and as fast as its owner likes. Records of
 * closed listeners are cleared away each time there are so many more of them, and where
 * that does not come to anything no more are made: that is counted as lost.
 */
#define TCPULSE_LISTENER_MANY 1024
#define TCPULSE_LISTENER_CLOSED_MAX (16 * TCPULSE_LISTENER_MANY)

/*
 * Who listens pays: a memory cgroup may refuse, as it may not where memory comes from
 * reserves (GFP_ATOMIC).
 */
#define TCPULSE_LISTENER_GFP (GFP_NOWAIT | __GFP_ACCOUNT | __GFP_NOWARN)

static struct tcpulse_listener *tcpulse_listener_alloc(const struct sock *sk)
{
	struct tcpulse_listener *listener;

	listener = kzalloc(struct_size(listener, cpu, nr_cpu_ids),
			   TCPULSE_LISTENER_GFP);
	if (!listener)
		return NULL;
	listener->sk = sk;
	listener->id = atomic64_inc_return(&tcpulse_listener_ids);
	listener->started = ktime_get_boottime_ns();
	listener->limit = READ_ONCE(sk->sk_max_ack_backlog);
	atomic_set(&listener->blamed, atomic_read(&sk->sk_drops));
	return listener;
}

static void tcpulse_listener_free_refusals(struct tcpulse_listener *listener)
{
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		kfree(listener->cpu[cpu]);
	kfree(listener->recent);
}

static bool tcpulse_listener_store(struct tcpulse_listeners *ls,
				   struct tcpulse_listener *listener)
{
	unsigned long flags;
	int err = -ENOSPC;

	xa_lock_irqsave(&ls->table, flags);
	if (ls->closed < TCPULSE_LISTENER_CLOSED_MAX)
		err = __xa_insert(&ls->table, listener->id, listener,
				  TCPULSE_LISTENER_GFP);
	if (!err) {
		ls->open++;
		ls->generation++;
	}
	xa_unlock_irqrestore(&ls->table, flags);
	return !err;
}

/**
 * tcpulse_listener_open() - a socket begins to listen, or is found listening
 * @sk: socket; it may not have its port yet
 * @adopted: it was there before us
 *
 * Without memory what it refuses stays unattributed, and that is counted.
 *
 * Context: preemption off.
 */
void tcpulse_listener_open(const struct sock *sk, bool adopted)
{
	struct tcpulse_listeners *ls = &tcpulse_net(sock_net(sk))->listeners;
	struct tcpulse_listener *listener = tcpulse_listener_alloc(sk);
	unsigned long flags;

	if (!listener || !tcpulse_listener_store(ls, listener)) {
		kfree(listener);
		atomic_long_inc(&ls->lost);
		return;
	}
	listener->adopted = adopted;
	if (!adopted)
		listener->asked_known = tcpulse_listener_asked(&listener->asked);

	spin_lock_irqsave(&tcpulse_listener_lock, flags);
	hlist_add_head_rcu(&listener->node,
			   &tcpulse_listener_table[hash_ptr(sk, tcpulse_listener_bits)]);
	spin_unlock_irqrestore(&tcpulse_listener_lock, flags);
}

static void tcpulse_listener_unhash(struct tcpulse_listener *listener)
{
	unsigned long flags;

	spin_lock_irqsave(&tcpulse_listener_lock, flags);
	hlist_del_rcu(&listener->node);
	spin_unlock_irqrestore(&tcpulse_listener_lock, flags);
}

/**
 * tcpulse_listener_close() - a socket listens no more
 * @sk: socket; it may listen again at once
 *
 * Context: preemption off.
 */
void tcpulse_listener_close(const struct sock *sk)
{
	struct tcpulse_listeners *ls = &tcpulse_net(sock_net(sk))->listeners;
	struct tcpulse_listener *listener = tcpulse_listener_find(sk);
	unsigned long flags;

	if (!listener)
		return;
	tcpulse_listener_unhash(listener);
	xa_lock_irqsave(&ls->table, flags);
	listener->grace = get_state_synchronize_rcu();
	/* Pairs with tcpulse_listener_is_open(). */
	smp_store_release(&listener->closed, true);
	ls->open--;
	if (!(++ls->closed % TCPULSE_LISTENER_MANY))
		schedule_work(&ls->work);
	ls->generation++;
	xa_unlock_irqrestore(&ls->table, flags);
}

/* --- queues ---------------------------------------------------------- */

/* @full: as the kernel takes it, which may be wrong: see listener.h */
static void tcpulse_queue_look(struct tcpulse_queue *queue, u32 recent,
			       u32 depth, u32 limit, bool full, u64 now)
{
	const u64 filled = recent > limit ? READ_ONCE(queue->filled) : 0;
	const u32 peak = max(recent, depth);

	tcpulse_minute_note(&queue->minute, tcpulse_minute_now(), peak);
	queue->ever = max(queue->ever, peak);
	queue->last_full = full ? now : max(queue->last_full, filled);
	if (!full)
		queue->full_since = 0;
	else if (!queue->full_since)
		queue->full_since = filled ?: now;
	if (full)
		queue->full_ns += now - max(queue->looked, queue->full_since);
	queue->looked = now;
}

/* Return: how many are in its queues; 1 at least if it has just closed. */
static u32 tcpulse_listener_observe(struct tcpulse_listener *listener,
				    u32 syn, u32 accept)
{
	const u64 now = ktime_get_boottime_ns();
	const struct sock *sk = listener->sk;
	u32 limit, depth = 1;

	rcu_read_lock();
	if (tcpulse_listener_is_open(listener)) {
		limit = READ_ONCE(sk->sk_max_ack_backlog);
		depth = tcpulse_listener_syn_depth(sk);
		tcpulse_queue_look(&listener->syn, syn, depth, limit,
				   inet_csk_reqsk_queue_is_full(sk), now);
		tcpulse_queue_look(&listener->accept, accept,
				   tcpulse_listener_accept_depth(sk), limit,
				   sk_acceptq_is_full(sk), now);
		depth += tcpulse_listener_accept_depth(sk);
	}
	rcu_read_unlock();
	return depth;
}

/**
 * tcpulse_listener_look() - bring peaks, times and the last minute of a listener up to date
 * @listener: record
 *
 * Only reads what the probes write, however often it is called.
 *
 * Context: Process context, the mutex of the namespace's listeners held.
 */
void tcpulse_listener_look(struct tcpulse_listener *listener)
{
	tcpulse_listener_observe(listener, READ_ONCE(listener->syn.recent),
				 READ_ONCE(listener->accept.recent));
	tcpulse_listener_look_refused(listener);
}

/* --- the limit ------------------------------------------------------- */

/* @old is being replaced by @limit, which is ours. */
static void tcpulse_listener_note_limit(struct tcpulse_listener *listener,
					u32 old, u32 limit)
{
	/* Neither what listen(2) left nor ours: it was called again. */
	if (old != listener->limit &&
	    !(listener->is_tuned && old == listener->tuned)) {
		listener->limit = old;
		listener->asked_known = false;
	}
	listener->tuned = limit;
	listener->is_tuned = limit != listener->limit;
}

/*
 * Not under the socket's lock, which its owner may hold for as long as he likes:
 * the kernel reads the limit without, and an exchange tells what was there.
 *
 * Context: RCU.
 */
static int tcpulse_listener_put_limit(struct tcpulse_listener *listener,
				      const u32 *expected, u32 *limit)
{
	struct sock *sk = (struct sock *)listener->sk;
	const u32 new = *limit;

	if (!tcpulse_listener_is_open(listener))
		return -ENOENT;
	if (expected)
		*limit = cmpxchg(&sk->sk_max_ack_backlog, *expected, new);
	else
		*limit = xchg(&sk->sk_max_ack_backlog, new);
	if (expected && *limit != *expected)
		return -ESTALE;
	/*
	 * It may have closed just now, and listen again, with another record; if its
	 * listen(2) failed it may even be another socket already.
	 */
	if (!tcpulse_listener_is_open(listener)) {
		cmpxchg(&sk->sk_max_ack_backlog, new, *limit);
		return -ENOENT;
	}
	tcpulse_listener_note_limit(listener, *limit, new);
	return 0;
}

/**
 * tcpulse_listener_set_limit() - change the limit of a running listener
 * @ls: listeners of its namespace
 * @id: which one
 * @expected: what its limit must be, or NULL
 * @limit: new limit; set to the one before
 *
 * It acts at once on both queues, nothing is taken out of them, and it holds
 * until the application calls listen(2) on the socket again.
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOENT when it has closed, -ESTALE when its limit is not
 *	@expected.
 */
int tcpulse_listener_set_limit(struct tcpulse_listeners *ls, u64 id,
			       const u32 *expected, u32 *limit)
{
	struct tcpulse_listener *listener;
	int err = -ENOENT;

	/* The record stays while we hold the mutex, the socket inside RCU. */
	mutex_lock(&ls->mutex);
	listener = xa_load(&ls->table, id);
	if (listener) {
		rcu_read_lock();
		err = tcpulse_listener_put_limit(listener, expected, limit);
		rcu_read_unlock();
	}
	mutex_unlock(&ls->mutex);
	return err;
}

/* --- once a second --------------------------------------------------- */

/* No probe can know it any more: what it refused is final. */
static void tcpulse_listener_bury(struct tcpulse_listeners *ls,
				  struct tcpulse_listener *listener)
{
	tcpulse_listener_sum(listener, ls->gone);
	tcpulse_listener_join_gone(ls, listener);
	ls->n_gone++;
	xa_lock_irq(&ls->table);
	__xa_erase(&ls->table, listener->id);
	ls->closed--;
	xa_unlock_irq(&ls->table);
	tcpulse_listener_free_refusals(listener);
	kfree(listener);
}

static bool tcpulse_listener_is_done(const struct tcpulse_listener *listener)
{
	return !tcpulse_listener_is_open(listener) &&
	       poll_state_synchronize_rcu(listener->grace);
}

/* There are many closed ones. Context: Process context, may sleep. */
static void tcpulse_listener_clear(struct work_struct *work)
{
	struct tcpulse_listeners *ls =
		container_of(work, struct tcpulse_listeners, work);
	struct tcpulse_listener *listener;
	unsigned long id;

	mutex_lock(&ls->mutex);
	xa_for_each(&ls->table, id, listener) {
		if (tcpulse_listener_is_done(listener))
			tcpulse_listener_bury(ls, listener);
		cond_resched();
	}
	mutex_unlock(&ls->mutex);
}

static u32 tcpulse_queue_take(struct tcpulse_queue *queue)
{
	return READ_ONCE(queue->recent) ? xchg(&queue->recent, 0) : 0;
}

/* Return: its queues were not empty, or are not. */
static bool tcpulse_listener_tick_open(struct tcpulse_listener *listener)
{
	const u32 syn = tcpulse_queue_take(&listener->syn);
	const u32 accept = tcpulse_queue_take(&listener->accept);

	return tcpulse_listener_observe(listener, syn, accept) || syn || accept;
}

/**
 * tcpulse_listener_tick() - a new second begins
 * @ls: listeners of a namespace, pinned by the caller
 *
 * Context: Process context, may sleep.
 * Return: the next second is to be told as well, whether or not any socket moves.
 */
bool tcpulse_listener_tick(struct tcpulse_listeners *ls)
{
	struct tcpulse_listener *listener;
	unsigned long id;
	bool busy = false;

	mutex_lock(&ls->mutex);
	xa_for_each(&ls->table, id, listener) {
		if (tcpulse_listener_is_open(listener))
			busy |= tcpulse_listener_tick_open(listener);
		else if (tcpulse_listener_is_done(listener))
			tcpulse_listener_bury(ls, listener);
		else
			busy = true;
		cond_resched();
	}
	mutex_unlock(&ls->mutex);
	return busy;
}

/* --- begin and end --------------------------------------------------- */

void tcpulse_listener_init_net(struct tcpulse_listeners *ls)
{
	mutex_init(&ls->mutex);
	INIT_WORK(&ls->work, tcpulse_listener_clear);
	xa_init_flags(&ls->table, XA_FLAGS_LOCK_IRQ | XA_FLAGS_ACCOUNT);
}

/*
 * No probe looks for one of this namespace any more, but it may come past one
 * while it looks for another.
 *
 * Context: Process context; the namespace has been unpublished, and RCU has
 *	waited since.
 */
void tcpulse_listener_exit_net(struct tcpulse_listeners *ls)
{
	struct tcpulse_listener *listener;
	unsigned long id;

	cancel_work_sync(&ls->work);
	xa_for_each(&ls->table, id, listener) {
		if (!listener->closed)
			tcpulse_listener_unhash(listener);
		tcpulse_listener_free_refusals(listener);
		kfree_rcu(listener, rcu);
	}
	xa_destroy(&ls->table);
}

/* Context: Process context, may sleep. Return: 0 or -ENOMEM. */
int __init tcpulse_listener_init(void)
{
	const u32 slots = init_net.ipv4.tcp_death_row.hashinfo->lhash2_mask + 1;

	tcpulse_listener_bits = clamp_t(u32, ilog2(slots), 8, 16);
	tcpulse_listener_table = kvcalloc(1UL << tcpulse_listener_bits,
					  sizeof(*tcpulse_listener_table),
					  GFP_KERNEL);
	return tcpulse_listener_table ? 0 : -ENOMEM;
}

/* No probe is attached and no namespace is left. Context: may sleep. */
void tcpulse_listener_exit(void)
{
	kvfree(tcpulse_listener_table);
}
