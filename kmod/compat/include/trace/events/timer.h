/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadows <trace/events/timer.h>: the prototype of a probe of timer_start.
 * No include guard around the kernel's header: trace headers are read twice.
 */
#include_next <trace/events/timer.h>

#ifndef _TCPULSE_COMPAT_TRACE_TIMER_H
#define _TCPULSE_COMPAT_TRACE_TIMER_H

#include <tcpulse/answers.h>

#if TCPULSE_HAVE_TIMER_START_FLAGS
#define TCPULSE_PROBE_TIMER_START(probe)                          \
	void probe(void *data, struct timer_list *timer,          \
		   unsigned long expires, unsigned int flags)
#else
#define TCPULSE_PROBE_TIMER_START(probe)                          \
	void probe(void *data, struct timer_list *timer,          \
		   unsigned long bucket_expiry)
#endif

#endif /* _TCPULSE_COMPAT_TRACE_TIMER_H */
