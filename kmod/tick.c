// SPDX-License-Identifier: GPL-2.0
/*
 * What is done once a second, in each namespace that is awake and for all of
 * them. When all sleep nothing runs: see awake.c.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/rtnetlink.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "awake.h"
#include "fin_wait2.h"
#include "listener.h"
#include "net.h"
#include "peak.h"
#include "refused.h"
#include "tick.h"

/* Return: whether it stays awake. Context: Process context, may sleep. */
static bool tcpulse_tick_net(struct tcpulse_net *tn)
{
	bool moving;

	if (!READ_ONCE(tn->awake))
		return false;
	moving = tcpulse_peak_tick(tn);
	moving |= tcpulse_listener_tick(&tn->listeners);
	moving |= tcpulse_refused_tick(tn);
	if (moving)
		tcpulse_awake_stay(tn);
	cond_resched();
	return moving;
}

static void tcpulse_tick_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(tcpulse_tick_dwork, tcpulse_tick_work);

static void tcpulse_tick_work(struct work_struct *work)
{
	bool moving = false;
	struct net *net;

	/* A namespace leaves the list before its exit begins. */
	down_read(&net_rwsem);
	for_each_net(net)
		moving |= tcpulse_tick_net(tcpulse_net(net));
	up_read(&net_rwsem);
	moving |= tcpulse_fin_wait2_reap();
	if (moving)
		schedule_delayed_work(&tcpulse_tick_dwork, HZ);
}

/* Context: hard interrupt. */
static void tcpulse_tick_begin(struct irq_work *irq)
{
	schedule_delayed_work(&tcpulse_tick_dwork, HZ);
}

/* Context: before the first probe is attached. */
void __init tcpulse_tick_setup(void)
{
	tcpulse_awake_setup(tcpulse_tick_begin);
}

/* Namespaces that were there before us: who was adopted, nobody has seen enter. */
void tcpulse_tick_start(void)
{
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net)
		tcpulse_awake_stay(tcpulse_net(net));
	up_read(&net_rwsem);
	schedule_delayed_work(&tcpulse_tick_dwork, HZ);
}

/* Context: Process context, may sleep; no probe is attached any more. */
void tcpulse_tick_stop(void)
{
	tcpulse_awake_stop();
	cancel_delayed_work_sync(&tcpulse_tick_dwork);
}
