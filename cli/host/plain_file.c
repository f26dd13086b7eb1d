// SPDX-License-Identifier: GPL-2.0
/*
 * What will be the new file is the lock as well: it has a name of its own, belongs
 * to us, and nobody else can open it, so that nobody else can hold it. What a kill
 * leaves of it is used by the next one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "host/plain_file.h"

#define OPEN_FLAGS (O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* how long another one may take */
#define LOCK_MS 5000
#define LOCK_STEP_MS 20

#define ACCESS_LIST "system.posix_acl_access"

#define TEMP_NAME (NAME_MAX + 1)

/* --- reading ------------------------------------------------------------- */

/* No more than what may be there and one byte, however much follows. */
static int read_all(int fd, char **bytes, size_t *n)
{
	size_t room = 0;
	ssize_t got;

	*bytes = NULL;
	*n = 0;
	do {
		if (*n + 1 >= room) {
			room = room ? 2 * room : 4096;
			*bytes = xreallocarray(*bytes, room, 1);
		}
		got = read(fd, *bytes + *n, room - *n - 1);
		if (got > 0)
			*n += got;
	} while ((got > 0 && *n <= PLAIN_SIZE_MAX) ||
		 (got < 0 && errno == EINTR));
	(*bytes)[*n] = '\0';
	if (got < 0)
		return -errno;
	return *n > PLAIN_SIZE_MAX ? PLAIN_TOO_LARGE : 0;
}

static int read_or_free(int fd, char **bytes, size_t *n)
{
	int err = read_all(fd, bytes, n);

	if (err) {
		free(*bytes);
		*bytes = NULL;
		*n = 0;
	}
	return err;
}

static int check_plain(const struct stat *st)
{
	if (S_ISLNK(st->st_mode))
		return PLAIN_IS_LINK;
	return S_ISREG(st->st_mode) ? 0 : PLAIN_IS_NOT;
}

static bool same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Looked at first, as opening a device may do something. */
static int open_plain(int dir, const char *name, int nofollow, struct stat *st)
{
	struct stat now;
	int fd, err;

	if (fstatat(dir, name, st, nofollow ? AT_SYMLINK_NOFOLLOW : 0))
		return -errno;
	err = check_plain(st);
	if (err)
		return err;
	fd = openat(dir, name, O_RDONLY | nofollow | OPEN_FLAGS);
	if (fd < 0)
		return errno == ELOOP ? PLAIN_CHANGED : -errno;
	if (fstat(fd, &now) || !same(st, &now)) {
		close(fd);
		return PLAIN_CHANGED;
	}
	*st = now;
	return fd;
}

int plain_read(const char *path, char **bytes, size_t *n)
{
	struct stat st;
	int fd, err;

	*bytes = NULL;
	*n = 0;
	if (!strcmp(path, "-"))
		return read_or_free(STDIN_FILENO, bytes, n);
	fd = open_plain(AT_FDCWD, path, 0, &st);
	if (fd < 0)
		return fd;
	err = read_or_free(fd, bytes, n);
	close(fd);
	return err;
}

/* --- the lock ------------------------------------------------------------ */

/* Not .conf at its end: nobody reads it at boot. */
static void name_temp(const struct plain_file *file, char name[TEMP_NAME])
{
	snprintf(name, TEMP_NAME, ".%.200s.tcpulse", file->dir.name);
}

/* Not what was left behind on the way to another owner, nor what another one put
 * here for us to find.
 */
static bool is_fresh(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == geteuid() &&
	       (st->st_mode & 07777) == 0600 && st->st_nlink == 1;
}

/* Return: the lock; -EAGAIN when there is another one by now, -EWOULDBLOCK, too,
 * while somebody has it.
 */
static int try_lock(const struct plain_file *file, const char *name)
{
	int fd = openat(file->dir.fd, name, O_RDWR | O_CREAT | O_NOFOLLOW |
			OPEN_FLAGS, 0600), err = 0;
	struct stat st, now;

	if (fd < 0)
		return errno == ELOOP ? PLAIN_FOREIGN : -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) || fstat(fd, &st))
		err = -errno;
	else if (fstatat(file->dir.fd, name, &now, AT_SYMLINK_NOFOLLOW) ||
		 !same(&st, &now))
		err = -EAGAIN;
	else if (!is_fresh(&st))
		err = unlinkat(file->dir.fd, name, 0) ? PLAIN_FOREIGN : -EAGAIN;
	else if (ftruncate(fd, 0))
		err = -errno;
	if (err)
		close(fd);
	return err ?: fd;
}

/* Signals wait until the new file is in its place, or gone: that is soon. */
static void hold_signals(struct plain_file *file)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	sigaddset(&held, SIGQUIT);
	sigprocmask(SIG_BLOCK, &held, &file->mask);
}

static int take_lock(struct plain_file *file)
{
	const __u64 until = clock_ms() + LOCK_MS;
	char name[TEMP_NAME];

	name_temp(file, name);
	hold_signals(file);
	for (;;) {
		file->temp = try_lock(file, name);
		if (file->temp >= 0)
			return 0;
		sigprocmask(SIG_SETMASK, &file->mask, NULL);
		if (file->temp != -EAGAIN)
			return file->temp;
		if (clock_ms() >= until)
			return PLAIN_BUSY;
		clock_pause(LOCK_STEP_MS);
		hold_signals(file);
	}
}

