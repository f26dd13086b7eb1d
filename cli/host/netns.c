// SPDX-License-Identifier: GPL-2.0
/*
 * Network namespaces by name, process or path. A namespace kept alive by
 * nothing but an open file or a mount outside of /run/netns is not found.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "base/group.h"
#include "base/offer.h"
#include "base/out.h"
#include "base/status.h"
#include "base/tape.h"
#include "base/xalloc.h"
#include "host/names.h"
#include "host/netns.h"
#include "host/netns_enter.h"
#include "host/netns_tape.h"

#define NETNS_DIR "/run/netns"
/* include/linux/proc_ns.h: the first pid namespace's number, for ever */
#define INIT_PID_NS_INO 0xEFFFFFFC

static bool same(const struct netns *a, const struct netns *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

static int identify(const char *path, struct netns *ns)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	snprintf(ns->path.raw, sizeof(ns->path.raw), "%s", path);
	ns->dev = st.st_dev;
	ns->ino = st.st_ino;
	return 0;
}

/* In a container the first process is not the host's. */
static bool see_host(struct netns *ns)
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st) || st.st_ino != INIT_PID_NS_INO)
		return false;
	snprintf(ns->name.raw, sizeof(ns->name.raw), "host");
	return !identify("/proc/1/ns/net", ns);
}

static bool is_pid(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0';
}

static void name_process(const char *pid, struct netns *ns)
{
	struct comm comm;

	process_name(pid, &comm);
	snprintf(ns->name.raw, sizeof(ns->name.raw), "%s(%.20s)", comm.raw,
		 pid);
}

