// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse timewait --halfclosed: connections of which one side is closed, whose
 * they are, and how old. The kernel keeps no time of entering a state; what it
 * keeps is when the peer was last heard from, and when a minisock will end.
 */
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/compiler.h"
#include "base/group.h"
#include "base/out.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/run.h"
#include "cmd/show.h"
#include "cmd/timewait/walk.h"
#include "host/netns.h"
#include "host/procs.h"
#include "host/sockdiag.h"

static const struct col owner_cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "process", "PROCESS", COL_LEFT },
	{ "close_wait", "CLOSE-WAIT", 0 },
	{ "fin_wait_2", "FIN-WAIT-2", 0 },
	{ "silent_max_ms", "SILENT AT MOST", 0 },
};

static const struct col socket_cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "state", "STATE", COL_LEFT },
	{ "local", "LOCAL", COL_LEFT },
	{ "peer", "PEER", COL_LEFT },
	{ "silent_ms", "PEER SILENT", 0 },
	{ "remaining_ms", "ENDS IN", 0 },
	{ "process", "PROCESS", COL_LEFT },
};

/* Owners that are no process. */
enum { CLOSED_BY_OWNER = 0, UNSEEN = -1 };

/**
 * struct owner - half-closed connections of one process
 * @pid: the process, or CLOSED_BY_OWNER: it has closed its side, or UNSEEN
 * @holder: the same with its name
 * @close_wait: so many of them
 * @fin_wait_2: and so many
 * @heard: @silent_ms is known of any
 * @silent_ms: the greatest of them
 */
struct owner {
	__s64 pid;
	struct holder holder;
	__u64 close_wait, fin_wait_2, silent_ms;
	bool heard;
};

struct sample {
	struct walked walked;
	struct diag_socket *list;
	size_t n, room;
	struct procs *procs;
	struct groups *owners;
};

static void add(const struct diag_socket *socket, void *arg)
{
	struct sample *sample = arg;

	if (sample->n == sample->room) {
		sample->room = sample->room ? sample->room * 2 : 256;
		sample->list = xreallocarray(sample->list, sample->room,
					     sizeof(*sample->list));
	}
	sample->list[sample->n++] = *socket;
	procs_want(sample->procs, socket->inode);
}

/* A service before process 1, which may have opened its sockets for it. */
static const struct holder *owner_of(const struct sample *sample,
				     const struct diag_socket *socket)
{
	const struct holders *holders = procs_find(sample->procs,
						   socket->inode);

	if (!holders)
		return NULL;
	return &holders->holder[holders->n > 1 && holders->holder[0].pid == 1];
}

static void add_owner(struct sample *sample, const struct diag_socket *socket)
{
	const struct holder *holder = owner_of(sample, socket);
	__s64 pid = holder ? holder->pid :
			     socket->inode ? UNSEEN : CLOSED_BY_OWNER;
	struct owner *owner = groups_get(sample->owners, &pid);

	if (holder)
		owner->holder = *holder;
	if (socket->state == TCPULSE_STATE_CLOSE_WAIT)
		owner->close_wait++;
	else
		owner->fin_wait_2++;
	if (socket->heard && socket->silent_ms >= owner->silent_ms)
		owner->silent_ms = socket->silent_ms;
	owner->heard |= socket->heard;
}

static int take(struct conn *conn, const struct opts *opts, void *data)
{
	struct sample *sample = data;
	size_t i;
	int st;

	(void)conn;
	sample->procs = procs_new();
	sample->owners = groups_new(sizeof(__s64), sizeof(struct owner));
	st = walk_sockets(opts, STATE_BIT(TCPULSE_STATE_CLOSE_WAIT) |
			  STATE_BIT(TCPULSE_STATE_FIN_WAIT_2), true, add,
			  sample, &sample->walked);
	if (st)
		return st;
	procs_walk(sample->procs, false);
	procs_say_denied(sample->procs);
	for (i = 0; i < sample->n; i++)
		add_owner(sample, &sample->list[i]);
	return ST_OK;
}

static void drop(void *data)
{
	struct sample *sample = data;

	procs_free(sample->procs);
	groups_free(sample->owners);
	free(sample->list);
}

/* --- order --------------------------------------------------------------- */

/* What the peer has left alone longest; then minisocks, which end by
 * themselves, the next to end first.
 */
static int by_age(const void *a, const void *b)
{
	const struct diag_socket *x = a, *y = b;

	if (x->minisock != y->minisock)
		return x->minisock - y->minisock;
	if (x->minisock)
		return (x->remaining_ms > y->remaining_ms) -
		       (x->remaining_ms < y->remaining_ms);
	return (x->silent_ms < y->silent_ms) - (x->silent_ms > y->silent_ms);
}

