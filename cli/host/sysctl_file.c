// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps every line of a file as it is but those that it is told to change.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "host/sysctl_file.h"

#define BLANKS " \t\r\v\f"

bool sysctl_same_key(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if ((*a == '/' ? '.' : *a) != (*b == '/' ? '.' : *b))
			return false;
	return *a == *b;
}

/* --- lines --------------------------------------------------------------- */

/* Also what follows a byte of zero. */
static char *copy_all(const char *text, size_t n)
{
	char *s = xcalloc(1, n + 1);

	return memcpy(s, text, n);
}

/* Without the blanks around it. */
static char *trimmed(const char *text, size_t n)
{
	size_t lead = strspn(text, BLANKS);

	if (lead > n)
		lead = n;
	while (n > lead && strchr(BLANKS, text[n - 1]))
		n--;
	return xstrndup(text + lead, n - lead);
}

static void parse(struct sysctl_line *line)
{
	const char *p = line->text + strspn(line->text, BLANKS);
	const char *equals = strchr(p, '=');

	if (!*p || *p == '#' || *p == ';')
		return;
	line->lenient = *p == '-';
	p += line->lenient;
	line->kind = SYSCTL_BAD;
	if (!equals) {
		line->kind = line->lenient && *p ? SYSCTL_EXCEPT : SYSCTL_BAD;
		return;
	}
	line->key = trimmed(p, equals - p);
	line->value = trimmed(equals + 1, strlen(equals + 1));
	if (*line->key && !strpbrk(line->key, BLANKS) && *line->value)
		line->kind = SYSCTL_SETTING;
}

static void add(struct sysctl_file *file, const char *text, size_t n)
{
	struct sysctl_line *line;

	file->line = xreallocarray(file->line, file->n + 1, sizeof(*line));
	line = &file->line[file->n++];
	memset(line, 0, sizeof(*line));
	line->size = n;
	line->text = copy_all(text, n);
	/* a byte of zero would hide what follows it */
	if (strlen(line->text) == n)
		parse(line);
	else
		line->kind = SYSCTL_BAD;
}

static void drop(struct sysctl_line *line)
{
	free(line->text);
	free(line->key);
	free(line->value);
}

void sysctl_free(struct sysctl_file *file)
{
	size_t i;

	for (i = 0; i < file->n; i++)
		drop(&file->line[i]);
	free(file->line);
	file->line = NULL;
	file->n = 0;
}

/* --- reading ------------------------------------------------------------- */

static int read_lines(FILE *f, struct sysctl_file *file)
{
	char *text = NULL;
	size_t room = 0;
	ssize_t n;
	int err;

	errno = 0;
	while ((n = getline(&text, &room, f)) >= 0) {
		if (n && text[n - 1] == '\n')
			n--;
		add(file, text, n);
	}
	err = ferror(f) ? -(errno ?: EIO) : 0;
	free(text);
	return err;
}

int sysctl_read(const char *path, struct sysctl_file *file)
{
	FILE *f = stdin;
	int err;

	memset(file, 0, sizeof(*file));
	snprintf(file->path, sizeof(file->path), "%s", path);
	if (strcmp(path, "-"))
		f = fopen(path, "re");
	if (!f)
		return -errno;
	file->exists = true;
	err = read_lines(f, file);
	if (f != stdin)
		fclose(f);
	return err;
}

/* --- changing ------------------------------------------------------------ */

static bool sets(const struct sysctl_line *line, const char *key)
{
	return line->kind == SYSCTL_SETTING && sysctl_same_key(line->key, key);
}

static void remove_line(struct sysctl_file *file, size_t i)
{
	drop(&file->line[i]);
	file->n--;
	memmove(&file->line[i], &file->line[i + 1],
		(file->n - i) * sizeof(*file->line));
}

/* Where it stood first is where it stays. */
void sysctl_put(struct sysctl_file *file, const char *key, const char *value)
{
	static const char head[] = "# written by: tcpulse tune";
	struct sysctl_line line;
	size_t at = file->n, i;
	char text[512];

	for (i = file->n; i-- > 0; ) {
		if (!sets(&file->line[i], key))
			continue;
		remove_line(file, i);
		at = i;
	}
	snprintf(text, sizeof(text), "%s = %s", key, value);
	if (!file->n && !file->exists) {
		add(file, head, strlen(head));
		at = 1;
	}
	add(file, text, strlen(text));
	line = file->line[file->n - 1];
	memmove(&file->line[at + 1], &file->line[at],
		(file->n - 1 - at) * sizeof(line));
	file->line[at] = line;
}

/* --- writing ------------------------------------------------------------- */

static void folder_of(const struct sysctl_file *file, char *folder)
{
	char path[PATH_MAX];

	memcpy(path, file->path, sizeof(path));
	snprintf(folder, PATH_MAX, "%s", dirname(path));
}

int sysctl_check(const struct sysctl_file *file)
{
	char folder[PATH_MAX];
	struct stat st;

	if (!lstat(file->path, &st) && !S_ISREG(st.st_mode))
		return -EINVAL;
	folder_of(file, folder);
	return access(folder, W_OK | X_OK) ? -errno : 0;
}

static int write_lines(int fd, const struct sysctl_file *file)
{
	FILE *f = fdopen(fd, "w");
	size_t i;
	int err;

	if (!f) {
		err = -errno;
		close(fd);
		return err;
	}
	for (i = 0; i < file->n; i++) {
		fwrite(file->line[i].text, 1, file->line[i].size, f);
		putc('\n', f);
	}
	err = fflush(f) || fchmod(fd, 0644) || fsync(fd) ? -errno : 0;
	if (fclose(f) && !err)
		err = -errno;
	return err;
}

/* A name is on the disk when its directory is. */
static int sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	/* some file systems have nothing to do for it, and say so */
	if (fsync(fd) && errno != EINVAL)
		err = -errno;
	close(fd);
	return err;
}

/* The temporary name does not end in .conf: nobody would read it. */
int sysctl_write(const struct sysctl_file *file)
{
	char folder[PATH_MAX], temp[PATH_MAX + 32];
	int fd, err = sysctl_check(file);

	if (err)
		return err;
	folder_of(file, folder);
	snprintf(temp, sizeof(temp), "%s/.tcpulse-XXXXXX", folder);
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = write_lines(fd, file);
	if (!err && rename(temp, file->path))
		err = -errno;
	if (err) {
		unlink(temp);
		return err;
	}
	return sync_folder(folder);
}
