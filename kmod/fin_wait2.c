// SPDX-License-Identifier: GPL-2.0
/*
 * Which TIME_WAIT minisocks are counted under FIN_WAIT2.
 *
 * A minisock in substate FIN_WAIT2 changes to TIME_WAIT when the FIN comes, and
 * mostly no tracepoint says so: its timer is armed again in the same wheel
 * bucket. So whoever sees it next, as TIME_WAIT, must know that it is still
 * counted under FIN_WAIT2, and exactly one of them may move it. This set of
 * pointers answers that: it holds a minisock from the moment it is counted
 * under FIN_WAIT2 until it is moved or dies, and only who takes it out counts.
 *
 * Keyed by address, one set for all namespaces. Timer probes come here with the
 * timer base's raw lock held and interrupts off: hence raw locks, one a
 * bucket, and memory of raw_slab.h. Nothing is freed there, for where objects
 * are debugged that may arm a timer: it is put aside, and freed once a second.
 */
#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <net/inet_hashtables.h>
#include <net/net_namespace.h>

#include "fin_wait2.h"
#include "raw_slab.h"

/* In the set, or taken out and not freed yet. */
struct tcpulse_fin_wait2 {
	union {
		struct hlist_node node;
		struct llist_node gone;
	};
	const struct inet_timewait_sock *tw;
};

/* @lock protects @head and its nodes; any context. */
struct tcpulse_fin_wait2_bucket {
	raw_spinlock_t lock;
	struct hlist_head head;
};

static struct tcpulse_fin_wait2_bucket *tcpulse_fin_wait2_table;
static unsigned int tcpulse_fin_wait2_bits __ro_after_init;
static struct kmem_cache *tcpulse_fin_wait2_cache;
static DEFINE_PER_CPU(struct llist_head, tcpulse_fin_wait2_gone);
static atomic64_t tcpulse_fin_wait2_nomem = ATOMIC64_INIT(0);

static struct tcpulse_fin_wait2_bucket *
tcpulse_fin_wait2_bucket(const struct inet_timewait_sock *tw)
{
	return &tcpulse_fin_wait2_table[hash_ptr(tw, tcpulse_fin_wait2_bits)];
}

/**
 * tcpulse_fin_wait2_add() - a minisock is now counted under FIN_WAIT2
 * @tw: minisock that is not in the set
 *
 * Context: any, also with a raw lock held.
 * Return: false when there is no memory: count it under TIME_WAIT then, where
 *	its end will be counted too. tcpulse_fin_wait2_lost() tells how often.
 */
bool tcpulse_fin_wait2_add(const struct inet_timewait_sock *tw)
{
	struct tcpulse_fin_wait2_bucket *bucket = tcpulse_fin_wait2_bucket(tw);
	struct tcpulse_fin_wait2 *entry;
	unsigned long flags;

	entry = tcpulse_raw_alloc(tcpulse_fin_wait2_cache);
	if (!entry) {
		atomic64_inc(&tcpulse_fin_wait2_nomem);
		return false;
	}
	entry->tw = tw;
	raw_spin_lock_irqsave(&bucket->lock, flags);
	hlist_add_head(&entry->node, &bucket->head);
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	return true;
}

static struct tcpulse_fin_wait2 *
tcpulse_fin_wait2_unlink(struct tcpulse_fin_wait2_bucket *bucket,
			 const struct inet_timewait_sock *tw)
{
	struct tcpulse_fin_wait2 *entry;

	lockdep_assert_held(&bucket->lock);
	hlist_for_each_entry(entry, &bucket->head, node) {
		if (entry->tw == tw) {
			hlist_del(&entry->node);
			return entry;
		}
	}
	return NULL;
}

/**
 * tcpulse_fin_wait2_del() - take a minisock out of the set
 * @tw: minisock; compared by address only, never dereferenced
 *
 * Context: any, also with a raw lock held.
 * Return: true for the one caller that has taken it out: it must move what was
 *	counted under FIN_WAIT2.
 */
