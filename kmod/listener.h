/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_LISTENER_H
#define _TCPULSE_LISTENER_H

#include <linux/hash.h>
#include <linux/rculist.h>
#include <net/inet_connection_sock.h>
#include <net/sock.h>
#include <uapi/linux/tcpulse.h>

#include "minute_max.h"
#include "recent.h"
#include "tcpulse.h"

/**
 * struct tcpulse_refusals - what one CPU saw refused by one listener
 * @count: by TCPULSE_A_REFUSALS_*
 * @last: when a queue was full last, in jiffies_64; 0 when never
 *
 * Made at the first refusal, written by that CPU's softirqs only.
 */
struct tcpulse_refusals {
	unsigned long count[TCPULSE_REFUSALS];
	u64 last;
};

/**
 * struct tcpulse_queue - the SYN queue or the accept queue of a listener
 * @recent: most entries since it was looked at last; raised by any CPU, which
 *	is seldom, and set to 0 by tcpulse_listener_tick()
 * @filled: when @recent came to be more than the limit, ns of CLOCK_BOOTTIME
 * @ever: most entries since the listener is counted
 * @minute: most entries in the last minute
 * @looked: when it was looked at, ns of CLOCK_BOOTTIME
 * @full_since: since when it is full; 0 when it is not
 * @full_ns: how long it has been full altogether
 * @last_full: when it was last seen full; 0 when never
 *
 * All but @recent and @filled are under the mutex of struct tcpulse_listeners.
 */
struct tcpulse_queue {
	u32 recent;
	u32 ever;
	u64 filled;
	struct tcpulse_minute minute;
	u64 looked;
	u64 full_since;
	u64 full_ns;
	u64 last_full;
};

/**
 * struct tcpulse_listener - one listening socket
 * @node: in the table of all listeners, by @sk; RCU
 * @sk: the socket; valid inside RCU while @closed is not set. The kernel frees a
 *	listener by RCU; one whose listen(2) failed on the way it does not, but its
 *	memory is of some TCP socket until RCU has waited (SLAB_TYPESAFE_BY_RCU)
 * @id: greater means younger
 * @started: when counting began, ns of CLOCK_BOOTTIME
 * @limit: its backlog at that time
 * @asked: the backlog the application gave to listen(2), if @asked_known
 * @asked_known: see @asked
 * @tuned: the limit tcpulse gave it, if @is_tuned
 * @is_tuned: see @tuned
 * @adopted: it was listening before us
 * @closed: it listens no more; what it has refused still counts
 * @grace: RCU's state when that happened
 * @rcu: to free it, when its namespace ends
 * @syn: the SYN queue
 * @accept: the accept queue
 * @blamed: drops that have been attributed to it, and those before; see blame.c. Written
 *	by any CPU that refuses, so not beside what each new connection reads
 * @recent: its refusals in the last minute, by TCPULSE_A_REFUSALS_*; NULL until there are
 *	any. Made by the CPU that refuses first, used under the mutex of struct
 *	tcpulse_listeners
 * @cpu: refusals by CPU; NULL where there were none
 *
 * @tuned and @is_tuned, and afterwards @limit and @asked_known, are under the
 * mutex of struct tcpulse_listeners.
 */
struct tcpulse_listener {
	struct hlist_node node;
	const struct sock *sk;
	u64 id;
	u64 started;
	u32 limit;
	u32 asked;
	bool asked_known;
	u32 tuned;
	bool is_tuned;
	bool adopted;
	bool closed;
	unsigned long grace;
	struct rcu_head rcu;
	struct tcpulse_queue syn;
	struct tcpulse_queue accept;
	atomic_t blamed;
	struct tcpulse_recent *recent;
	struct tcpulse_refusals *cpu[];
};

extern struct hlist_head *tcpulse_listener_table;
extern unsigned int tcpulse_listener_bits;

int tcpulse_listener_init(void);
void tcpulse_listener_exit(void);
void tcpulse_listener_init_net(struct tcpulse_listeners *ls);
void tcpulse_listener_exit_net(struct tcpulse_listeners *ls);

void tcpulse_listener_open(const struct sock *sk, bool adopted);
void tcpulse_listener_close(const struct sock *sk);
bool tcpulse_listener_tick(struct tcpulse_listeners *ls);
int tcpulse_listener_set_limit(struct tcpulse_listeners *ls, u64 id,
			       const u32 *expected, u32 *limit);
