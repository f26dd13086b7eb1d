// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints the module lives on: finds them by name, since most are not
 * exported, attaches and detaches. What the probes do is in state.c,
 * minisock.c, freed.c and segment.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <trace/events/skb.h>
#include <trace/events/sock.h>
#include <trace/events/tcp.h>
#include <trace/events/timer.h>

#include "freed.h"
#include "minisock.h"
#include "probe.h"
#include "segment.h"
#include "state.h"

/* In any order: until all are attached, known.c lets no event count. */
static struct tcpulse_probe tcpulse_probes[] = {
#if !TCPULSE_STATE_ONLY
	{ .name = "timer_cancel",
	  .purpose = "end of SYN_RECV requests and TIME_WAIT minisocks",
	  .func = tcpulse_minisock_timer_cancel },
	{ .name = "timer_start",
	  .purpose = "birth of SYN_RECV requests and TIME_WAIT minisocks",
	  .func = tcpulse_minisock_timer_start },
	{ .name = "timer_expire_entry",
	  .purpose = "TIME_WAIT minisocks that expired",
	  .func = tcpulse_minisock_timer_expire },
	{ .name = "kfree_skb",
	  .purpose = "FIN and RST taken by TIME_WAIT minisocks, ACK refused by listeners",
	  .func = tcpulse_freed_kfree_skb },
	{ .name = "consume_skb",
	  .purpose = "SYN that took a TIME_WAIT minisock over, or was refused by a listener",
	  .func = tcpulse_freed_consume_skb },
	{ .name = "tcp_retransmit_synack",
	  .purpose = "SYN-ACK sent again",
	  .func = tcpulse_segment_retransmit_synack },
	{ .name = "tcp_retransmit_skb",
	  .purpose = "SYN-ACK sent again by a socket that has sent a SYN itself",
	  .func = tcpulse_segment_retransmit },
	{ .name = "tcp_send_reset",
	  .purpose = "state of a connection that answers with RST",
	  .func = tcpulse_segment_send_reset },
#endif
	{ .name = "inet_sock_set_state",
	  .purpose = "transitions of sockets",
	  .func = tcpulse_state_probe },
};

/* Registering by name takes a void pointer: stop the build when one changes. */
static void __init tcpulse_probe_check_types(void)
{
	check_trace_callback_type_timer_cancel(tcpulse_minisock_timer_cancel);
	check_trace_callback_type_timer_start(tcpulse_minisock_timer_start);
	check_trace_callback_type_timer_expire_entry(tcpulse_minisock_timer_expire);
	check_trace_callback_type_kfree_skb(tcpulse_freed_kfree_skb);
	check_trace_callback_type_consume_skb(tcpulse_freed_consume_skb);
	check_trace_callback_type_tcp_retransmit_synack(tcpulse_segment_retransmit_synack);
	check_trace_callback_type_tcp_retransmit_skb(tcpulse_segment_retransmit);
	check_trace_callback_type_tcp_send_reset(tcpulse_segment_send_reset);
	check_trace_callback_type_inet_sock_set_state(tcpulse_state_probe);
}

unsigned int tcpulse_probe_count(void)
{
	return ARRAY_SIZE(tcpulse_probes);
}

/* @i: below tcpulse_probe_count(). */
const struct tcpulse_probe *tcpulse_probe_get(unsigned int i)
{
	return &tcpulse_probes[i];
}

static void __init tcpulse_probe_match(struct tracepoint *tp, void *priv)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tcpulse_probes); i++)
		if (!strcmp(tcpulse_probes[i].name, tp->name))
			tcpulse_probes[i].tp = tp;
}

/**
 * tcpulse_probe_init() - find all tracepoints
 *
 * Context: Process context, may sleep.
 * Return: 0, or -ENOENT and a line in the log when the kernel lacks one.
 */
int __init tcpulse_probe_init(void)
{
	unsigned int i;

	tcpulse_probe_check_types();
	for_each_kernel_tracepoint(tcpulse_probe_match, NULL);
	for (i = 0; i < ARRAY_SIZE(tcpulse_probes); i++) {
		if (tcpulse_probes[i].tp)
			continue;
		pr_err("not loaded: this kernel has no tracepoint %s, without which counts would be wrong\n",
		       tcpulse_probes[i].name);
		return -ENOENT;
	}
	return 0;
}

/**
 * tcpulse_probe_attach() - attach all probes
 *
 * Context: Process context, may sleep.
 * Return: 0, or a negative errno, with nothing attached.
 */
int tcpulse_probe_attach(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(tcpulse_probes); i++) {
		struct tcpulse_probe *probe = &tcpulse_probes[i];

		err = tracepoint_probe_register(probe->tp, probe->func, NULL);
		if (err) {
			pr_err("not loaded: tracepoint %s refused (%d)\n",
			       probe->name, err);
			tcpulse_probe_detach();
			return err;
		}
		probe->attached = true;
	}
	return 0;
}

/**
 * tcpulse_probe_detach() - detach all probes and wait until none is running
 *
 * Context: Process context, may sleep.
 */
void tcpulse_probe_detach(void)
{
	unsigned int i = ARRAY_SIZE(tcpulse_probes);

	while (i--) {
		struct tcpulse_probe *probe = &tcpulse_probes[i];

		if (!probe->attached)
			continue;
		tracepoint_probe_unregister(probe->tp, probe->func, NULL);
		probe->attached = false;
	}
	tracepoint_synchronize_unregister();
}
