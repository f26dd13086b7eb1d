// SPDX-License-Identifier: GPL-2.0
/*
 * The table of known objects, by address, and what probes ask it while the
 * module is being loaded: the key is on as long as that is. When it is, and
 * how what had no event is found, is in baseline.c.
 */
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <net/inet_hashtables.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "counters.h"
#include "known.h"
#include "raw_slab.h"
#include "transition.h"

DEFINE_STATIC_KEY_FALSE(tcpulse_known_key);

/**
 * enum tcpulse_known_as - what is known of an object
 * @TCPULSE_COUNTED: it is in the counters
 * @TCPULSE_STOPPED: a minisock whose timer was stopped, which was counted
 * @TCPULSE_MISSED: a minisock whose timer was stopped before it could be
 *	adopted, which therefore was not counted; the scan must leave it alone
 */
enum tcpulse_known_as {
	TCPULSE_COUNTED,
	TCPULSE_STOPPED,
	TCPULSE_MISSED,
};

struct tcpulse_known {
	struct hlist_node node;
	const void *object;
	enum tcpulse_known_as as;
};

/* @lock protects @head and its nodes; any context. */
struct tcpulse_known_bucket {
	raw_spinlock_t lock;
	struct hlist_head head;
};

static struct tcpulse_known_bucket *tcpulse_known_table;
static struct kmem_cache *tcpulse_known_cache;
static unsigned int tcpulse_known_bits;

static enum tcpulse_known_phase tcpulse_known_phase;

/* No memory for an object: the numbers would be wrong for ever. */
static bool tcpulse_known_failed;

static struct tcpulse_known_bucket *tcpulse_known_bucket(const void *object)
{
	return &tcpulse_known_table[hash_ptr(object, tcpulse_known_bits)];
}

static struct tcpulse_known *
tcpulse_known_find(struct tcpulse_known_bucket *bucket, const void *object)
{
	struct tcpulse_known *known;

	lockdep_assert_held(&bucket->lock);
	hlist_for_each_entry(known, &bucket->head, node)
		if (known->object == object)
			return known;
	return NULL;
}

static void tcpulse_known_add(struct tcpulse_known_bucket *bucket,
			      const void *object, enum tcpulse_known_as as)
{
	struct tcpulse_known *known;

	lockdep_assert_held(&bucket->lock);
	known = tcpulse_raw_alloc(tcpulse_known_cache);
	if (!known) {
		WRITE_ONCE(tcpulse_known_failed, true);
		return;
	}
	known->object = object;
	known->as = as;
	hlist_add_head(&known->node, &bucket->head);
}

static bool tcpulse_known_is_birth(const struct sock *sk, int oldstate,
				   int newstate)
{
	return oldstate == TCP_CLOSE ||
	       tcpulse_transition_is_birth(sk, newstate);
}

/**
 * tcpulse_known_socket() - a socket changes state while we are loading
 * @pcpu: counters of its namespace
 * @sk: socket, by address
 * @oldstate: state it leaves
 * @newstate: state it enters
 *
 * The bucket's lock is also taken under that of a timer base, which freeing may
 * take where objects are debugged: so nothing is freed under it.
 *
 * Context: preemption off, any context; no timer base locked.
 * Return: whether the event counts; what it leaves has been adopted then.
 */
bool tcpulse_known_socket(struct tcpulse_cpu __percpu *pcpu,
			  const struct sock *sk, int oldstate, int newstate)
{
	struct tcpulse_known_bucket *bucket = tcpulse_known_bucket(sk);
	enum tcpulse_known_phase phase = READ_ONCE(tcpulse_known_phase);
	struct tcpulse_known *known, *gone = NULL;
	unsigned long flags;

	if (phase != TCPULSE_ADOPTING)
		return phase == TCPULSE_ADOPTED;

	raw_spin_lock_irqsave(&bucket->lock, flags);
	known = tcpulse_known_find(bucket, sk);
	if (!known && oldstate < TCPULSE_STATES &&
	    !tcpulse_known_is_birth(sk, oldstate, newstate))
		tcpulse_count_adopted_socket(tcpulse_counts(pcpu, sk->sk_family),
					     sk, oldstate);
	if (!known && newstate != TCP_CLOSE) {
		tcpulse_known_add(bucket, sk, TCPULSE_COUNTED);
	} else if (known && newstate == TCP_CLOSE) {
		hlist_del(&known->node);
		gone = known;
	}
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	if (gone)
		kmem_cache_free(tcpulse_known_cache, gone);
	return true;
}

/**
 * __tcpulse_known_armed() - a minisock's timer is armed while we are loading
 * @minisock: request sock or TIME_WAIT minisock, by address
 * @birth: it is the first time
 *
 * The scan may have found the timer armed a moment before we hear of it.
 *
 * Context: hard interrupts off, timer base locked.
 * Return: what it means.
 */
enum tcpulse_arming __tcpulse_known_armed(const void *minisock, bool birth)
{
	struct tcpulse_known_bucket *bucket = tcpulse_known_bucket(minisock);
	enum tcpulse_known_phase phase = READ_ONCE(tcpulse_known_phase);
	enum tcpulse_arming arming = TCPULSE_ARMED;
	struct tcpulse_known *known;

