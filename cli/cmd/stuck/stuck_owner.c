// SPDX-License-Identifier: GPL-2.0
/*
 * Whose connections are that do not move: a process, or a listener and its process.
 */
#include <stdio.h>

#include "base/append.h"
#include "base/out.h"
#include "cmd/stuck/stuck.h"

#define OWNER_TEXT 512

/* of a group of listeners, so many are named */
#define LISTENERS_SHOWN 4

static const char * const names[] = {
	[OWNER_PROCESS] = "process",
	[OWNER_UNSEEN] = "unseen",
	[OWNER_LISTENER] = "listener",
	[OWNER_KERNEL] = "closed",
};

/* --- text ---------------------------------------------------------------- */

static void append_place(const struct stuck_sample *sample, size_t i, char *text,
			 size_t size)
{
	const struct diag_socket *listener = &sample->accepting.list[i];
	char place[ENDPOINT_MAX];

	addr_endpoint(&listener->src, &sample->accepting.ifname[i],
		      listener->sport, !listener->v6only, place);
	append(text, size, "%s", place);
}

static void append_holders(const struct stuck_sample *sample,
			   const struct diag_socket *listener, char *text,
			   size_t size)
{
	char holders[PROCS_TEXT];

	procs_text(procs_of(sample->procs, listener->inode), holders,
		   sizeof(holders));
	append(text, size, " %s", holders);
}

static void append_queue(const struct diag_socket *listener, char *text,
			 size_t size)
{
	append(text, size, ", %u in its accept queue of %u", listener->rqueue,
	       listener->wqueue);
}

static void append_listeners(const struct stuck_sample *sample,
			     const struct stuck_group *group, char *text,
			     size_t size)
{
	const struct diag_socket *listener = &sample->accepting.list[group->key.id];
	bool queue = group->key.owner == OWNER_LISTENER;
	size_t i;

	append_place(sample, group->key.id, text, size);
	if (group->key.listeners > 1)
		append(text, size, ", one of %u listeners:",
		       group->key.listeners);
	for (i = 0; i < group->key.listeners && i < LISTENERS_SHOWN; i++) {
		append(text, size, "%s", i ? ";" : "");
		append_holders(sample, &listener[i], text, size);
		if (queue)
			append_queue(&listener[i], text, size);
	}
	if (i < group->key.listeners)
		append(text, size, "; ...");
}

static void owner_text(const struct stuck_sample *sample,
		       const struct stuck_group *group, char *text, size_t size)
{
	switch (group->key.owner) {
	case OWNER_PROCESS:
		append(text, size, "%s(%d)", quoted(group->holder.name),
		       group->holder.pid);
		if (group->others)
			append(text, size, " +%zu", group->others);
		return;
	case OWNER_UNSEEN:
		append(text, size, "(no process in sight)");
		return;
	case OWNER_KERNEL:
		append(text, size, "(closed by its process)");
		if (group->key.listeners)
			append(text, size, ", port of ");
		break;
	default:
		if (!group->key.listeners)
			append(text, size, "(its listener is not in sight)");
	}
	if (group->key.listeners)
		append_listeners(sample, group, text, size);
}

/* --- JSON ---------------------------------------------------------------- */

static void json_listener(const struct stuck_sample *sample, size_t i)
{
	const struct diag_socket *listener = &sample->accepting.list[i];
	char place[ENDPOINT_MAX];

	out_row();
	addr_endpoint_raw(&listener->src, &sample->accepting.ifname[i],
			  listener->sport, !listener->v6only, place);
	out_str("local", place);
	out_u64("inode", listener->inode);
	out_u64("accept_depth", listener->rqueue);
	out_u64("limit", listener->wqueue);
	json_holders(procs_of(sample->procs, listener->inode));
}

static void json_owner(const struct stuck_sample *sample,
		       const struct stuck_group *group)
{
	size_t i;

	out_str("owner", names[group->key.owner]);
	if (group->key.owner == OWNER_PROCESS) {
		out_name("name", group->holder.name);
		out_u64("pid", group->holder.pid);
		out_u64("processes", group->others + 1);
	}
	out_table("listener", NULL, 0, 0);
	for (i = 0; i < group->key.listeners; i++)
		json_listener(sample, group->key.id + i);
	out_table_end();
}

void stuck_show_owner(const struct stuck_sample *sample,
		      const struct stuck_group *group)
{
	char text[OWNER_TEXT] = "";

	if (out_is_json()) {
		json_owner(sample, group);
		return;
	}
	owner_text(sample, group, text, sizeof(text));
	out_cell("owner", "%s", text);
}
