/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What TCP may have of the machine, and how much of that is taken: orphans and memory.
 * All namespaces share both.
 */
#ifndef CLI_TCP_MEMORY_H
#define CLI_TCP_MEMORY_H

#include <linux/types.h>

/* All bits are set. */
#define TCP_MEMORY_UNKNOWN (~0ULL)

/**
 * struct tcp_memory - of all namespaces together, but for @aborted
 * @orphans: full sockets that no process holds any more
 * @max_orphans: net.ipv4.tcp_max_orphans
 * @pages: memory of all sockets' buffers, in pages
 * @pressure: net.ipv4.tcp_mem, its second value: from here on buffers stay small
 * @max_pages: and its third
 * @aborted: TCPAbortOnMemory of the namespace this thread is in, since that came
 *
 * Each is TCP_MEMORY_UNKNOWN where it cannot be read; limits are those of the machine's
 * first namespace, and no other shows them.
 */
struct tcp_memory {
	__u64 orphans, max_orphans, pages, pressure, max_pages, aborted;
};

/* Never fails. */
void tcp_memory_read(struct tcp_memory *memory);

#endif
