// SPDX-License-Identifier: GPL-2.0
/*
 * Tells of the change that is put back unless somebody confirms it.
 */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <linux/tcpulse.h>

#include "base/foreign.h"
#include "base/out.h"
#include "base/wrap.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/tune/change.h"
#include "cmd/tune/pending.h"
#include "cmd/tune/tune.h"
#include "module/nl_tune.h"

/* so many values are listed in a sentence */
#define LISTED_MAX 8

__u64 pending_seconds(__u64 ms)
{
	return ms > 1000 ? (ms + 999) / 1000 : 1;
}

/* "somaxconn 128 -> 4096, tcp_fin_timeout 60 s -> 30 s"; for free() */
static char *listed(const struct tune *tune, const struct pending *pending)
{
	char what[ENDPOINT_MAX], before[VALUE_TEXT], after[VALUE_TEXT];
	const struct change *change;
	size_t size, i, n, run;
	char *text = NULL;
	FILE *f = xmemstream(&text, &size);

	for (i = 0, n = 0; i < pending->nr && n < LISTED_MAX; i += run, n++) {
		change = &pending->change[i];
		run = change_run(change, pending->nr - i);
		change_what(change, what);
		change_values(&tune->params, change, before, after);
		fprintf(f, "%s%s %s -> %s", n ? ", " : "", what, before, after);
		if (run > 1)
			fprintf(f, " (%zu sockets)", run);
	}
	if (i < pending->nr)
		fprintf(f, " and %zu more", pending->nr - i);
	fclose(f);
	return text;
}

void pending_json(const char *key, const struct pending *pending)
{
	const struct change *first = &pending->change[0];

	if (!pending->transaction) {
		out_null(key);
		return;
	}
	if (key)
		out_object(key);
	out_u64("transaction", pending->transaction);
	out_u64("remaining_ms", pending->remaining_ms);
	if (pending->nr)
		change_who_json(first);
	changes_json(pending->change, pending->nr, false);
	if (key)
		out_object_end();
}

void pending_text(const struct tune *tune, const struct pending *pending)
{
	char who[WHO_TEXT], *list;

	if (!pending->transaction || out_is_json())
		return;
	change_who(&pending->change[0], true, who);
	list = listed(tune, pending);
	wrap_line(WARN, "! pending, by %s: %s: reverts by itself in %llu s", who,
		  list, pending_seconds(pending->remaining_ms));
	free(list);
	out_line(PLAIN, "keep it: %s confirm    put it back now: %s revert",
		 tune->command, tune->command);
}

void pending_err(const struct tune *tune)
{
	struct params *now = xcalloc(1, sizeof(*now));
	const struct pending *pending = &now->pending;
	char who[WHO_TEXT], *list;

	if (conn_get_params(tune->conn, now) || !pending->transaction) {
		free(now);
		return;
	}
	change_who(&pending->change[0], true, who);
	list = listed(tune, pending);
	out_err("pending, by %s: %s: reverts by itself in %llu s", who, list,
		pending_seconds(pending->remaining_ms));
	out_err("to keep that: %s confirm; to put it back now: %s revert",
		tune->command, tune->command);
	free(list);
	free(now);
}
