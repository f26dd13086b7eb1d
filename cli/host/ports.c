// SPDX-License-Identifier: GPL-2.0
/*
 * Reads /proc/sys/net, which shows the namespace of the thread that reads.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/status.h"
#include "base/tape.h"
#include "host/ports.h"
#include "host/sysctl_value.h"

#define RANGE		"/proc/sys/net/ipv4/ip_local_port_range"
#define RESERVED	"/proc/sys/net/ipv4/ip_local_reserved_ports"
#define TW_REUSE	"/proc/sys/net/ipv4/tcp_tw_reuse"
#define TW_REUSE_DELAY	"/proc/sys/net/ipv4/tcp_tw_reuse_delay"

/* It came after sock_diag's TCP_BOUND_INACTIVE, which itself cannot be asked for:
 * a kernel that does not know it answers with no socket.
 */
#define AFTER_BOUND	"/proc/sys/net/ipv4/tcp_rto_min_us"

static int unreadable(const char *path)
{
	out_err("cannot read %s: %s", path, strerror(errno ?: EINVAL));
	return ST_REFUSED;
}

/* All of a file in one line, for free(). */
static char *read_line(const char *path)
{
	FILE *f = tape_fopen(path);
	char *line = NULL;
	size_t size = 0;

	if (!f)
		return NULL;
	if (getline(&line, &size, f) < 0) {
		free(line);
		line = NULL;
	}
	fclose(f);
	return line;
}

static int read_range(struct ports *ports)
{
	char *line = read_line(RANGE);
	int n = 0;

	if (line)
		n = sscanf(line, "%u %u", &ports->low, &ports->high);
	free(line);
	if (n != 2 || ports->high > 65535 || ports->low > ports->high)
		return unreadable(RANGE);
	return ST_OK;
}

/* "1,2,10-19" */
static void reserve(struct ports *ports, const char *line)
{
	unsigned long first, last;
	char *end;

	while (*line >= '0' && *line <= '9') {
		first = strtoul(line, &end, 10);
		last = *end == '-' ? strtoul(end + 1, &end, 10) : first;
		for (; first <= last && first < 65536; first++)
			ports->reserved[first / 8] |= 1 << first % 8;
		line = *end == ',' ? end + 1 : end;
	}
}

static int read_reserved(struct ports *ports)
{
	char *line = read_line(RESERVED);

	if (!line)
		return unreadable(RESERVED);
	reserve(ports, line);
	free(line);
	return ST_OK;
}

bool ports_has(const struct ports *ports, unsigned int port)
{
	return port >= ports->low && port <= ports->high &&
	       !(ports->reserved[port / 8] & 1 << port % 8);
}

void ports_read_rules(struct port_rules *rules)
{
	__s64 delay = sysctl_value(TW_REUSE_DELAY, -1);

	*rules = (struct port_rules){
		.tw_reuse = sysctl_value(TW_REUSE, TW_REUSE_UNKNOWN),
		.has_delay = delay >= 0,
		.tw_reuse_delay_ms = delay >= 0 ? delay : 0,
		.lists_bound = sysctl_value(AFTER_BOUND, -1) >= 0,
	};
}

int ports_read(struct ports *ports)
{
	unsigned int port;
	int st;

	memset(ports, 0, sizeof(*ports));
	st = read_range(ports) ?: read_reserved(ports);
	for (port = ports->low; !st && port <= ports->high; port++)
		ports->capacity += ports_has(ports, port);
	return st;
}