static bool name_from_dir(struct netns *ns)
{
	struct netns other = {};
	struct dirent *d;
	char path[PATH_MAX];
	bool found = false;
	DIR *dir = opendir(NETNS_DIR);

	while (dir && !found && (d = readdir(dir))) {
		snprintf(path, sizeof(path), NETNS_DIR "/%s", d->d_name);
		found = d->d_name[0] != '.' && !identify(path, &other) &&
			same(&other, ns);
		if (found)
			snprintf(ns->name.raw, sizeof(ns->name.raw), "%.319s", d->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

static void look_around(struct netns *ns)
{
	struct netns host = { };

	if (identify(NETNS_SELF, ns))
		return;
	if (see_host(&host) && same(&host, ns))
		*ns = host;
	else
		name_from_dir(ns);
}

void netns_current(struct netns *ns)
{
	memset(ns, 0, sizeof(*ns));
	if (!tape_replays())
		look_around(ns);
	netns_tape("the network namespace we are in", ns);
	netns_now_in(ns);
}

/* Where process 1 is another one than the host's, what the kernel has in the first
 * network namespace alone says which one we are in.
 */
static bool is_first(const struct netns *ns)
{
	struct netns current = { };

	return !identify(NETNS_SELF, &current) && same(&current, ns) &&
	       !access("/proc/sys/net/core/netdev_max_backlog", F_OK) &&
	       !access("/proc/sys/net/ipv4/tcp_mem", F_OK);
}

bool netns_is_own(const struct netns *ns)
{
	struct netns host = { };

	return see_host(&host) ? same(&host, ns) : is_first(ns);
}

static int check_type(const char *word, const struct netns *ns)
{
	struct statfs fs;

	if (!statfs(ns->path.raw, &fs) && fs.f_type == NSFS_MAGIC)
		return ST_OK;
	out_err("-N %s: %s is not a network namespace", quoted_text(word),
		quoted(ns->path));
	return ST_REFUSED;
}

static int not_found(const char *word, const struct netns *ns, int err)
{
	if (err == -EACCES || err == -EPERM) {
		out_err("-N %s: not permitted to look at %s (%s); run it as root",
			quoted_text(word), quoted(ns->path), strerror(-err));
		return ST_NOT_PERMITTED;
	}
	if (is_pid(word))
		out_err("-N %s: no process has this number",
			quoted_text(word));
	else if (strchr(word, '/'))
		out_err("-N %s: %s", quoted_text(word), strerror(-err));
	else
		out_err("-N %s: no network namespace of this name in %s; see: ip netns",
			quoted_text(word), NETNS_DIR);
	return ST_REFUSED;
}

static int find(const char *word, struct netns *ns)
{
	char path[PATH_MAX];
	int err;

	memset(ns, 0, sizeof(*ns));
	if (strchr(word, '/'))
		snprintf(path, sizeof(path), "%s", word);
	else if (is_pid(word))
		snprintf(path, sizeof(path), "/proc/%.20s/ns/net", word);
	else
		snprintf(path, sizeof(path), NETNS_DIR "/%s", word);
	snprintf(ns->path.raw, sizeof(ns->path.raw), "%s", path);
	snprintf(ns->name.raw, sizeof(ns->name.raw), "%.319s", word);
	err = *word ? identify(path, ns) : -ENOENT;
	if (err)
		return not_found(word, ns, err);
	if (is_pid(word))
		name_process(word, ns);
	else
		name_from_dir(ns);
	return check_type(word, ns);
}

int netns_find(const char *word, struct netns *ns)
{
	int st = tape_replays() ? ST_OK : find(word, ns);

	return st || netns_tape_word(word, ns) ? st : ST_REFUSED;
}

/* --- all of them --------------------------------------------------------- */

/* What makes a namespace the same as another; no padding. */
struct place {
	__u64 dev, ino;
};

/**
 * struct found - namespaces met so far
 * @list: of them
 * @n: how many
 * @room: for how many there is memory at @list
 * @denied: processes that may not be looked at
 * @places: struct place of each, for processes are many
 */
struct found {
	struct netns *list;
	size_t n, room, denied;
	struct groups *places;
};

static bool is_known(const struct found *found, const struct netns *ns)
{
	const struct place place = { .dev = ns->dev, .ino = ns->ino };

	if (groups_find(found->places, &place))
		return true;
	groups_get(found->places, &place);
	return false;
}

static void add(struct found *found, const struct netns *ns)
{
	if (is_known(found, ns))
		return;
	if (found->n == found->room) {
		found->room = found->room ? found->room * 2 : 16;
		found->list = xreallocarray(found->list, found->room,
					    sizeof(*ns));
	}
	found->list[found->n++] = *ns;
}

static void add_entry(struct found *found, const char *name)
{
	struct netns ns = {};
	struct statfs fs;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), NETNS_DIR "/%s", name);
	snprintf(ns.name.raw, sizeof(ns.name.raw), "%.319s", name);
	if (!identify(path, &ns) && !statfs(path, &fs) &&
	    fs.f_type == NSFS_MAGIC)
		add(found, &ns);
}

static void add_process(struct found *found, const char *pid)
{
	struct netns ns = {};
	char path[64];
	size_t n = found->n;
	int err;

	snprintf(path, sizeof(path), "/proc/%.20s/ns/net", pid);
	err = identify(path, &ns);
	if (err == -EACCES || err == -EPERM)
		found->denied++;
	if (err)
		return;
	add(found, &ns);
	if (found->n > n)
		name_process(pid, &found->list[n]);
}

static int is_entry(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int is_process(const struct dirent *d)
{
	return is_pid(d->d_name);
}

static int each(struct found *found, const char *path,
		int (*filter)(const struct dirent *d),
		void (*take)(struct found *found, const char *name))
{
	struct dirent **names;
	int i, n = scandir(path, &names, filter, versionsort);

	if (n < 0)
		return -errno;
	for (i = 0; i < n; i++) {
		take(found, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return 0;
}

/* Asked of our own namespace, so that nothing but the permission can fail. */
static int check_permission(void)
{
	struct netns own = {};
	bool gone;

	look_around(&own);
	return netns_cross(&own, &gone);
}

/* Once: readings are many. As in a container that shares its processes. */
static void say_denied(size_t denied)
{
	static bool said;

	if (denied && !said)
		out_err("-a is incomplete: no permission to inspect the network namespaces of %zu processes",
			denied);
	said = true;
}

static int find_all(struct found *found)
{
	struct netns host = { };
	int err;

	found->places = groups_new(sizeof(struct place), sizeof(struct place));
	if (see_host(&host))
		add(found, &host);
	each(found, NETNS_DIR, is_entry, add_entry);
	err = each(found, "/proc", is_process, add_process);
	groups_free(found->places);
	return err;
}

static int list_all(struct netns **list, size_t *n)
{
	struct found found = {};
	int err, st = check_permission();

	if (st)
		return st;
	err = find_all(&found);
	if (err) {
		out_err("cannot read /proc: %s", strerror(-err));
		free(found.list);
		return ST_REFUSED;
	}
	say_denied(found.denied);
	*list = found.list;
	*n = found.n;
	return ST_OK;
}

int netns_list(struct netns **list, size_t *n)
{
	int st = tape_replays() ? ST_OK : list_all(list, n);

	return st || netns_tape_list(list, n) ? st : ST_REFUSED;
}

static void offer_entry(struct found *found, const char *name)
{
	(void)found;
	offer(name, NULL);
}

void netns_offer(void)
{
	each(NULL, NETNS_DIR, is_entry, offer_entry);
}
