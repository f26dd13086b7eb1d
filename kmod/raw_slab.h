/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for who holds a raw lock: a timer probe runs with that of the timer
 * base. Without reclaim and without waking kswapd, which may arm a timer. It is
 * not freed there: debug_check_no_obj_freed() may arm one, too.
 *
 * The slab's own locks are no raw ones. That matters to PREEMPT_RT only, where
 * this module does not load; elsewhere both are of one kind, and lockdep is told
 * so, as lib/debugobjects.c does.
 */
#ifndef _TCPULSE_RAW_SLAB_H
#define _TCPULSE_RAW_SLAB_H

#include <linux/lockdep.h>
#include <linux/slab.h>

static inline void *tcpulse_raw_alloc(struct kmem_cache *cache)
{
	void *object;

	tcpulse_wait_override_begin();
	object = kmem_cache_alloc(cache, __GFP_NOWARN);
	tcpulse_wait_override_end();
	return object;
}

#endif /* _TCPULSE_RAW_SLAB_H */