/* --- the file ------------------------------------------------------------ */

/* Where each may write what is his own, another user's file is his bait. */
static int check_owner(const struct plain_file *file)
{
	return file->dir.sticky && !geteuid() && file->st.st_uid ?
	       PLAIN_FOREIGN : 0;
}

static int open_old(struct plain_file *file)
{
	int fd = open_plain(file->dir.fd, file->dir.name, O_NOFOLLOW, &file->st);

	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return fd;
	file->old = fd;
	return check_owner(file);
}

int plain_open(const char *path, struct plain_file *file, bool lock)
{
	int err;

	file->old = -1;
	file->temp = -1;
	err = trusted_dir_open(path, &file->dir);
	if (!err && !*file->dir.name)
		err = PLAIN_IS_NOT;
	if (!err && lock)
		err = take_lock(file);
	return err ?: open_old(file);
}

static void close_if(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* What is still there by the other name was not taken. */
static void drop_temp(struct plain_file *file)
{
	char name[TEMP_NAME];

	if (file->temp < 0)
		return;
	name_temp(file, name);
	unlinkat(file->dir.fd, name, 0);
	close(file->temp);
	file->temp = -1;
	sigprocmask(SIG_SETMASK, &file->mask, NULL);
}

void plain_close(struct plain_file *file)
{
	drop_temp(file);
	close_if(file->old);
	close_if(file->dir.fd);
	file->old = -1;
	file->dir.fd = -1;
}

int plain_read_old(const struct plain_file *file, char **bytes, size_t *n)
{
	*bytes = NULL;
	*n = 0;
	return file->old < 0 ? 0 : read_or_free(file->old, bytes, n);
}

int plain_writable(const struct plain_file *file)
{
	return faccessat(file->dir.fd, ".", W_OK | X_OK, AT_EACCESS) ?
	       -errno : 0;
}

/* --- replacing ----------------------------------------------------------- */

static int write_all(int fd, const char *bytes, size_t n)
{
	ssize_t done;

	while (n) {
		done = write(fd, bytes, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done ? -errno : -EIO;
		bytes += done;
		n -= done;
	}
	return 0;
}

/* An access list is part of who may read it. Where the directory gives one to what
 * is new in it, and the old file had none, there is none.
 */
static int keep_access_list(const struct plain_file *file)
{
	char list[8192];
	ssize_t n = fgetxattr(file->old, ACCESS_LIST, list, sizeof(list));

	if (n >= 0)
		return fsetxattr(file->temp, ACCESS_LIST, list, n, 0) ?
		       -errno : 0;
	if (errno != ENODATA && errno != EOPNOTSUPP)
		return -errno;
	if (fremovexattr(file->temp, ACCESS_LIST) && errno != ENODATA &&
	    errno != EOPNOTSUPP)
		return -errno;
	return 0;
}

static mode_t new_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0644 & ~mask;
}

/* Nobody but its owner may read it until its last bits are set, which the list of
 * who may read it says, too.
 */
static int keep_access(const struct plain_file *file)
{
	const struct stat *st = &file->st;
	struct stat now;
	int err;

	if (file->old < 0)
		return fchmod(file->temp, new_mode()) ? -errno : 0;
	if (fstat(file->temp, &now))
		return -errno;
	if ((st->st_uid != now.st_uid || st->st_gid != now.st_gid) &&
	    fchown(file->temp, st->st_uid, st->st_gid))
		return -errno;
	err = keep_access_list(file);
	if (err)
		return err;
	return fchmod(file->temp, st->st_mode & 07777) ? -errno : 0;
}

/* It is still the one that was read. */
static int check_unchanged(const struct plain_file *file)
{
	const struct stat *st = &file->st;
	struct stat now;

	if (fstatat(file->dir.fd, file->dir.name, &now, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT && file->old < 0 ? 0 : PLAIN_CHANGED;
	return file->old >= 0 && same(st, &now) && st->st_size == now.st_size &&
	       st->st_mtim.tv_sec == now.st_mtim.tv_sec &&
	       st->st_mtim.tv_nsec == now.st_mtim.tv_nsec ? 0 : PLAIN_CHANGED;
}

/* What appears at the last moment stays, where the file system can see to that. */
static int move(const struct plain_file *file)
{
	int dir = file->dir.fd;
	char name[TEMP_NAME];

	name_temp(file, name);
	if (file->old < 0) {
		if (!renameat2(dir, name, dir, file->dir.name, RENAME_NOREPLACE))
			return 0;
		if (errno == EEXIST)
			return PLAIN_CHANGED;
		if (errno != EINVAL)
			return -errno;
	}
	return renameat(dir, name, dir, file->dir.name) ? -errno : 0;
}

/* A name is on the disk when its directory is; some file systems have nothing to
 * do for it, and say so.
 */
static int sync_dir(const struct plain_file *file)
{
	return fsync(file->dir.fd) && errno != EINVAL ? -errno : 0;
}

int plain_replace(struct plain_file *file, const char *bytes, size_t n)
{
	int err = write_all(file->temp, bytes, n) ?: keep_access(file);

	if (!err && fsync(file->temp))
		err = -errno;
	err = err ?: check_unchanged(file) ?: move(file);
	if (err) {
		drop_temp(file);
		return err;
	}
	close(file->temp);
	file->temp = -1;
	sigprocmask(SIG_SETMASK, &file->mask, NULL);
	return sync_dir(file);
}