bool tcpulse_fin_wait2_del(const struct inet_timewait_sock *tw)
{
	struct tcpulse_fin_wait2_bucket *bucket = tcpulse_fin_wait2_bucket(tw);
	struct tcpulse_fin_wait2 *entry;
	unsigned long flags;

	/*
	 * Most TIME_WAIT minisocks were never in FIN_WAIT2. Who deletes @tw
	 * comes after who added it: under the same timer base lock, or
	 * after having read a substate that was written after it.
	 */
	if (hlist_empty(&bucket->head))
		return false;

	raw_spin_lock_irqsave(&bucket->lock, flags);
	entry = tcpulse_fin_wait2_unlink(bucket, tw);
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	if (entry)
		llist_add(&entry->gone, raw_cpu_ptr(&tcpulse_fin_wait2_gone));
	return entry;
}

/**
 * tcpulse_fin_wait2_reap() - free what was taken out
 *
 * Context: Process context. Runs concurrently with everything here.
 * Return: there was something.
 */
bool tcpulse_fin_wait2_reap(void)
{
	struct tcpulse_fin_wait2 *entry, *next;
	struct llist_head *list;
	bool found = false;
	int cpu;

	for_each_possible_cpu(cpu) {
		list = per_cpu_ptr(&tcpulse_fin_wait2_gone, cpu);
		if (llist_empty(list))
			continue;
		found = true;
		llist_for_each_entry_safe(entry, next, llist_del_all(list), gone)
			kmem_cache_free(tcpulse_fin_wait2_cache, entry);
	}
	return found;
}

/* How often a minisock in FIN_WAIT2 was shown as TIME_WAIT for lack of memory. */
u64 tcpulse_fin_wait2_lost(void)
{
	return atomic64_read(&tcpulse_fin_wait2_nomem);
}

static unsigned int tcpulse_fin_wait2_buckets(void)
{
	return 1U << tcpulse_fin_wait2_bits;
}

/**
 * tcpulse_fin_wait2_init() - make the set, empty
 *
 * It grows with the machine, as the kernel's limit of minisocks does.
 *
 * Context: Process context, may sleep.
 * Return: 0, or -ENOMEM.
 */
int __init tcpulse_fin_wait2_init(void)
{
	const u32 slots = init_net.ipv4.tcp_death_row.hashinfo->ehash_mask + 1;
	unsigned int i;

	tcpulse_fin_wait2_bits = clamp_t(u32, ilog2(slots) - 2, 10, 16);
	tcpulse_fin_wait2_table = kvcalloc(tcpulse_fin_wait2_buckets(),
					   sizeof(*tcpulse_fin_wait2_table),
					   GFP_KERNEL);
	if (!tcpulse_fin_wait2_table)
		return -ENOMEM;
	tcpulse_fin_wait2_cache = KMEM_CACHE(tcpulse_fin_wait2, 0);
	if (!tcpulse_fin_wait2_cache) {
		kvfree(tcpulse_fin_wait2_table);
		return -ENOMEM;
	}
	for (i = 0; i < tcpulse_fin_wait2_buckets(); i++)
		raw_spin_lock_init(&tcpulse_fin_wait2_table[i].lock);
	return 0;
}

static void tcpulse_fin_wait2_drain(struct tcpulse_fin_wait2_bucket *bucket)
{
	struct tcpulse_fin_wait2 *entry;
	struct hlist_node *next;

	hlist_for_each_entry_safe(entry, next, &bucket->head, node)
		kmem_cache_free(tcpulse_fin_wait2_cache, entry);
}

/* No probe may be running any more. Context: Process context, may sleep. */
void tcpulse_fin_wait2_exit(void)
{
	unsigned int i;

	for (i = 0; i < tcpulse_fin_wait2_buckets(); i++)
		tcpulse_fin_wait2_drain(&tcpulse_fin_wait2_table[i]);
	tcpulse_fin_wait2_reap();
	kmem_cache_destroy(tcpulse_fin_wait2_cache);
	kvfree(tcpulse_fin_wait2_table);
}
