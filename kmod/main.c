// SPDX-License-Identifier: GPL-2.0
/*
 * Starts and stops the module, in order; nothing else.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/module.h>
#include <net/genetlink.h>

#include "addrform.h"
#include "baseline.h"
#include "fin_wait2.h"
#include "known.h"
#include "listener.h"
#include "minisock.h"
#include "netlink.h"
#include "overflow.h"
#include "param.h"
#include "peak.h"
#include "pernet.h"
#include "probe.h"
#include "tick.h"
#include "tune.h"

static int __init tcpulse_main_find(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		pr_err("not loaded: a PREEMPT_RT kernel counts in threads, which this module cannot follow exactly\n");
		return -EOPNOTSUPP;
	}
	tcpulse_peak_setup();
	tcpulse_tick_setup();
	tcpulse_param_init();
	return tcpulse_probe_init() ?: tcpulse_minisock_init();
}

/* Between two steps everybody else goes on; selftests/stress_steps.sh asks for long. */
static void tcpulse_main_step(void)
{
	if (TCPULSE_STEP_MS)
		msleep(TCPULSE_STEP_MS);
}

/*
 * ORDER: the table of known objects stands before the first event comes, and
 * all listeners are in theirs before the first refusal counts.
 */
static int __init tcpulse_main_count(void)
{
	int err;

	err = tcpulse_known_begin();
	if (err)
		return err;
	tcpulse_main_step();
	err = tcpulse_probe_attach();
	if (err)
		goto err_known;
	tcpulse_main_step();
	err = tcpulse_baseline_scan();
	if (err)
		goto err_probes;
	tcpulse_main_step();
	err = tcpulse_overflow_init();
	if (err)
		goto err_probes;
	tcpulse_main_step();
	tcpulse_known_end();
	return 0;

err_probes:
	tcpulse_probe_detach();
err_known:
	tcpulse_known_end();
	return err;
}

/*
 * ORDER: netlink last, it makes the module reachable, and a namespace that is born
 * from then on is complete when it can be.
 */
static int __init tcpulse_main_init(void)
{
	int err;

	err = tcpulse_main_find();
	if (err)
		return err;
	err = tcpulse_fin_wait2_init();
	if (err)
		return err;
	err = tcpulse_listener_init();
	if (err)
		goto err_fin_wait2;
	err = tcpulse_pernet_init();
	if (err)
		goto err_listener;
	tcpulse_main_step();
	err = tcpulse_main_count();
	if (err)
		goto err_pernet;
	tcpulse_addrform_start();
	tcpulse_tick_start();
	tcpulse_main_step();
	err = tcpulse_netlink_init();
	if (err)
		goto err_overflow;
	return 0;

err_overflow:
	tcpulse_overflow_exit();
	tcpulse_probe_detach();
err_pernet:
	tcpulse_tick_stop();
	tcpulse_pernet_exit();
err_listener:
	tcpulse_listener_exit();
err_fin_wait2:
	tcpulse_fin_wait2_exit();
	return err;
}

/*
 * ORDER: what is pending is put back, and announced, while all is there. Then
 * netlink, and only then anything that it asks: namespaces are born at any time,
 * and each can be asked until there is nobody to ask. Probes begin the work of
 * tick.c anew, so it stops after them.
 */
static void __exit tcpulse_main_exit(void)
{
	tcpulse_tune_stop();
	tcpulse_main_step();
	tcpulse_netlink_exit();
	tcpulse_main_step();
	tcpulse_overflow_exit();
	tcpulse_main_step();
	tcpulse_probe_detach();
	tcpulse_main_step();
	tcpulse_tick_stop();
	tcpulse_main_step();
	tcpulse_pernet_exit();
	tcpulse_main_step();
	tcpulse_listener_exit();
	tcpulse_fin_wait2_exit();
}

module_init(tcpulse_main_init);
module_exit(tcpulse_main_exit);

MODULE_DESCRIPTION("Exact counts of TCP connection states, per network namespace");
MODULE_AUTHOR("The tcpulse authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(TCPULSE_VERSION);
MODULE_ALIAS_GENL_FAMILY(TCPULSE_GENL_NAME);
