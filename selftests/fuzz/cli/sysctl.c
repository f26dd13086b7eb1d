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

static bool is_ours(const struct sysctl_line *line, const char *of)
{
	return line->kind == SYSCTL_SETTING && sysctl_same_key(line->key, of);
}

static size_t count_settings(const struct sysctl_file *file, const char *of)
{
	size_t i, n = 0;

	for (i = 0; i < file->n; i++)
		n += is_ours(&file->line[i], of);
	return n;
}

static void has_value(const struct sysctl_file *file)
{
	size_t i;

	check(count_settings(file, key) == 1, "not there once");
	for (i = 0; i < file->n; i++)
		check(!is_ours(&file->line[i], key) || !strcmp(file->line[i].value, value),
		      "another value");
}

static bool same_bytes(const struct sysctl_line *a, const struct sysctl_line *b)
{
	return a->size == b->size && !memcmp(a->text, b->text, a->size) && a->kind == b->kind;
}

/* Those of another key come in the same order, whatever bytes are in them. */
static void same_others(const struct sysctl_file *a, const struct sysctl_file *b)
{
	size_t i, j = 0;

	for (i = 0; i < a->n; i++) {
		if (is_ours(&a->line[i], key))
			continue;
		while (j < b->n && is_ours(&b->line[j], key))
			j++;
		check(j < b->n && same_bytes(&a->line[i], &b->line[j]), "a line was changed");
		j++;
	}
	while (j < b->n && is_ours(&b->line[j], key))
		j++;
	check(j == b->n, "a line was added");
}

/* Set to what it is, it is what it was. */
static void same_again(struct sysctl_file *file)
{
	size_t n, again_n;
	char *text = sysctl_text(file, &n), *again;

	sysctl_put(file, key, value);
	again = sysctl_text(file, &again_n);
	check(n == again_n && !memcmp(text, again, n), "not the same again");
	free(text);
	free(again);
}

/* What is refused stays what it was. */
static void same_file(const __u8 *data, size_t size)
{
	char *bytes;
	size_t n;

	check(!plain_read(path, &bytes, &n), "cannot read what was refused");
	check(n == size && !memcmp(bytes, data, n), "refused, and changed");
	free(bytes);
}

int fuzz_one(const __u8 *data, size_t size)
{
	struct sysctl_file before, file, after;

	put_file(data, size);
	if (sysctl_open(path, &file, true)) {
		sysctl_free(&file);
		same_file(data, size);
		return 0;
	}
	check(!sysctl_read(path, &before), "cannot read");
	sysctl_put(&file, key, value);
	has_value(&file);
	check(!sysctl_write(&file), "cannot write");
	check(!sysctl_read(path, &after), "cannot read again");
	has_value(&after);
	same_others(&before, &after);
	same_again(&after);
	sysctl_free(&before);
	sysctl_free(&file);
	sysctl_free(&after);
	return 0;
}