static int by_count(const void *a, const void *b)
{
	const struct owner *x = *(struct owner *const *)a;
	const struct owner *y = *(struct owner *const *)b;
	__u64 m = x->close_wait + x->fin_wait_2;
	__u64 n = y->close_wait + y->fin_wait_2;

	if (m != n)
		return m > n ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* --- rows ---------------------------------------------------------------- */

static void show_time(const char *key, __u64 ms, bool known)
{
	if (!known)
		out_cell(key, "-");
	else if (out_is_json())
		out_u64(key, ms);
	else if (ms < 60000)
		out_cell(key, "%.1f s", ms / 1000.0);
	else
		show_duration_cell(key, ms);
}

static void show_process(const struct holder *holder, bool closed)
{
	if (out_is_json() && holder) {
		out_name("name", holder->name);
		out_u64("pid", holder->pid);
	} else if (holder) {
		out_cell("process", "%s(%d)", quoted(holder->name),
			 holder->pid);
	} else {
		out_cell("process", closed ? "(closed by its process)" :
					     "(not visible)");
	}
}

static void show_owners(const struct opts *opts, const struct netns *ns,
			const struct sample *sample)
{
	struct owner **list;
	size_t n, i;

	list = (struct owner **)groups_sorted(sample->owners, by_count, &n);
	out_table("owner", owner_cols, ARRAY_SIZE(owner_cols),
		  opts->all_netns ? COL_NETNS : 0);
	for (i = 0; i < n; i++) {
		out_row();
		out_cell("netns", "%s", netns_text(ns));
		show_process(list[i]->pid > 0 ? &list[i]->holder : NULL,
			     list[i]->pid == CLOSED_BY_OWNER);
		if (out_is_json())
			out_bool("closed", list[i]->pid == CLOSED_BY_OWNER);
		out_u64("close_wait", list[i]->close_wait);
		out_u64("fin_wait_2", list[i]->fin_wait_2);
		show_time("silent_max_ms", list[i]->silent_ms, list[i]->heard);
	}
	out_table_end();
	free(list);
}

static void show_where(const struct diag_socket *socket)
{
	char src[ENDPOINT_MAX], dst[ENDPOINT_MAX];

	addr_endpoint(&socket->src, NULL, socket->sport, false, src);
	addr_endpoint(&socket->dst, NULL, socket->dport, false, dst);
	out_str("local", src);
	out_str("peer", dst);
}

static void show_socket(const struct netns *ns, const struct sample *sample,
			const struct diag_socket *socket)
{
	out_row();
	out_cell("netns", "%s", netns_text(ns));
	out_cell("state", "%s", state_text(socket->state));
	if (out_is_json()) {
		out_str("state", state_json(socket->state));
		out_str("family", family_name(socket->family));
		out_bool("minisock", socket->minisock);
		out_u64("inode", socket->inode);
	}
	show_where(socket);
	show_time("silent_ms", socket->silent_ms, socket->heard);
	show_time("remaining_ms", socket->remaining_ms, socket->minisock);
	show_process(owner_of(sample, socket), !socket->inode);
}

static void show_sockets(const struct opts *opts, const struct netns *ns,
			 const struct sample *sample)
{
	size_t rows = walk_rows(opts, sample->n), i;

	out_table("socket", socket_cols, ARRAY_SIZE(socket_cols),
		  opts->all_netns ? COL_NETNS : 0);
	for (i = 0; i < rows; i++)
		show_socket(ns, sample, &sample->list[i]);
	out_table_end();
	if (out_is_json())
		out_u64("half_closed", sample->n);
	else if (opts->header)
		out_line(DIM,
			 "%zu half-closed%s. PEER SILENT is since its last ACK; when the state was entered the kernel does not keep",
			 sample->n,
			 rows < sample->n ? ", not all shown (--top 0)" : "");
}

static int show(const struct opts *opts, const struct netns *ns,
		const void *data, const void *old)
{
	const struct sample *sample = data;

	(void)old;
	if (sample->n)
		qsort(sample->list, sample->n, sizeof(*sample->list), by_age);
	if (sample->n || out_is_json())
		show_owners(opts, ns, sample);
	if (sample->n)
		out_line(PLAIN, "%s", "");
	show_sockets(opts, ns, sample);
	show_walked(&sample->walked, opts->header);
	return ST_OK;
}

int run_halfclosed(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct sample),
		.blocks = true,
		.take = take,
		.show = show,
		.drop = drop,
	};

	return run_view(opts, &view);
}
