// SPDX-License-Identifier: GPL-2.0
/*
 * One walk over /proc/PID/fd, comparing link texts: nothing is opened but the
 * directories. Threads share the files of their process and are not looked at.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/append.h"
#include "base/group.h"
#include "base/mask.h"
#include "base/out.h"
#include "base/tape.h"
#include "base/xalloc.h"
#include "host/names.h"
#include "host/procs.h"

/* in text, more than these are a number */
#define HOLDERS_SHOWN 3

/* The holders that @holder is behind, or NULL, and its process; no padding. */
struct list_key {
	const struct holder *before;
	__u64 pid;
};

/* Holders of a socket: kept once, however many sockets they hold. */
struct list {
	struct list_key key;
	struct holder holder[HOLDERS_MAX];
};

/**
 * struct procs - sockets to look for, and how far that went
 * @sockets: struct holders by inode
 * @lists: struct list, of which holders are
 * @wanted: how many
 * @held: how many of them have a holder
 * @settled: how many have one that is not process 1
 * @denied: processes that may not be looked at
 * @seen: open files
 * @any: every socket is looked for
 * @looked: procs_of() was asked
 * @kept: what of the walk is recorded: "INODE PROCESS NAME", a line each; or NULL
 * @named: the process that @name is of
 * @name: read once, however many sockets it holds
 */
struct procs {
	struct groups *sockets, *lists;
	size_t wanted, held, settled, denied, seen;
	bool any, looked;
	FILE *kept;
	pid_t named;
	struct comm name;
};

/* One walk for all who ask, and what it found; NULL before the first has asked. */
static struct {
	bool on;
	struct procs *all;
} shared;

struct procs *procs_new(void)
{
	struct procs *procs = xcalloc(1, sizeof(*procs));

	procs->sockets = groups_new(sizeof(__u64), sizeof(struct holders));
	procs->lists = groups_new(sizeof(struct list_key), sizeof(struct list));
	return procs;
}

void procs_free(struct procs *procs)
{
	if (!procs)
		return;
	groups_free(procs->sockets);
	groups_free(procs->lists);
	free(procs);
}

void procs_want(struct procs *procs, __u64 inode)
{
	if (!inode || groups_find(procs->sockets, &inode))
		return;
	groups_get(procs->sockets, &inode);
	procs->wanted++;
}

const struct holders *procs_find(const struct procs *procs, __u64 inode)
{
	const struct holders *holders;

	holders = procs ? groups_find(procs->sockets, &inode) : NULL;
	return holders && holders->n ? holders : NULL;
}

static void read_name(const char *pid, struct comm *name)
{
	process_name(pid, name);
	mask_name(MASK_PROCESS, name->raw, sizeof(name->raw));
}

static void tally(struct procs *procs, const struct holders *holders, pid_t id)
{
	procs->held += !holders->n;
	if (id != 1 && (!holders->n || (holders->n == 1 && holders->last == 1)))
		procs->settled++;
}

/* Those that are only counted need no name. */
static bool wants_name(const struct holders *holders, pid_t id)
{
	return holders->last != id && holders->n < HOLDERS_MAX;
}

/* A newline of the name's has a tab behind it. */
static void keep_holder(FILE *kept, const struct holders *holders, pid_t id,
			const struct comm *name)
{
	const char *p;

	fprintf(kept, "%llu %d ", holders->inode, id);
	for (p = name->raw; *p; p++)
		fputs(*p == '\n' ? "\n\t" : (char[]){ *p, '\0' }, kept);
	putc('\n', kept);
}

/* Those before it, and one more. */
static void append_holder(struct procs *procs, struct holders *holders, pid_t id,
			  const struct comm *name)
{
	struct list_key key = { .before = holders->holder, .pid = id };
	struct list *list = groups_get(procs->lists, &key);
	size_t i;

	for (i = 0; i < holders->n; i++)
		list->holder[i] = holders->holder[i];
	list->holder[i].pid = id;
	list->holder[i].name = *name;
	holders->holder = list->holder;
	holders->n++;
}

/* A process that holds a socket twice is one holder. */
static void add_holder(struct procs *procs, struct holders *holders, pid_t id,
		       const struct comm *name)
{
	if (holders->last == id)
		return;
	if (procs->kept)
		keep_holder(procs->kept, holders, id, name);
	tally(procs, holders, id);
	holders->last = id;
	if (holders->n < HOLDERS_MAX)
		append_holder(procs, holders, id, name);
	else
		holders->n++;
}

