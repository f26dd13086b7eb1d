// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints through which request socks and TIME_WAIT minisocks are seen:
 * their timers, and the segments that end them. Both live as long as their
 * timer is armed, and no state tracepoint tells of them. What an event means is
 * decided in reqsk.c and timewait.c.
 *
 * Timer probes fire for every timer in the system, with interrupts off and the
 * timer base locked: they compare the handler and go.
 */
#include <linux/timer.h>
#include <net/inet_timewait_sock.h>
#include <net/request_sock.h>

#include "minisock.h"
#include "net.h"
#include "overflow.h"
#include "packet.h"
#include "received.h"
#include "reqsk.h"
#include "segment.h"
#include "symbol.h"
#include "timewait.h"

typedef void tcpulse_timer_fn(struct timer_list *timer);

/* The kernel's static reqsk_timer_handler() and tw_timer_handler(). */
static tcpulse_timer_fn *tcpulse_minisock_reqsk_fn __ro_after_init;
static tcpulse_timer_fn *tcpulse_minisock_tw_fn __ro_after_init;

static struct request_sock *tcpulse_minisock_reqsk(struct timer_list *timer)
{
	return container_of(timer, struct request_sock, rsk_timer);
}

static struct inet_timewait_sock *tcpulse_minisock_tw(struct timer_list *timer)
{
	return container_of(timer, struct inet_timewait_sock, tw_timer);
}

/* Tracepoint timer_start. Context: hard interrupts off, timer base locked. */
TCPULSE_PROBE_TIMER_START(tcpulse_minisock_timer_start)
{
	if (timer->function == tcpulse_minisock_tw_fn)
		tcpulse_timewait_armed(tcpulse_minisock_tw(timer));
	else if (timer->function == tcpulse_minisock_reqsk_fn)
		tcpulse_reqsk_armed(tcpulse_minisock_reqsk(timer));
}

/* Tracepoint timer_cancel. Context: hard interrupts off, timer base locked. */
void tcpulse_minisock_timer_cancel(void *data, struct timer_list *timer)
{
	if (timer->function == tcpulse_minisock_tw_fn)
		tcpulse_timewait_stopped(tcpulse_minisock_tw(timer));
	else if (timer->function == tcpulse_minisock_reqsk_fn)
		tcpulse_reqsk_stopped(tcpulse_minisock_reqsk(timer));
}

/* Tracepoint timer_expire_entry, after timer_cancel. Context: softirq. */
void tcpulse_minisock_timer_expire(void *data, struct timer_list *timer,
				   unsigned long baseclk)
{
	if (timer->function == tcpulse_minisock_tw_fn)
		tcpulse_timewait_expired(tcpulse_minisock_tw(timer));
}

static noinline void tcpulse_minisock_freed_other(const struct sk_buff *skb)
{
	struct net *net = tcpulse_packet_net(skb);
	struct tcpulse_cpu __percpu *pcpu = net ? tcpulse_net_cpu(net) : NULL;

	if (pcpu && tcpulse_overflow_is_due(pcpu, net))
		tcpulse_overflow_settle_other(pcpu, net, skb);
}

static noinline void tcpulse_minisock_freed_early(const struct sk_buff *skb)
{
	struct net *net = tcpulse_packet_is_routed(skb) ? tcpulse_packet_net(skb) :
							  NULL;
	struct tcpulse_cpu __percpu *pcpu = net ? tcpulse_net_cpu(net) : NULL;

	if (pcpu)
		tcpulse_segment_refused(pcpu, net, skb);
}

/* A packet is freed, because nobody kept it or because it was of use. */
static __always_inline void tcpulse_minisock_freed(const struct sk_buff *skb,
						   bool dropped)
{
	const struct tcphdr *th = tcpulse_packet_tcp(skb);
	struct tcpulse_cpu __percpu *pcpu;
	struct net *net;

	if (!th) {
		if (unlikely(tcpulse_packet_is_other(skb)))
			tcpulse_minisock_freed_other(skb);
		else if (tcpulse_received_may_be(skb))
			tcpulse_minisock_freed_early(skb);
		return;
	}
	net = tcpulse_packet_net(skb);
	pcpu = net ? tcpulse_net_cpu(net) : NULL;
	if (unlikely(!pcpu))
		return;
	if (dropped)
		tcpulse_timewait_dropped(pcpu, net, skb, th);
	else
		tcpulse_timewait_consumed(pcpu, net, skb, th);
	if (tcpulse_overflow_is_due(pcpu, net))
		tcpulse_overflow_settle(pcpu, net, skb, th);
}

/* Tracepoint kfree_skb. Context: any; preemptible and outside RCU on 7.x. */
TCPULSE_PROBE_KFREE_SKB(tcpulse_minisock_kfree_skb)
{
	tcpulse_minisock_freed(skb, true);
}

/* Tracepoint consume_skb. Context: any; preemptible and outside RCU on 7.x. */
TCPULSE_PROBE_CONSUME_SKB(tcpulse_minisock_consume_skb)
{
	tcpulse_minisock_freed(skb, false);
}

static int __init tcpulse_minisock_find(const char *name, tcpulse_timer_fn **fn)
{
	unsigned long addr;
	int err = tcpulse_symbol_find(name, &addr);

	if (!err)
		*fn = (tcpulse_timer_fn *)addr;
	return err;
}

/* Context: Process context, may sleep. Return: 0 or a negative errno. */
int __init tcpulse_minisock_init(void)
{
	return tcpulse_minisock_find("reqsk_timer_handler",
				     &tcpulse_minisock_reqsk_fn) ?:
	       tcpulse_minisock_find("tw_timer_handler",
				     &tcpulse_minisock_tw_fn);
}
