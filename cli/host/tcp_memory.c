// SPDX-License-Identifier: GPL-2.0
/*
 * Reads /proc/net/sockstat, and the limits where this process came from.
 */
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/tape.h"
#include "host/mib.h"
#include "host/netns.h"
#include "host/sysctl_value.h"
#include "host/tcp_memory.h"

/* "TCP: inuse 5 orphan 0 tw 3 alloc 8 mem 1" */
static void read_sockstat(struct tcp_memory *memory)
{
	FILE *f = tape_fopen("/proc/thread-self/net/sockstat");
	unsigned long long orphans, pages;
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "TCP: inuse %*u orphan %llu tw %*u alloc %*u mem %llu",
			   &orphans, &pages) != 2)
			continue;
		memory->orphans = orphans;
		memory->pages = pages;
	}
	if (f)
		fclose(f);
}

static void read_mem(struct tcp_memory *memory)
{
	FILE *f = tape_fopen("/proc/sys/net/ipv4/tcp_mem");
	unsigned long long pressure, max;

	if (f && fscanf(f, "%*u %llu %llu", &pressure, &max) == 2) {
		memory->pressure = pressure;
		memory->max_pages = max;
	}
	if (f)
		fclose(f);
}

/* The kernel's limits, which other namespaces than the first have no files of. */
static void read_limits(void *arg)
{
	struct tcp_memory *memory = arg;

	memory->max_orphans = sysctl_value("/proc/sys/net/ipv4/tcp_max_orphans",
					   TCP_MEMORY_UNKNOWN);
	read_mem(memory);
}

void tcp_memory_read(struct tcp_memory *memory)
{
	memset(memory, 0xff, sizeof(*memory));
	read_sockstat(memory);
	netns_at_home(read_limits, memory);
	mib_read_aborted(&memory->aborted);
}