static void meet(struct procs *procs, struct holders *holders, const char *pid)
{
	static const struct comm nameless;
	pid_t id = atoi(pid);

	if (procs->named != id && wants_name(holders, id)) {
		read_name(pid, &procs->name);
		procs->named = id;
	}
	add_holder(procs, holders, id, procs->named == id ? &procs->name : &nameless);
}

static struct holders *sought(const struct procs *procs, __u64 inode)
{
	return procs->any ? groups_get(procs->sockets, &inode) :
			    groups_find(procs->sockets, &inode);
}

static void look_at(struct procs *procs, const char *pid, int fds,
		    const char *name)
{
	struct holders *holders;
	char target[32], *end;
	ssize_t n = readlinkat(fds, name, target, sizeof(target) - 1);
	__u64 inode;

	if (n < 9 || memcmp(target, "socket:[", 8))
		return;
	target[n] = '\0';
	inode = strtoull(target + 8, &end, 10);
	holders = *end == ']' ? sought(procs, inode) : NULL;
	if (holders)
		meet(procs, holders, pid);
}

/* A process that ends meanwhile is no loss, one that may not be seen is. */
static void walk_files(struct procs *procs, int proc, const char *pid)
{
	struct dirent *d;
	char path[64];
	int fds;
	DIR *dir;

	snprintf(path, sizeof(path), "%.20s/fd", pid);
	fds = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fds < 0 ? NULL : fdopendir(fds);
	if (!dir) {
		procs->denied += errno == EACCES || errno == EPERM;
		if (fds >= 0)
			close(fds);
		return;
	}
	while ((d = readdir(dir))) {
		if (d->d_name[0] != '.')
			look_at(procs, pid, fds, d->d_name);
		if (++procs->seen % 65536 == 0)
			progress("processes: %zu open files", procs->seen);
	}
	closedir(dir);
}

static void walk(struct procs *procs, bool all)
{
	DIR *dir = procs->wanted || procs->any ? opendir("/proc") : NULL;
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		if (!isdigit((unsigned char)d->d_name[0]))
			continue;
		walk_files(procs, dirfd(dir), d->d_name);
		if (!all && procs->settled == procs->wanted)
			break;
	}
	if (dir)
		closedir(dir);
	progress(NULL);
}

/* --- one walk for all ---------------------------------------------------------- */

static int by_inode(const void *a, const void *b)
{
	const struct holders *x = *(void * const *)a, *y = *(void * const *)b;

	return x->inode < y->inode ? -1 : x->inode > y->inode;
}

static void walk_for_all(void)
{
	shared.all = procs_new();
	shared.all->any = true;
	walk(shared.all, true);
}

static void copy_found(struct procs *procs, struct holders *holders)
{
	const struct holders *found = procs_find(shared.all, holders->inode);

	size_t i;

	if (!found)
		return;
	for (i = 0; i < found->n && i < HOLDERS_MAX; i++)
		append_holder(procs, holders, found->holder[i].pid,
			      &found->holder[i].name);
	holders->n = found->n;
	holders->last = found->last;
	procs->held++;
}

static void take_shared(struct procs *procs)
{
	size_t n, i;
	void **list;

	if (!procs->wanted)
		return;
	if (!shared.all)
		walk_for_all();
	list = groups_sorted(procs->sockets, by_inode, &n);
	for (i = 0; i < n; i++)
		copy_found(procs, list[i]);
	free(list);
	procs->denied = shared.all->denied;
}

void procs_share(bool on)
{
	procs_free(shared.all);
	shared.all = NULL;
	shared.on = on;
}

/* --- recordings ------------------------------------------------------------- */

#define WALK	"processes"
#define DENIED	"processes denied"

static void walk_and_keep(struct procs *procs, bool all)
{
	char *text = NULL;
	size_t size = 0;

	procs->kept = xmemstream(&text, &size);
	walk(procs, all);
	fclose(procs->kept);
	procs->kept = NULL;
	tape_keep(WALK, text, size);
	free(text);
}

static void take_line(struct procs *procs, const char *line)
{
	struct holders *holders;
	struct comm name;
	__u64 inode;
	int at = 0;
	pid_t id;

	if (sscanf(line, "%llu %d %n", &inode, &id, &at) < 2)
		return;
	snprintf(name.raw, sizeof(name.raw), "%s", at ? line + at : "");
	holders = sought(procs, inode);
	if (holders)
		add_holder(procs, holders, id, &name);
}

