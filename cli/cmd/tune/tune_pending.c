// SPDX-License-Identifier: GPL-2.0
/*
 * The change that is put back unless somebody confirms it.
 */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <linux/tcpulse.h>

#include "base/out.h"
#include "base/wrap.h"
#include "cmd/cmd.h"
#include "cmd/tune/tune.h"
#include "module/nl.h"

/* so many values are listed in a sentence */
#define LISTED_MAX 8

__u64 seconds_left(__u64 ms)
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
	FILE *f = open_memstream(&text, &size);

	if (!f)
		abort();
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

/* --- saying -------------------------------------------------------------- */

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
	if (pending->nr) {
		out_u64("pid", first->pid);
		out_u64("uid", first->uid);
		out_str("command", first->command);
	}
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
		  list, seconds_left(pending->remaining_ms));
	free(list);
	out_line(PLAIN, "keep it: %s confirm    put it back now: %s revert",
		 tune->command, tune->command);
}

void pending_err(const struct tune *tune)
{
	struct params *now = calloc(1, sizeof(*now));
	const struct pending *pending = &now->pending;
	char who[WHO_TEXT], *list;

	if (!now)
		abort();
	if (conn_get_params(tune->conn, now) || !pending->transaction) {
		free(now);
		return;
	}
	change_who(&pending->change[0], true, who);
	list = listed(tune, pending);
	out_err("pending, by %s: %s: reverts by itself in %llu s", who, list,
		seconds_left(pending->remaining_ms));
	out_err("to keep that: %s confirm; to put it back now: %s revert",
		tune->command, tune->command);
	free(list);
	free(now);
}

int tune_pending(struct tune *tune)
{
	const struct pending *pending = &tune->params.pending;

	if (!out_is_json()) {
		pending_text(tune, pending);
		if (!pending->transaction)
			out_line(PLAIN, "no change is pending");
		return out_end();
	}
	if (pending->transaction)
		tune_begin(tune);
	pending_json(NULL, pending);
	return out_end();
}

/* --- settling ------------------------------------------------------------ */

/* What was to be confirmed, also when it was so before; but no listeners, as no
 * file gives them their limit.
 */
static void confirmed(const struct tune *tune, const struct tuning *tuning,
		      struct settings *settings)
{
	const struct change *change;
	const struct param *param;
	size_t i;

	memset(settings, 0, sizeof(*settings));
	for (i = 0; i < tuning->nr; i++) {
		change = &tuning->change[i];
		param = param_find(&tune->params, change->param);
		if (*change->param && param &&
		    (change->action == TCPULSE_ACTION_CONFIRM ||
		     change_is_none(change)))
			settings_add(settings, param, &change->after);
	}
}

static int save_confirmed(const struct tune *tune, const struct tuning *tuning)
{
	struct settings *settings = calloc(1, sizeof(*settings));
	int st = ST_OK;

	if (!settings)
		abort();
	confirmed(tune, tuning, settings);
	if (settings->n)
		st = save_settings(tune, settings);
	else
		out_line(PLAIN,
			 "nothing to save: the limit of a running listener stands in no file");
	free(settings);
	return st;
}

/* What there was nothing to do for is left out. */
static void show_settled(const struct tune *tune, struct tuning *tuning)
{
	struct tuning *some = calloc(1, sizeof(*some));
	size_t i;

	if (!some)
		abort();
	for (i = 0; i < tuning->nr; i++)
		if (!change_is_none(&tuning->change[i]) ||
		    tuning->change[i].action == TCPULSE_ACTION_GONE)
			some->change[some->nr++] = tuning->change[i];
	changes_text(&tune->params, some->change, some->nr);
	free(some);
}

int settle(struct tune *tune, bool confirm, __u64 transaction)
{
	struct tuning *tuning = calloc(1, sizeof(*tuning));
	struct refusal refusal;
	int st;

	if (!tuning)
		abort();
	st = conn_settle(tune->conn, confirm, transaction, tuning, &refusal);
	if (st) {
		free(tuning);
		return refused(tune, NULL, &refusal, st);
	}
	tune_begin(tune);
	tuning_json(tuning);
	show_settled(tune, tuning);
	if (tune->opts->tune.save && confirm)
		st = save_confirmed(tune, tuning);
	if (st)
		out_err("what was confirmed is in force, but it is not saved");
	free(tuning);
	return out_end() ?: st;
}

int tune_confirm(struct tune *tune)
{
	int st = tune->opts->tune.save ? save_check(tune) : ST_OK;

	return st ?: settle(tune, true, 0);
}

int tune_revert(struct tune *tune)
{
	return settle(tune, false, 0);
}
