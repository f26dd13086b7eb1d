// SPDX-License-Identifier: GPL-2.0
/*
 * A file of sysctl.d(5): read, changed, written and read again. All lines but the
 * changed one are then what they were, and that one is what it was set to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/sysctl_file.h"
#include "tool.h"

static const char key[] = "net.ipv4.tcp_fin_timeout", value[] = "17";
static char path[64];

static void remove_file(void)
{
	unlink(path);
}

/* In memory, where writing costs nothing. */
int fuzz_begin(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	snprintf(path, sizeof(path), "/dev/shm/tcpulse-fuzz-%d.conf", getpid());
	atexit(remove_file);
	return 0;
}

static void put_file(const __u8 *data, size_t size)
{
	FILE *f = fopen(path, "we");

	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		abort();
}

static void check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static size_t count_settings(const struct sysctl_file *file, const char *of)
{
	size_t i, n = 0;

	for (i = 0; i < file->n; i++)
		n += file->line[i].kind == SYSCTL_SETTING &&
		     sysctl_same_key(file->line[i].key, of);
	return n;
}

/* Those of another key come in the same order. */
static void same_others(const struct sysctl_file *a, const struct sysctl_file *b)
{
	size_t i, j = 0;

	for (i = 0; i < a->n; i++) {
		if (a->line[i].kind == SYSCTL_SETTING && sysctl_same_key(a->line[i].key, key))
			continue;
		while (j < b->n && b->line[j].kind == SYSCTL_SETTING &&
		       sysctl_same_key(b->line[j].key, key))
			j++;
		check(j < b->n && !strcmp(a->line[i].text, b->line[j].text), "a line was changed");
		j++;
	}
}

int fuzz_one(const __u8 *data, size_t size)
{
	struct sysctl_file before, file, after;

	put_file(data, size);
	check(!sysctl_read(path, &before) && !sysctl_read(path, &file), "cannot read");
	sysctl_put(&file, key, value);
	check(count_settings(&file, key) == 1, "not there once");
	check(!sysctl_write(&file), "cannot write");
	check(!sysctl_read(path, &after), "cannot read again");
	check(count_settings(&after, key) == 1, "not there once when written");
	same_others(&before, &after);
	sysctl_free(&before);
	sysctl_free(&file);
	sysctl_free(&after);
	return 0;
}