	if (phase == TCPULSE_ATTACHING)
		return TCPULSE_ARMED_KNOWN;
	if (phase == TCPULSE_ADOPTED)
		return TCPULSE_ARMED;

	raw_spin_lock(&bucket->lock);
	known = tcpulse_known_find(bucket, minisock);
	if (known && known->as == TCPULSE_COUNTED)
		arming = TCPULSE_ARMED_KNOWN;
	else if (!birth && !(known && known->as == TCPULSE_STOPPED))
		arming = TCPULSE_ARMED_ADOPTED;
	if (known)
		known->as = TCPULSE_COUNTED;
	else
		tcpulse_known_add(bucket, minisock, TCPULSE_COUNTED);
	raw_spin_unlock(&bucket->lock);
	return arming;
}

/**
 * __tcpulse_known_stopped() - a minisock's timer is stopped while we are
 *	loading
 * @minisock: request sock or TIME_WAIT minisock, by address
 *
 * Context: hard interrupts off, timer base locked.
 * Return: whether the event counts; not for one that was never counted.
 */
bool __tcpulse_known_stopped(const void *minisock)
{
	struct tcpulse_known_bucket *bucket = tcpulse_known_bucket(minisock);
	enum tcpulse_known_phase phase = READ_ONCE(tcpulse_known_phase);
	struct tcpulse_known *known;
	bool counted;

	if (phase != TCPULSE_ADOPTING)
		return phase == TCPULSE_ADOPTED;

	raw_spin_lock(&bucket->lock);
	known = tcpulse_known_find(bucket, minisock);
	counted = known && known->as == TCPULSE_COUNTED;
	if (counted)
		known->as = TCPULSE_STOPPED;
	else if (!known)
		tcpulse_known_add(bucket, minisock, TCPULSE_MISSED);
	raw_spin_unlock(&bucket->lock);
	return counted;
}

/**
 * tcpulse_known_found() - the scan has found an object
 * @sk: socket, request sock or minisock
 * @adopt: counts it, under the lock of the bucket; says whether it is to be counted
 *
 * Context: Process context; the lock of @sk's bucket in the kernel's table is held.
 * Return: whether it was adopted; not what an event has made known.
 */
bool tcpulse_known_found(const struct sock *sk,
			 bool (*adopt)(const struct sock *sk))
{
	struct tcpulse_known_bucket *bucket = tcpulse_known_bucket(sk);
	bool adopted = false;
	unsigned long flags;

	raw_spin_lock_irqsave(&bucket->lock, flags);
	if (!tcpulse_known_find(bucket, sk) && adopt(sk)) {
		tcpulse_known_add(bucket, sk, TCPULSE_COUNTED);
		adopted = true;
	}
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	return adopted;
}

/* What events mean from now on. Context: any; baseline.c alone knows when. */
void tcpulse_known_enter(enum tcpulse_known_phase phase)
{
	WRITE_ONCE(tcpulse_known_phase, phase);
}

/* Return: whether every object could be remembered so far. Context: any. */
bool tcpulse_known_all(void)
{
	return !READ_ONCE(tcpulse_known_failed);
}

/**
 * tcpulse_known_begin() - from now on events ask who is known
 *
 * Context: Process context, may sleep; no probe is attached yet.
 * Return: 0, or -ENOMEM.
 */
int tcpulse_known_begin(void)
{
	const u32 slots = init_net.ipv4.tcp_death_row.hashinfo->ehash_mask + 1;
	u32 i;

	tcpulse_known_bits = clamp_t(u32, ilog2(slots), 10, 18);
	tcpulse_known_table = kvcalloc(1 << tcpulse_known_bits,
				       sizeof(*tcpulse_known_table), GFP_KERNEL);
	if (!tcpulse_known_table)
		return -ENOMEM;
	tcpulse_known_cache = KMEM_CACHE(tcpulse_known, 0);
	if (!tcpulse_known_cache) {
		kvfree(tcpulse_known_table);
		return -ENOMEM;
	}
	for (i = 0; i < 1 << tcpulse_known_bits; i++)
		raw_spin_lock_init(&tcpulse_known_table[i].lock);
	static_branch_enable(&tcpulse_known_key);
	return 0;
}

static void tcpulse_known_drain(struct tcpulse_known_bucket *bucket)
{
	struct tcpulse_known *known;
	struct hlist_node *next;

	hlist_for_each_entry_safe(known, next, &bucket->head, node) {
		hlist_del(&known->node);
		kmem_cache_free(tcpulse_known_cache, known);
	}
}

/**
 * tcpulse_known_end() - everything is known, events count as they are
 *
 * Context: Process context, may sleep.
 */
void tcpulse_known_end(void)
{
	u32 i;

	static_branch_disable(&tcpulse_known_key);
	/* After a failure there may still be probes in the table. */
	synchronize_rcu();
	for (i = 0; i < 1 << tcpulse_known_bits; i++)
		tcpulse_known_drain(&tcpulse_known_table[i]);
	kmem_cache_destroy(tcpulse_known_cache);
	kvfree(tcpulse_known_table);
}
