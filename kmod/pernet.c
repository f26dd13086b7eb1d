// SPDX-License-Identifier: GPL-2.0
/*
 * One struct tcpulse_net a network namespace: birth, publication to the probes
 * and retirement. What is counted in it is none of this file's business.
 *
 * TCP's own pernet exit comes after ours, so sockets of a dying namespace
 * still change state when we are gone. .pre_exit takes the counters away from
 * the probes; the kernel waits for RCU before .exit, which frees them.
 */
#include <linux/percpu.h>
#include <net/net_namespace.h>

#include "awake.h"
#include "listener.h"
#include "net.h"
#include "peak.h"
#include "pernet.h"
#include "segment.h"
#include "tune.h"

static int __net_init tcpulse_pernet_init_net(struct net *net)
{
	struct tcpulse_net *tn = tcpulse_net(net);
	int err;

	BUILD_BUG_ON(sizeof(*tn->pcpu) > TCPULSE_CPU_SIZE_MAX);
	tn->pcpu = __alloc_percpu_gfp(sizeof(*tn->pcpu), SMP_CACHE_BYTES,
				      GFP_KERNEL_ACCOUNT);
	if (!tn->pcpu)
		return -ENOMEM;

	tcpulse_awake_init(tn);
	tcpulse_peak_init(tn);
	tcpulse_listener_init_net(&tn->listeners);
	tcpulse_tune_init_net(net);
	tcpulse_net_start(net);
	/* Counters must be ready before a probe can find them. */
	smp_store_release(&tn->live, tn->pcpu);

	err = tcpulse_segment_init_net(net);
	if (err) {
		/* Nobody has found the counters: there is no probe, or no socket. */
		tn->live = NULL;
		free_percpu(tn->pcpu);
	}
	return err;
}

static void __net_exit tcpulse_pernet_pre_exit_net(struct net *net)
{
	/* While the probes still say which listeners have closed. */
	tcpulse_tune_close(net);
	tcpulse_segment_pre_exit_net(net);
	WRITE_ONCE(tcpulse_net(net)->live, NULL);
}

static void __net_exit tcpulse_pernet_exit_net(struct net *net)
{
	struct tcpulse_net *tn = tcpulse_net(net);

	tcpulse_tune_exit_net(net);
	tcpulse_listener_exit_net(&tn->listeners);
	free_percpu(tn->pcpu);
}

static struct pernet_operations tcpulse_pernet_ops = {
	.init = tcpulse_pernet_init_net,
	.pre_exit = tcpulse_pernet_pre_exit_net,
	.exit = tcpulse_pernet_exit_net,
	.id = &tcpulse_net_id,
	.size = sizeof(struct tcpulse_net),
};

/* Context: Process context, may sleep. Return: 0 or a negative errno. */
int tcpulse_pernet_init(void)
{
	return register_pernet_subsys(&tcpulse_pernet_ops);
}

/* No probe may be attached any more. Context: Process context, may sleep. */
void tcpulse_pernet_exit(void)
{
	unregister_pernet_subsys(&tcpulse_pernet_ops);
}
