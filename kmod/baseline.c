// SPDX-License-Identifier: GPL-2.0
/*
 * Adopts what existed when the module was loaded, exactly and under traffic.
 *
 * Probes first, then a scan of the kernel's tables: whatever the probes miss is
 * in the tables, and the other way round. What both see must be counted once,
 * so while the key is on every event and every step of the scan asks a table of
 * known objects, under a bucket lock. An event of an object that is not known
 * and is not being born proves that it was there before: it is adopted, with
 * the state it leaves. The scan adopts what had no event.
 *
 * That a socket is scanned and changes state at the same moment is no problem:
 * the event comes before the store, so either the scan finds it known, or the
 * event finds it adopted, with the old state in both cases.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/tracepoint.h>
#include <net/inet_hashtables.h>
#include <net/inet_timewait_sock.h>
#include <net/request_sock.h>

#include "baseline.h"
#include "counters.h"
#include "listener.h"
#include "net.h"
#include "raw_slab.h"
#include "timewait.h"
#include "transition.h"

DEFINE_STATIC_KEY_FALSE(tcpulse_baseline_key);

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

/**
 * enum tcpulse_baseline_phase - what an event means while the key is on
 * @TCPULSE_ATTACHING: nothing: not all probes are attached, and a start without
 *	its stop would count for ever
 * @TCPULSE_ADOPTING: it counts, once the table of known objects was asked
 * @TCPULSE_ADOPTED: it counts, as if the key were off
 *
 * The key cannot say this: it is off for one CPU before it is for another, and
 * an object born where it is off would be taken for an unknown one where it is
 * still on. A variable is read in the order in which objects pass from CPU to
 * CPU.
 */
enum tcpulse_baseline_phase {
	TCPULSE_ATTACHING,
	TCPULSE_ADOPTING,
	TCPULSE_ADOPTED,
};

static enum tcpulse_baseline_phase tcpulse_baseline_phase;

/* No memory for an object: the numbers would be wrong for ever. */
static bool tcpulse_baseline_failed;
static u64 tcpulse_baseline_ns;

u64 tcpulse_baseline_us(void)
{
	return div_u64(tcpulse_baseline_ns, NSEC_PER_USEC);
}

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
		WRITE_ONCE(tcpulse_baseline_failed, true);
		return;
	}
	known->object = object;
	known->as = as;
	hlist_add_head(&known->node, &bucket->head);
}

/* A full socket. */
static void tcpulse_baseline_adopt_socket(struct tcpulse_counts __percpu *counts,
					  const struct sock *sk, int state)
{
	tcpulse_count_adopted(counts, sk, state);
	if (tcpulse_family(sk->sk_family) == TCPULSE_V4)
		atomic_inc(&tcpulse_net(sock_net(sk))->base_sockets);
}

static bool tcpulse_baseline_is_birth(const struct sock *sk, int oldstate,
				      int newstate)
{
	return oldstate == TCP_CLOSE ||
	       tcpulse_transition_is_birth(sk, newstate);
}

/**
 * tcpulse_baseline_socket() - a socket changes state while we are loading
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
bool tcpulse_baseline_socket(struct tcpulse_cpu __percpu *pcpu,
			     const struct sock *sk, int oldstate, int newstate)
{
	struct tcpulse_known_bucket *bucket = tcpulse_known_bucket(sk);
	enum tcpulse_baseline_phase phase = READ_ONCE(tcpulse_baseline_phase);
	struct tcpulse_known *known, *gone = NULL;
	unsigned long flags;

	if (phase != TCPULSE_ADOPTING)
		return phase == TCPULSE_ADOPTED;

	raw_spin_lock_irqsave(&bucket->lock, flags);
	known = tcpulse_known_find(bucket, sk);
	if (!known && oldstate < TCPULSE_STATES &&
	    !tcpulse_baseline_is_birth(sk, oldstate, newstate))
		tcpulse_baseline_adopt_socket(tcpulse_counts(pcpu, sk->sk_family),
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
 * __tcpulse_baseline_armed() - a minisock's timer is armed while we are loading
 * @minisock: request sock or TIME_WAIT minisock, by address
 * @birth: it is the first time
 *
 * The scan may have found the timer armed a moment before we hear of it.
 *
 * Context: hard interrupts off, timer base locked.
 * Return: what it means.
 */
