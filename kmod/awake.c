// SPDX-License-Identifier: GPL-2.0
/*
 * Is a namespace awake? One in which nothing moves sleeps: it is not looked at,
 * and what was there at the last look is there still. Whatever moves in it wakes
 * it, and with it the heartbeat of tick.c, which stops when all sleep.
 */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/irq_work.h>
#include <linux/percpu.h>

#include "awake.h"

/* Starts the heartbeat. */
static struct irq_work tcpulse_awake_irq;

/**
 * tcpulse_awake_setup() - who is to hear of it when a namespace wakes up
 * @wake: called in a hard interrupt; no lock is held, as may be where a probe is
 *
 * Context: before the first probe is attached.
 */
void __init tcpulse_awake_setup(void (*wake)(struct irq_work *irq))
{
	init_irq_work(&tcpulse_awake_irq, wake);
}

/* Context: Process context; no probe can find the counters yet. */
void tcpulse_awake_init(struct tcpulse_net *tn)
{
	int cpu, f;

	for_each_possible_cpu(cpu)
		for (f = 0; f < TCPULSE_FAMILIES; f++)
			per_cpu_ptr(tn->pcpu, cpu)->family[f].awake = &tn->awake;
}

/**
 * tcpulse_awake_rouse() - a population has changed: the namespace is to be awake
 * @counts: counters of the namespace, of one family
 *
 * Context: preemption off, any context.
 */
void tcpulse_awake_rouse(struct tcpulse_counts __percpu *counts)
{
	u32 *awake = this_cpu_read(counts->awake);

	/* Pairs with tcpulse_awake_doze(): it sees what we did, or we what it did. */
	smp_mb();
	if (likely(READ_ONCE(*awake)))
		return;
	if (!cmpxchg(awake, 0, tcpulse_minute_now()))
		irq_work_queue(&tcpulse_awake_irq);
}

/* It is awake, since now if it was not. Context: any; the heartbeat goes on. */
void tcpulse_awake_stay(struct tcpulse_net *tn)
{
	cmpxchg(&tn->awake, 0, tcpulse_minute_now());
}

/* Asleep from now on, unless somebody objects. Context: any. */
void tcpulse_awake_doze(struct tcpulse_net *tn)
{
	WRITE_ONCE(tn->awake, 0);
	/* Pairs with tcpulse_awake_rouse(). */
	smp_mb();
}

/* Context: Process context, may sleep; no probe is attached any more. */
void tcpulse_awake_stop(void)
{
	irq_work_sync(&tcpulse_awake_irq);
}
