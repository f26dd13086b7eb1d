/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadows <linux/tracepoint.h>: what a probe has to do to stay on its CPU, and
 * inside RCU. Up to 6.x the tracepoint has seen to that.
 */
#ifndef _TCPULSE_COMPAT_LINUX_TRACEPOINT_H
#define _TCPULSE_COMPAT_LINUX_TRACEPOINT_H

#include_next <linux/tracepoint.h>
#include <linux/preempt.h>
#include <tcpulse/answers.h>

#if TCPULSE_HAVE_PROBE_UNPINNED
static __always_inline void tcpulse_probe_pin(void)
{
	preempt_disable_notrace();
}

static __always_inline void tcpulse_probe_unpin(void)
{
	preempt_enable_notrace();
}
#else
static __always_inline void tcpulse_probe_pin(void) {}
static __always_inline void tcpulse_probe_unpin(void) {}
#endif

#endif /* _TCPULSE_COMPAT_LINUX_TRACEPOINT_H */