/* Cut off the front of @rest; NULL when there is none. */
static char *next_line(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');

	if (!*line)
		return NULL;
	while (end && end[1] == '\t') {
		memmove(end + 1, end + 2, strlen(end + 1));
		end = strchr(end + 1, '\n');
	}
	*rest = end ? end + 1 : line + strlen(line);
	if (end)
		*end = '\0';
	return line;
}

static void walk_kept(struct procs *procs)
{
	char *text, *line, *rest;

	if (tape_answer(WALK, &text) < 0)
		return;
	for (rest = text; (line = next_line(&rest)); )
		take_line(procs, line);
	free(text);
}

void procs_walk(struct procs *procs, bool all)
{
	if (tape_replays())
		walk_kept(procs);
	else if (tape_records())
		walk_and_keep(procs, all);
	else if (shared.on)
		take_shared(procs);
	else
		walk(procs, all);
	procs->denied = tape_number(DENIED, procs->denied);
}

/* --- one by one -------------------------------------------------------------- */

static void look_for_any(struct procs *procs)
{
	procs->looked = true;
	procs->any = true;
	if (tape_replays())
		walk_kept(procs);
	else
		walk(procs, true);
}

/* All of this reading have the same when they share. */
static struct procs *place_to_look(struct procs *procs)
{
	if (shared.on && !tape_records() && !tape_replays()) {
		if (!shared.all)
			walk_for_all();
		procs->denied = shared.all->denied;
		return shared.all;
	}
	if (!procs->looked)
		look_for_any(procs);
	return procs;
}

const struct holders *procs_of(struct procs *procs, __u64 inode)
{
	struct holders *holders;

	if (!inode)
		return NULL;
	holders = groups_find(place_to_look(procs)->sockets, &inode);
	procs->wanted++;
	if (!holders || !holders->n)
		return NULL;
	procs->held++;
	holders->asked = true;
	return holders;
}

static void keep_asked(FILE *kept, const struct holders *holders)
{
	const struct holder *holder = holders->holder;
	size_t i;

	for (i = 0; holders->asked && i < holders->n && i < HOLDERS_MAX; i++)
		keep_holder(kept, holders, holder[i].pid, &holder[i].name);
}

static void keep_all_asked(const struct procs *procs)
{
	char *text = NULL;
	size_t size = 0, n, i;
	FILE *kept = xmemstream(&text, &size);
	void **list = groups_sorted(procs->sockets, by_inode, &n);

	for (i = 0; i < n; i++)
		keep_asked(kept, list[i]);
	free(list);
	fclose(kept);
	tape_keep(WALK, text, size);
	free(text);
}

void procs_done(struct procs *procs)
{
	if (!procs->looked)
		return;
	if (tape_records())
		keep_all_asked(procs);
	procs->denied = tape_number(DENIED, procs->denied);
}

/* --- what was found ---------------------------------------------------------- */

/* Once: readings are many. */
void procs_say_denied(const struct procs *procs)
{
	static bool said;

	if (said || !procs->denied || procs->held == procs->wanted)
		return;
	out_err("%zu of %zu sockets have no process in sight: not permitted to look at %zu processes of other users; run it as root",
		procs->wanted - procs->held, procs->wanted, procs->denied);
	said = true;
}

void procs_text(const struct holders *holders, char *text, size_t size)
{
	size_t i;

	*text = '\0';
	for (i = 0; holders && i < holders->n && i < HOLDERS_SHOWN; i++)
		append(text, size, "%s%s(%d)", i ? " " : "",
		       quoted(holders->holder[i].name), holders->holder[i].pid);
	if (holders && holders->n > HOLDERS_SHOWN)
		append(text, size, " +%zu", holders->n - HOLDERS_SHOWN);
	if (!*text)
		append(text, size, "-");
}

void json_holders(const struct holders *holders)
{
	size_t i;

	out_u64("processes", holders ? holders->n : 0);
	out_table("process", NULL, 0, 0);
	for (i = 0; holders && i < holders->n && i < HOLDERS_MAX; i++) {
		out_row();
		out_name("name", holders->holder[i].name);
		out_u64("pid", holders->holder[i].pid);
	}
	out_table_end();
}
