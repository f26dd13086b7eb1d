/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parameters that say when the kernel gives a connection up. A socket may have been
 * given others of its own (TCP_SYNCNT, TCP_KEEPCNT, TCP_LINGER2, TCP_USER_TIMEOUT),
 * which nothing tells.
 */
#ifndef CLI_READING_RETRIES_H
#define CLI_READING_RETRIES_H

#include <linux/types.h>

/**
 * struct retries - net.ipv4.tcp_... of one namespace
 * @syn: syn_retries
 * @linear_syns: syn_linear_timeouts, 0 where there is none; so many SYNs more
 * @synack: synack_retries
 * @retries2: retries2
 * @orphan: orphan_retries
 * @keepalive_probes: keepalive_probes
 * @fin_timeout: fin_timeout, in seconds
 */
struct retries {
	__s64 syn, linear_syns, synack, retries2, orphan, keepalive_probes, fin_timeout;
};

/* Of the namespace this thread is in; what cannot be read has the kernel's default. */
void retries_take(struct retries *retries);

#endif