enum tcpulse_arming __tcpulse_baseline_armed(const void *minisock, bool birth)
{
	struct tcpulse_known_bucket *bucket = tcpulse_known_bucket(minisock);
	enum tcpulse_baseline_phase phase = READ_ONCE(tcpulse_baseline_phase);
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
 * __tcpulse_baseline_stopped() - a minisock's timer is stopped while we are
 *	loading
 * @minisock: request sock or TIME_WAIT minisock, by address
 *
 * Context: hard interrupts off, timer base locked.
 * Return: whether the event counts; not for one that was never counted.
 */
bool __tcpulse_baseline_stopped(const void *minisock)
{
	struct tcpulse_known_bucket *bucket = tcpulse_known_bucket(minisock);
	enum tcpulse_baseline_phase phase = READ_ONCE(tcpulse_baseline_phase);
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

/* An armed minisock, or one that will be and whose probe counts it then. */
static bool tcpulse_baseline_reqsk_is_armed(const struct request_sock *req)
{
	return refcount_read(&req->rsk_refcnt) && timer_pending(&req->rsk_timer);
}

static void tcpulse_baseline_adopt(struct tcpulse_counts __percpu *counts,
				   const struct sock *sk, int state)
{
	if (state == TCP_TIME_WAIT)
		tcpulse_timewait_adopt(counts, inet_twsk(sk));
	else if (state == TCP_NEW_SYN_RECV)
		tcpulse_count_adopted(counts, sk, TCP_SYN_RECV);
	else
		tcpulse_baseline_adopt_socket(counts, sk, state);
}

static bool tcpulse_baseline_exists(const struct sock *sk, int state)
{
	switch (state) {
	case TCP_NEW_SYN_RECV:
		return tcpulse_baseline_reqsk_is_armed(inet_reqsk(sk));
	case TCP_TIME_WAIT:
		return timer_pending(&inet_twsk(sk)->tw_timer);
	default:
		return state != TCP_CLOSE && sk->sk_protocol == IPPROTO_TCP;
	}
}

/*
 * Context: the lock of @sk's bucket in the kernel's table is held.
 * Return: whether it was adopted.
 */
static bool tcpulse_baseline_scan_one(const struct sock *sk)
{
	struct tcpulse_cpu __percpu *pcpu = tcpulse_net_cpu(sock_net(sk));
	struct tcpulse_known_bucket *bucket = tcpulse_known_bucket(sk);
	bool adopted = false;
	unsigned long flags;
	int state;

	if (!pcpu)
		return false;
	raw_spin_lock_irqsave(&bucket->lock, flags);
	state = READ_ONCE(sk->sk_state);
	if (!tcpulse_known_find(bucket, sk) &&
	    tcpulse_baseline_exists(sk, state)) {
		tcpulse_baseline_adopt(tcpulse_counts(pcpu, sk->sk_family),
				       sk, state);
		tcpulse_known_add(bucket, sk, TCPULSE_COUNTED);
		adopted = true;
	}
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	return adopted;
}

/* A listener leaves this table before it says that it closes. */
static void tcpulse_baseline_scan_listeners(struct inet_hashinfo *hashinfo)
{
	const struct hlist_nulls_node *node;
	const struct sock *sk;
	unsigned int i;

	for (i = 0; i <= hashinfo->lhash2_mask; i++) {
		struct inet_listen_hashbucket *head = &hashinfo->lhash2[i];

		if (hlist_nulls_empty(&head->nulls_head))
			continue;
		spin_lock_bh(&head->lock);
		sk_nulls_for_each(sk, node, &head->nulls_head)
			if (tcpulse_baseline_scan_one(sk))
				tcpulse_listener_open(sk, true);
		spin_unlock_bh(&head->lock);
		cond_resched();
	}
}

static void tcpulse_baseline_scan_connections(struct inet_hashinfo *hashinfo)
{
	const struct hlist_nulls_node *node;
	const struct sock *sk;
	unsigned int i;

	for (i = 0; i <= hashinfo->ehash_mask; i++) {
		struct hlist_nulls_head *chain = &hashinfo->ehash[i].chain;

		if (hlist_nulls_empty(chain))
			continue;
		spin_lock_bh(inet_ehash_lockp(hashinfo, i));
		sk_nulls_for_each(sk, node, chain)
			tcpulse_baseline_scan_one(sk);
		spin_unlock_bh(inet_ehash_lockp(hashinfo, i));
		cond_resched();
	}
}

/*
 * All namespaces share one table, but for those with a table of connections of
 * their own (net.ipv4.tcp_child_ehash_entries); listeners are always shared.
 */
static void tcpulse_baseline_scan_tables(void)
{
	struct inet_hashinfo *shared = init_net.ipv4.tcp_death_row.hashinfo;
	struct net *net;

	tcpulse_baseline_scan_listeners(shared);
	tcpulse_baseline_scan_connections(shared);

	down_read(&net_rwsem);
	for_each_net(net)
		if (net->ipv4.tcp_death_row.hashinfo != shared)
			tcpulse_baseline_scan_connections(net->ipv4.tcp_death_row.hashinfo);
	up_read(&net_rwsem);
}

static void tcpulse_baseline_start_all(void)
{
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net)
		tcpulse_net_start(net);
	up_read(&net_rwsem);
}

/*
 * Whoever passed a tracepoint just before the probes were attached has stored
 * the new state, put the socket into its table, or armed the timer when this
 * returns: softirqs and sections with preemption off by RCU, tasks that were
 * preempted halfway by RCU tasks.
 */
static void tcpulse_baseline_wait(void)
{
	tracepoint_synchronize_unregister();
	synchronize_rcu();
	synchronize_rcu_tasks();
}

/**
 * tcpulse_baseline_begin() - from now on events ask who is known
 *
 * Context: Process context, may sleep; no probe is attached yet.
 * Return: 0, or -ENOMEM.
 */
int tcpulse_baseline_begin(void)
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
	static_branch_enable(&tcpulse_baseline_key);
	return 0;
}

