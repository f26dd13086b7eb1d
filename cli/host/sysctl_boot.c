// SPDX-License-Identifier: GPL-2.0
/*
 * Looks through the directories of sysctl.d(5) as those do that apply them: of
 * several files of one name only that of the first directory counts.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/compiler.h"
#include "host/sysctl_boot.h"
#include "host/sysctl_file.h"

static const char * const folders[] = {
	"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d",
	"/usr/lib/sysctl.d",
};

/* read after all of them, often by a link in the first folder too */
static const char last[] = "/etc/sysctl.conf";

static bool is_conf(const char *name)
{
	size_t n = strlen(name);

	return *name != '.' && n > 5 && !strcmp(name + n - 5, ".conf");
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool sysctl_boot_reads(const char *path)
{
	size_t i, n = name_of(path) - path;

	if (!strcmp(path, last))
		return true;
	for (i = 0; i < ARRAY_SIZE(folders); i++)
		if (n == strlen(folders[i]) + 1 &&
		    !strncmp(path, folders[i], n - 1))
			return is_conf(path + n);
	return false;
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

/* What a file sets the key to, for free(); NULL when it does not. */
static char *setting_in(const char *path, const char *key)
{
	struct sysctl_file file;
	char *value = NULL;
	size_t i;

	sysctl_read(path, &file);
	for (i = 0; i < file.n; i++) {
		if (file.line[i].kind != SYSCTL_SETTING ||
		    !sysctl_same_key(file.line[i].key, key))
			continue;
		free(value);
		value = strdup(file.line[i].value);
	}
	sysctl_free(&file);
	return value;
}

/* Blanks between two numbers may be any. */
static bool same_value(const char *a, const char *b)
{
	while (*a && *b) {
		size_t x = strspn(a, " \t"), y = strspn(b, " \t");

		if (!x != !y || a[x] != b[y])
			return false;
		a += x + !!a[x];
		b += y + !!b[y];
	}
	return *a == *b;
}

static bool masked(size_t folder, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	size_t i;

	for (i = 0; i < folder; i++) {
		snprintf(path, sizeof(path), "%s/%s", folders[i], name);
		if (!lstat(path, &st))
			return true;
	}
	return false;
}

struct search {
	const char *path, *key, *value;
	void (*each)(const char *path, const char *key, const char *value,
		     void *arg);
	void *arg;
	bool met_last;
};

static void look_into(struct search *search, const char *path)
{
	char *value;

	if (same_file(path, search->path))
		return;
	value = setting_in(path, search->key);
	if (value && !same_value(value, search->value))
		search->each(path, search->key, value, search->arg);
	free(value);
	search->met_last |= same_file(path, last);
}

static void look_through(struct search *search, size_t folder)
{
	char path[PATH_MAX];
	struct dirent **names;
	int i, n = scandir(folders[folder], &names, NULL, alphasort);

	for (i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		snprintf(path, sizeof(path), "%s/%s", folders[folder], name);
		if (is_conf(name) && !masked(folder, name) &&
		    strcmp(name, name_of(search->path)) > 0)
			look_into(search, path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

void sysctl_boot_overrides(const char *path, const char *key,
			   const char *value,
			   void (*each)(const char *path, const char *key,
					const char *value, void *arg), void *arg)
{
	struct search search = {
		.path = path, .key = key, .value = value, .each = each,
		.arg = arg,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(folders); i++)
		look_through(&search, i);
	if (!search.met_last)
		look_into(&search, last);
}
