// SPDX-License-Identifier: GPL-2.0
/*
 * Into a network namespace, and back. While inside, nothing is to run that would look
 * for servers on its own: no name service, no library that connects.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/out.h"
#include "base/status.h"
#include "base/tape.h"
#include "host/netns.h"
#include "host/netns_enter.h"
#include "host/netns_owner.h"

/* the number of the one this thread is in */
static ino_t here;

/* where we came from, and where we are, once we have gone anywhere */
static int home = -1, entered = -1;

static bool is_same(const struct netns *ns, int fd)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_dev == ns->dev && st.st_ino == ns->ino;
}

/* The way back has to be there before anything is entered. */
static int remember_home(void)
{
	if (home < 0)
		home = open(NETNS_SELF, O_RDONLY | O_CLOEXEC);
	return home < 0 ? -errno : 0;
}

static void now_inside(int fd)
{
	if (entered >= 0)
		close(entered);
	entered = fd;
}

static int enter_fd(struct netns *ns, int fd, bool *gone)
{
	int err = remember_home();

	/* a number of a process, or a name, may be another's by now */
	*gone = !is_same(ns, fd);
	if (err || *gone)
		return err;
	if (setns(fd, CLONE_NEWNET))
		return -errno;
	netns_look_owner(ns, fd);
	return 0;
}

/* What is no namespace any more may be a pipe by now, which must not hold us. */
static int enter_path(struct netns *ns, bool *gone)
{
	int fd = open(ns->path.raw, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), err;

	*gone = false;
	if (fd < 0)
		return -errno;
	err = enter_fd(ns, fd, gone);
	if (err || *gone)
		close(fd);
	else
		now_inside(fd);
	return err;
}

static int not_entered(const struct netns *ns, int err)
{
	if (err == -EPERM || err == -EACCES) {
		out_err("not permitted to enter another network namespace (%s); it takes CAP_SYS_ADMIN: run it as root",
			quoted(ns->path));
		return ST_NOT_PERMITTED;
	}
	if (err == -EINVAL)
		out_err("%s is not a network namespace", quoted(ns->path));
	else
		out_err("cannot enter the network namespace %s: %s", quoted(ns->path),
			strerror(-err));
	return ST_REFUSED;
}

/* Return: 0, 1 when it is not there any more, a negative errno. */
static int try_to_enter(struct netns *ns)
{
	bool gone;
	int err = enter_path(ns, &gone);

	return gone || err == -ENOENT || err == -ESRCH ? 1 : err;
}

static int outcome(const struct netns *ns, int result, bool *gone)
{
	*gone = result > 0;
	return result < 0 ? not_entered(ns, result) : ST_OK;
}

int netns_cross(struct netns *ns, bool *gone)
{
	return outcome(ns, try_to_enter(ns), gone);
}

/* A replay goes nowhere. */
int netns_enter(struct netns *ns, bool *gone)
{
	int result = tape_replays() ? 0 : try_to_enter(ns);

	result = tape_number("has the network namespace ended", result);
	if (!result)
		netns_mark_owner(ns);
	netns_now_in(ns);
	return outcome(ns, result, gone);
}

static int no_return(void)
{
	out_err("cannot return to a network namespace: %s", strerror(errno));
	return ST_REFUSED;
}

int netns_leave(void)
{
	if (entered >= 0 && setns(home, CLONE_NEWNET))
		return no_return();
	now_inside(-1);
	return ST_OK;
}

/* To go on in the wrong one would be to tell of another. */
static void come_back(void)
{
	if (setns(entered, CLONE_NEWNET))
		_exit(no_return());
}

void netns_at_home(void (*fn)(void *arg), void *arg)
{
	if (entered < 0) {
		fn(arg);
	} else if (!setns(home, CLONE_NEWNET)) {
		fn(arg);
		come_back();
	}
}

void netns_now_in(const struct netns *ns)
{
	here = ns->ino;
}

ino_t netns_here(void)
{
	return here;
}
