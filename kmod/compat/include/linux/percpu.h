/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadows <linux/percpu.h>: what changes a per-CPU variable of 1 or 2 bytes does
 * not compile. On arm64 with LSE atomics such an operation is 4 bytes wide on 6.1
 * and 6.12, and writes over what stands beside it.
 */
#ifndef _TCPULSE_COMPAT_LINUX_PERCPU_H
#define _TCPULSE_COMPAT_LINUX_PERCPU_H

#include_next <linux/percpu.h>

/* Only the branch for the variable's own size is more than dead code. */
void __compiletime_error("a per-CPU operation narrower than 4 bytes")
tcpulse_percpu_narrow(void);

#define TCPULSE_PERCPU_NARROW(pcp, ...) \
	({ tcpulse_percpu_narrow(); (typeof(pcp))0; })

#undef this_cpu_add_1
#undef this_cpu_add_2
#undef this_cpu_add_return_1
#undef this_cpu_add_return_2
#undef this_cpu_and_1
#undef this_cpu_and_2
#undef this_cpu_or_1
#undef this_cpu_or_2
#undef this_cpu_xchg_1
#undef this_cpu_xchg_2
#undef this_cpu_cmpxchg_1
#undef this_cpu_cmpxchg_2

#define this_cpu_add_1 TCPULSE_PERCPU_NARROW
#define this_cpu_add_2 TCPULSE_PERCPU_NARROW
#define this_cpu_add_return_1 TCPULSE_PERCPU_NARROW
#define this_cpu_add_return_2 TCPULSE_PERCPU_NARROW
#define this_cpu_and_1 TCPULSE_PERCPU_NARROW
#define this_cpu_and_2 TCPULSE_PERCPU_NARROW
#define this_cpu_or_1 TCPULSE_PERCPU_NARROW
#define this_cpu_or_2 TCPULSE_PERCPU_NARROW
#define this_cpu_xchg_1 TCPULSE_PERCPU_NARROW
#define this_cpu_xchg_2 TCPULSE_PERCPU_NARROW
#define this_cpu_cmpxchg_1 TCPULSE_PERCPU_NARROW
#define this_cpu_cmpxchg_2 TCPULSE_PERCPU_NARROW

#endif /* _TCPULSE_COMPAT_LINUX_PERCPU_H */