/**
 * tcpulse_baseline_scan() - count what was there, and what comes from now on
 *
 * Context: Process context, may sleep; all probes are attached.
 * Return: 0, or -ENOMEM when something could not be remembered.
 */
int tcpulse_baseline_scan(void)
{
	const u64 start = ktime_get_ns();

	tcpulse_baseline_start_all();
	WRITE_ONCE(tcpulse_baseline_phase, TCPULSE_ADOPTING);
	tcpulse_baseline_wait();
	tcpulse_baseline_scan_tables();
	WRITE_ONCE(tcpulse_baseline_phase, TCPULSE_ADOPTED);
	tcpulse_baseline_ns = ktime_get_ns() - start;

	/* Who is still in the table may yet have failed. */
	synchronize_rcu();
	if (READ_ONCE(tcpulse_baseline_failed)) {
		pr_err("not loaded: no memory to adopt all existing sockets\n");
		return -ENOMEM;
	}
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
 * tcpulse_baseline_end() - everything is known, events count as they are
 *
 * Context: Process context, may sleep.
 */
void tcpulse_baseline_end(void)
{
	u32 i;

	static_branch_disable(&tcpulse_baseline_key);
	/* After a failure there may still be probes in the table. */
	synchronize_rcu();
	for (i = 0; i < 1 << tcpulse_known_bits; i++)
		tcpulse_known_drain(&tcpulse_known_table[i]);
	kmem_cache_destroy(tcpulse_known_cache);
	kvfree(tcpulse_known_table);
}
