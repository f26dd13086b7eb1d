// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints through which request socks and TIME_WAIT minisocks are seen:
 * their timers. Both live as long as their timer is armed, and no state tracepoint
 * tells of them. What an event means is decided in reqsk.c and timewait.c.
 *
 * Timer probes fire for every timer in the system, with interrupts off and the
 * timer base locked: they compare the handler and go.
 */
#include <linux/timer.h>
#include <net/inet_timewait_sock.h>
#include <net/request_sock.h>

#include "minisock.h"
#include "reqsk.h"
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