void tcpulse_listener_look(struct tcpulse_listener *listener);
void tcpulse_listener_look_refused(struct tcpulse_listener *listener);
void tcpulse_listener_sum(const struct tcpulse_listener *listener,
			  u64 sum[TCPULSE_REFUSALS]);
void tcpulse_listener_add_minute(const struct tcpulse_listener *listener,
				 u64 sum[TCPULSE_REFUSALS]);
void tcpulse_listener_join_gone(struct tcpulse_listeners *ls,
				struct tcpulse_listener *listener);
u64 tcpulse_listener_last_refused(const struct tcpulse_listener *listener);
void __tcpulse_listener_raise(struct tcpulse_queue *queue, u32 depth,
			      const struct sock *sk);

/* Until RCU has waited for the caller the socket is there, if so. */
static inline bool
tcpulse_listener_is_open(const struct tcpulse_listener *listener)
{
	/* Pairs with tcpulse_listener_close(). */
	return !smp_load_acquire(&listener->closed);
}

/* Its refusals in the last minute; NULL until there are any. */
static inline struct tcpulse_recent *
tcpulse_listener_recent(const struct tcpulse_listener *listener)
{
	/* Pairs with tcpulse_overflow_remember(). */
	return smp_load_acquire(&listener->recent);
}

/**
 * tcpulse_listener_find() - the record of a listening socket
 * @sk: the socket, by address
 *
 * Context: preemption off, any context. The record stays until RCU has waited
 *	for that.
 * Return: NULL when it is not in the table.
 */
static __always_inline struct tcpulse_listener *
tcpulse_listener_find(const struct sock *sk)
{
	struct tcpulse_listener *listener;
	struct hlist_head *head =
		&tcpulse_listener_table[hash_ptr(sk, tcpulse_listener_bits)];

	hlist_for_each_entry_rcu(listener, head, node)
		if (listener->sk == sk)
			return listener;
	return NULL;
}

/* Context: as tcpulse_listener_find(). A new maximum is seldom. */
static __always_inline void
tcpulse_listener_raise(struct tcpulse_queue *queue, u32 depth,
		       const struct sock *sk)
{
	if (unlikely(depth > READ_ONCE(queue->recent)))
		__tcpulse_listener_raise(queue, depth, sk);
}

/*
 * The kernel's own count goes below zero when a request of a listener that has
 * closed is refused by the one it migrates to (net.ipv4.tcp_migrate_req):
 * tcp_check_req() takes it out of a queue it never was in.
 */
static __always_inline u32 tcpulse_listener_syn_depth(const struct sock *sk)
{
	return max(inet_csk_reqsk_queue_len(sk), 0);
}

static __always_inline u32 tcpulse_listener_accept_depth(const struct sock *sk)
{
	return READ_ONCE(sk->sk_ack_backlog);
}

/*
 * A request sock of listener @sk is being born. The queue counts it a moment
 * after its timer was armed.
 */
static __always_inline void tcpulse_listener_queues_syn(const struct sock *sk)
{
	struct tcpulse_listener *listener = tcpulse_listener_find(sk);

	if (likely(listener))
		tcpulse_listener_raise(&listener->syn,
				       tcpulse_listener_syn_depth(sk) + 1, sk);
}

/*
 * A request sock of listener @sk has become a connection. The queue counts it a
 * moment after the request's timer was stopped.
 */
static __always_inline void tcpulse_listener_queues_child(const struct sock *sk)
{
	struct tcpulse_listener *listener = tcpulse_listener_find(sk);

	if (likely(listener))
		tcpulse_listener_raise(&listener->accept,
				       tcpulse_listener_accept_depth(sk) + 1, sk);
}

/* A request sock has come from elsewhere, or stays: it is in the queue. */
static inline void tcpulse_listener_keeps_syn(const struct sock *sk)
{
	struct tcpulse_listener *listener = tcpulse_listener_find(sk);

	if (likely(listener))
		tcpulse_listener_raise(&listener->syn,
				       tcpulse_listener_syn_depth(sk), sk);
}

#endif /* _TCPULSE_LISTENER_H */
