// SPDX-License-Identifier: GPL-2.0
/*
 * Starts and stops the module, in order; nothing else.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <net/genetlink.h>

#include "baseline.h"
#include "fin_wait2.h"
#include "listener.h"
#include "minisock.h"
#include "netlink.h"
#include "overflow.h"
#include "peak.h"
#include "pernet.h"
#include "probe.h"
#include "tune.h"

static int __init tcpulse_main_find(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		pr_err("not loaded: a PREEMPT_RT kernel counts in threads, which this module cannot follow exactly\n");
		return -EOPNOTSUPP;
	}
	tcpulse_peak_setup();
	return tcpulse_probe_init() ?: tcpulse_minisock_init();
}

/*
 * ORDER: the table of known objects stands before the first event comes, and
 * all listeners are in theirs before the first refusal counts.
 */
static int __init tcpulse_main_count(void)
{
	int err;

	err = tcpulse_baseline_begin();
	if (err)
		return err;
	err = tcpulse_probe_attach();
	if (err)
		goto err_baseline;
	err = tcpulse_baseline_scan();
	if (err)
		goto err_probes;
	err = tcpulse_overflow_init();
	if (err)
		goto err_probes;
	tcpulse_baseline_end();
	return 0;

err_probes:
	tcpulse_probe_detach();
err_baseline:
	tcpulse_baseline_end();
	return err;
}

/* ORDER: netlink last, it makes the module reachable. */
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
	err = tcpulse_main_count();
	if (err)
		goto err_pernet;
	tcpulse_peak_start();
	err = tcpulse_tune_init();
	if (err)
		goto err_peak;
	err = tcpulse_netlink_init();
	if (err)
		goto err_tune;
	return 0;

err_tune:
	tcpulse_tune_exit();
err_peak:
	tcpulse_peak_stop();
	tcpulse_overflow_exit();
	tcpulse_probe_detach();
err_pernet:
	tcpulse_pernet_exit();
err_listener:
	tcpulse_listener_exit();
err_fin_wait2:
	tcpulse_fin_wait2_exit();
	return err;
}

/* ORDER: what is pending is put back, and announced, while all is there. */
static void __exit tcpulse_main_exit(void)
{
	tcpulse_tune_exit();
	tcpulse_netlink_exit();
	tcpulse_peak_stop();
	tcpulse_overflow_exit();
	tcpulse_probe_detach();
	tcpulse_pernet_exit();
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
