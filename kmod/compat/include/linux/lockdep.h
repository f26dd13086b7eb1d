/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadows <linux/lockdep.h>: a stretch in which locks that sleep on PREEMPT_RT
 * may be taken under raw ones, as this is no such kernel.
 */
#ifndef _TCPULSE_COMPAT_LINUX_LOCKDEP_H
#define _TCPULSE_COMPAT_LINUX_LOCKDEP_H

#include_next <linux/lockdep.h>

/* Before it was there lockdep did not ask, unless told to. */
#ifdef DEFINE_WAIT_OVERRIDE_MAP
static DEFINE_WAIT_OVERRIDE_MAP(tcpulse_wait_override_map, LD_WAIT_CONFIG);

static inline void tcpulse_wait_override_begin(void)
{
	lock_map_acquire_try(&tcpulse_wait_override_map);
}

static inline void tcpulse_wait_override_end(void)
{
	lock_map_release(&tcpulse_wait_override_map);
}
#else
static inline void tcpulse_wait_override_begin(void)
{
}

static inline void tcpulse_wait_override_end(void)
{
}
#endif

#endif /* _TCPULSE_COMPAT_LINUX_LOCKDEP_H */
