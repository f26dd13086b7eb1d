/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What stands below a table of listeners: explanations of numbers in it, and
 * what belongs to none of its rows.
 */
#ifndef CLI_LISTENER_NOTES_H
#define CLI_LISTENER_NOTES_H

#include <stdbool.h>

struct listeners;
struct procs;

/**
 * listener_notes() - text only
 * @listeners: the reading
 * @procs: who holds them, or NULL
 * @all: it is of all listeners, none was filtered out
 */
void listener_notes(const struct listeners *listeners, const struct procs *procs,
		    bool all);

/* What makes the table incomplete; text only. */
void listener_warnings(const struct listeners *listeners);

/* JSON only: all that is found, causes of refusals first; as listener_notes() */
void listener_json_findings(const struct listeners *listeners,
			    const struct procs *procs, bool all);

#endif
