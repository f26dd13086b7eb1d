/* SPDX-License-Identifier: GPL-2.0 */
/* What the network namespace has in /proc/sys/net: the witness of what was tuned. */
#ifndef SELFTESTS_SYSCTL_H
#define SELFTESTS_SYSCTL_H

#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/types.h>

static __u64 sysctl_hash_sum;

static inline int sysctl_hash_file(const char *path, const struct stat *st, int type,
				   struct FTW *ftw)
{
	char buf[4096];
	ssize_t got, i;
	int fd;

	(void)st;
	(void)ftw;
	fd = type == FTW_F ? open(path, O_RDONLY) : -1;
	if (fd < 0)
		return 0;
	got = read(fd, buf, sizeof(buf));
	close(fd);
	for (i = 0; i < got; i++)
		sysctl_hash_sum = (sysctl_hash_sum ^ (unsigned char)buf[i]) * 0x100000001b3;
	return 0;
}

/* all of what this namespace has there */
static inline __u64 sysctl_hash(void)
{
	sysctl_hash_sum = 0xcbf29ce484222325;
	nftw("/proc/sys/net", sysctl_hash_file, 16, FTW_PHYS);
	return sysctl_hash_sum;
}

static inline FILE *sysctl_open(const char *name, const char *mode)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/net/%s/%s",
		 strcmp(name, "somaxconn") ? "ipv4" : "core", name);
	return fopen(path, mode);
}

/* the value, and a second one as pair; -1 is nothing else's value here */
static inline long long sysctl_pair(const char *name, long long *high)
{
	FILE *f = sysctl_open(name, "r");
	long long low = -1;

	*high = -1;
	if (f && fscanf(f, "%lld %lld", &low, high) < 1)
		low = -1;
	if (f)
		fclose(f);
	return low;
}

static inline long long sysctl_get(const char *name)
{
	long long high;

	return sysctl_pair(name, &high);
}

static inline bool sysctl_set(const char *name, long long value)
{
	FILE *f = sysctl_open(name, "w");

	return f && fprintf(f, "%lld", value) > 0 && !fclose(f);
}

#endif
