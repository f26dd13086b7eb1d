// SPDX-License-Identifier: GPL-2.0
/*
 * Reads /proc/net. Not /proc/net itself: that is the main thread's, and follows
 * setns(2) only because thread-self does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/out.h"
#include "base/status.h"
#include "base/tape.h"
#include "host/mib.h"

#define NET_DIR "/proc/thread-self/net/"

struct item {
	const char *name;
	__u64 *value;
};

static int unreadable(const char *path, const char *why)
{
	out_err("cannot read %s: %s", path, why);
	return ST_REFUSED;
}

static void take(const struct item *items, size_t n, const char *name,
		 const char *value, size_t *seen)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!strcmp(items[i].name, name)) {
			*items[i].value = strtoull(value, NULL, 10);
			++*seen;
		}
	}
}

/* "TcpExt: NAME NAME ..." and below it "TcpExt: VALUE VALUE ..." */
static size_t take_pair(char *names, char *values, const struct item *items,
			size_t n)
{
	char *save1, *save2, *name, *value;
	size_t seen = 0;

	name = strtok_r(names, "\n ", &save1);
	value = strtok_r(values, "\n ", &save2);
	while (name && value) {
		take(items, n, name, value, &seen);
		name = strtok_r(NULL, "\n ", &save1);
		value = strtok_r(NULL, "\n ", &save2);
	}
	return seen;
}

/* Pairs of lines that begin with @group. */
static size_t take_file(FILE *f, const char *group, const struct item *items,
			size_t n)
{
	char *names = NULL, *values = NULL;
	size_t len1 = 0, len2 = 0, seen = 0;

	while (getline(&names, &len1, f) > 0 && getline(&values, &len2, f) > 0)
		if (!strncmp(names, group, strlen(group)))
			seen += take_pair(names, values, items, n);
	free(names);
	free(values);
	return seen;
}

static int read_file(const char *path, const char *group,
		     const struct item *items, size_t n)
{
	FILE *f = tape_fopen(path);
	size_t seen;

	if (!f)
		return unreadable(path, strerror(errno));
	seen = take_file(f, group, items, n);
	fclose(f);
	return seen == n ? ST_OK : unreadable(path, "counters are missing");
}

static int read_netstat(struct mib *mib)
{
	const struct item items[] = {
		{ "TW", &mib->tw }, { "TWKilled", &mib->tw_killed },
		{ "TCPTimeWaitOverflow", &mib->tw_overflow },
		{ "TCPSynRetrans", &mib->syn_retrans },
	};

	return read_file(NET_DIR "netstat", "TcpExt:", items, ARRAY_SIZE(items));
}

static int read_snmp(struct mib *mib)
{
	const struct item items[] = {
		{ "ActiveOpens", &mib->active_opens },
		{ "EstabResets", &mib->estab_resets },
		{ "CurrEstab", &mib->curr_estab },
		{ "OutRsts", &mib->out_rsts },
	};

	return read_file(NET_DIR "snmp", "Tcp:", items, ARRAY_SIZE(items));
}

static int read_no_routes4(__u64 *n)
{
	const struct item item = { "OutNoRoutes", n };

	return read_file(NET_DIR "snmp", "Ip:", &item, 1);
}

/* "Ip6OutNoRoutes 3"; nothing where there is no IPv6. */
static __u64 read_no_routes6(void)
{
	FILE *f = tape_fopen(NET_DIR "snmp6");
	unsigned long long n = 0;
	char line[256];
	bool seen = false;

	if (!f)
		return 0;
	while (!seen && fgets(line, sizeof(line), f))
		seen = sscanf(line, "Ip6OutNoRoutes %llu", &n) == 1;
	fclose(f);
	return n;
}

static int read_no_routes(struct mib *mib)
{
	int st = read_no_routes4(&mib->no_routes);

	mib->no_routes += read_no_routes6();
	return st;
}

/* "TCP: inuse 5 orphan 0 tw 3 alloc 8 mem 1" */
static int read_sockstat(struct mib *mib)
{
	FILE *f = tape_fopen(NET_DIR "sockstat");
	unsigned long long tw = 0;
	char line[256];
	bool seen = false;

	if (!f)
		return unreadable(NET_DIR "sockstat", strerror(errno));
	while (!seen && fgets(line, sizeof(line), f))
		seen = sscanf(line, "TCP: inuse %*u orphan %*d tw %llu",
			      &tw) == 1;
	fclose(f);
	mib->tw_alive = tw;
	return seen ? ST_OK :
	       unreadable(NET_DIR "sockstat", "no line of TCP with tw");
}

void mib_read_aborted(__u64 *n)
{
	const struct item item = { "TCPAbortOnMemory", n };
	FILE *f = tape_fopen(NET_DIR "netstat");

	if (!f)
		return;
	take_file(f, "TcpExt:", &item, 1);
	fclose(f);
}

int mib_read(struct mib *mib)
{
	return read_netstat(mib) ?: read_snmp(mib) ?: read_no_routes(mib) ?:
	       read_sockstat(mib);
}
