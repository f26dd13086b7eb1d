// SPDX-License-Identifier: GPL-2.0
/*
 * Looks through the directories of sysctl.d(5) as those do that apply them: of
 * several files of one name only that of the first directory counts.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/compiler.h"
#include "base/xalloc.h"
#include "host/sysctl_boot.h"
#include "host/sysctl_file.h"

static const char * const folders[] = {
	"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d",
	"/usr/lib/sysctl.d",
};

/* read after all of them, often by a link in the first folder too */
static const char last[] = "/etc/sysctl.conf";

#define BOOT_NAME (NAME_MAX + 1)

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

static bool same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && same(&x, &y);
}

static bool is_here(const struct sysctl_file *file, const char *path)
{
	struct stat x, y;

	return !stat(path, &x) &&
	       !fstatat(file->plain.dir.fd, file->plain.dir.name, &y,
			AT_SYMLINK_NOFOLLOW) && same(&x, &y);
}

/* Of an earlier folder, as it has the say. */
static bool masked(size_t folder, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	size_t i;

	for (i = 0; i < folder; i++) {
		snprintf(path, sizeof(path), "%s/%s", folders[i], name);
		if (!lstat(path, &st) && !same_file(folders[i], folders[folder]))
			return true;
	}
	return false;
}

static bool is_in(const struct sysctl_file *file, const char *folder)
{
	struct stat x, y;

	return !stat(folder, &x) && !fstat(file->plain.dir.fd, &y) &&
	       same(&x, &y);
}

static bool look_for(const struct sysctl_file *file, size_t folder,
		     char name[BOOT_NAME])
{
	const char *own = file->plain.dir.name;
	struct dirent **names;
	char path[PATH_MAX];
	int i, n;

	if (is_in(file, folders[folder])) {
		snprintf(name, BOOT_NAME, "%s", own);
		return is_conf(own) && !masked(folder, own);
	}
	*name = '\0';
	n = scandir(folders[folder], &names, NULL, alphasort);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folders[folder],
			 names[i]->d_name);
		if (is_conf(names[i]->d_name) && is_here(file, path) &&
		    !masked(folder, names[i]->d_name))
			snprintf(name, BOOT_NAME, "%s", names[i]->d_name);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return *name;
}

/* By which name it is read. */
static bool name_at_boot(const struct sysctl_file *file, char name[BOOT_NAME])
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(folders); i++)
		if (look_for(file, i, name))
			return true;
	snprintf(name, BOOT_NAME, "%s", file->plain.dir.name);
	return is_in(file, "/etc") && !strcmp(name, name_of(last));
}

bool sysctl_boot_reads(const struct sysctl_file *file)
{
	char name[BOOT_NAME];

	return name_at_boot(file, name);
}

/* What a file sets the key to, for free(); NULL when it does not. */
static char *setting_in(const char *path, const char *key, int *err)
{
	struct sysctl_file file;
	char *value = NULL;
	size_t i;

	*err = sysctl_read(path, &file);
	for (i = 0; i < file.n; i++) {
		if (file.line[i].kind != SYSCTL_SETTING ||
		    !sysctl_same_key(file.line[i].key, key))
			continue;
		free(value);
		value = xstrdup(file.line[i].value);
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

struct search {
	const struct sysctl_file *file;
	const char *key, *value;
	sysctl_boot_override *each;
	char name[BOOT_NAME];
	bool met_last;
};

static void look_into(struct search *search, const char *path)
{
	char *value;
	int err;

	if (is_here(search->file, path))
		return;
	value = setting_in(path, search->key, &err);
	if (err && err != -ENOENT)
		search->each(path, search->key, NULL, sysctl_reason(err));
	else if (value && !same_value(value, search->value))
		search->each(path, search->key, value, NULL);
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
		    strcmp(name, search->name) > 0)
			look_into(search, path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

void sysctl_boot_overrides(const struct sysctl_file *file, const char *key,
			   const char *value, sysctl_boot_override *each)
{
	struct search search = {
		.file = file, .key = key, .value = value, .each = each,
	};
	size_t i;

	if (!name_at_boot(file, search.name))
		return;
	for (i = 0; i < ARRAY_SIZE(folders); i++)
		look_through(&search, i);
	if (!search.met_last)
		look_into(&search, last);
}
