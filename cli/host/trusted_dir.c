// SPDX-License-Identifier: GPL-2.0
/*
 * Goes from component to component, with what it has found open in its hand, so
 * that nothing is looked up twice.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/trusted_dir.h"

/* as the kernel's own bound */
#define LINKS_MAX 40

/**
 * struct walk - on the way
 * @fd: the directory we are in, with O_PATH
 * @st: of that
 * @rest: what is still to go
 * @links: symbolic links followed so far
 * @dir: for what is in the way
 */
struct walk {
	int fd;
	struct stat st;
	char rest[2 * PATH_MAX];
	unsigned int links;
	struct trusted_dir *dir;
};

static int blame(struct walk *walk, const char *name, const struct stat *st,
		 int err)
{
	snprintf(walk->dir->blame, sizeof(walk->dir->blame), "%s", name);
	walk->dir->uid = st->st_uid;
	return err;
}

static bool others_write(const struct stat *st)
{
	return st->st_mode & 0022;
}

/* With an access list the bits of the group say what anybody may at most. */
static int check_dir(struct walk *walk, const char *name, const struct stat *st)
{
	if (geteuid())
		return 0;
	if (st->st_uid)
		return blame(walk, name, st, TRUSTED_FOREIGN);
	if (others_write(st) && !(st->st_mode & S_ISVTX))
		return blame(walk, name, st, TRUSTED_SHARED);
	return 0;
}

static void move_to(struct walk *walk, int fd, const struct stat *st)
{
	if (walk->fd >= 0)
		close(walk->fd);
	walk->fd = fd;
	walk->st = *st;
}

static int begin_at(struct walk *walk, const char *name)
{
	int fd = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC), err;
	struct stat st;

	if (fd < 0)
		return -errno;
	err = fstat(fd, &st) ? -errno : check_dir(walk, name, &st);
	if (err)
		close(fd);
	else
		move_to(walk, fd, &st);
	return err;
}

/* What a link says comes before what is left. */
static int follow(struct walk *walk, int link, const char *name,
		  const struct stat *st)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t n;

	if (!geteuid() && st->st_uid)
		return blame(walk, name, st, TRUSTED_FOREIGN);
	n = readlinkat(link, "", target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	if (strlen(walk->rest) >= sizeof(rest))
		return -ENAMETOOLONG;
	memcpy(rest, walk->rest, strlen(walk->rest) + 1);
	snprintf(walk->rest, sizeof(walk->rest), "%s/%s", target, rest);
	return *target == '/' ? begin_at(walk, "/") : 0;
}

static int enter(struct walk *walk, const char *name)
{
	int fd = openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), err;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (S_ISLNK(st.st_mode))
		err = follow(walk, fd, name, &st);
	else
		err = S_ISDIR(st.st_mode) ? check_dir(walk, name, &st) : -ENOTDIR;
	if (err || S_ISLNK(st.st_mode))
		close(fd);
	else
		move_to(walk, fd, &st);
	return err;
}

/* Takes the first component off; "" when there is none. */
static int next(struct walk *walk, char name[NAME_MAX + 1])
{
	const char *p = walk->rest + strspn(walk->rest, "/");
	size_t n = strcspn(p, "/");

	if (n > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, p, n);
	name[n] = '\0';
	memmove(walk->rest, p + n, strlen(p + n) + 1);
	return 0;
}

static int go(struct walk *walk, const char *path)
{
	char name[NAME_MAX + 1];
	int err = begin_at(walk, *path == '/' ? "/" : ".");

	while (!err) {
		err = next(walk, name);
		if (err || !*name)
			return err;
		err = enter(walk, name);
	}
	return err;
}

/* What is behind the last slash stays as it is: it may be a link, or nothing. */
static int split(struct walk *walk, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (strlen(path) >= PATH_MAX || strlen(name) > NAME_MAX)
		return -ENAMETOOLONG;
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		name = "";
	snprintf(walk->dir->name, sizeof(walk->dir->name), "%s", name);
	snprintf(walk->rest, sizeof(walk->rest), "%.*s",
		 slash ? (int)(slash - path) : 0, path);
	return *path ? 0 : -ENOENT;
}

int trusted_dir_open(const char *path, struct trusted_dir *dir)
{
	struct walk walk = { .fd = -1, .dir = dir };
	int err;

	memset(dir, 0, sizeof(*dir));
	dir->fd = -1;
	err = split(&walk, path) ?: go(&walk, path);
	if (!err) {
		dir->fd = openat(walk.fd, ".",
				 O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		err = dir->fd < 0 ? -errno : 0;
		dir->sticky = others_write(&walk.st);
	}
	if (walk.fd >= 0)
		close(walk.fd);
	return err;
}
