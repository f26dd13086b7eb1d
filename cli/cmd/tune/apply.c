// SPDX-License-Identifier: GPL-2.0
/*
 * What is done with settings wherever they come from: set, told, saved, and
 * waited for.
 */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/out.h"
#include "base/status.h"
#include "base/wrap.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/tune/apply.h"
#include "cmd/tune/change.h"
#include "cmd/tune/notes.h"
#include "cmd/tune/pending.h"
#include "cmd/tune/refused.h"
#include "cmd/tune/save.h"
#include "cmd/tune/tune.h"
#include "cmd/tune/wait.h"
#include "module/nl_tune.h"
#include "reading/param_value.h"
#include "reading/params.h"
#include "rules/param.h"

static void say_until(const struct tune *tune, const struct tuning *tuning,
		      const char *undo)
{
	if (tune->opts->tune.dry_run)
		out_line(PLAIN, "dry run: nothing was changed");
	else if (tuning->remaining_ms != ABSENT)
		out_line(PLAIN,
			 "reverts by itself in %llu s unless you run: %s confirm",
			 pending_seconds(tuning->remaining_ms), tune->command);
	else if (changes_made(tuning))
		out_line(PLAIN, "undo: %s", undo);
	else if (tune->opts->tune.confirm_s)
		out_line(PLAIN, "nothing was changed: there is nothing to confirm");
}

int apply_finish(struct tune *tune, const struct tuning *tuning, const char *undo)
{
	bool waits = tuning->remaining_ms != ABSENT && wait_possible(tune);
	int st;

	say_until(tune, tuning, undo);
	st = out_end();
	return waits && !st ? wait_for_answer(tune, tuning) : st;
}

/* The values from before, as arguments; for free(). */
static char *undo_of(const struct tune *tune, const struct tuning *tuning)
{
	char *text = NULL, value[VALUE_TEXT];
	const struct change *change;
	const struct param *param;
	bool force = false;
	size_t size, i;
	FILE *f = xmemstream(&text, &size);

	fprintf(f, "%s set", tune->command);
	for (i = 0; i < tuning->nr; i++) {
		change = &tuning->change[i];
		param = param_find(&tune->params, change->param);
		if (!param || change_is_none(change))
			continue;
		value_text(param->unit, &change->before, FOR_COMMAND, value);
		fprintf(f, " %s=%s", param->name, value);
		force |= !!param_consequence(param, &change->before);
	}
	fputs(force ? " --force" : "", f);
	fclose(f);
	return text;
}

/* --- notes --------------------------------------------------------------- */

/* As they are now, or would be. */
static void take_over(struct params *params, const struct tuning *tuning)
{
	const struct change *change;
	size_t i, j;

	for (i = 0; i < tuning->nr; i++) {
		change = &tuning->change[i];
		for (j = 0; j < params->nr; j++)
			if (!strcmp(params->param[j].name, change->param))
				params->param[j].value = change->after;
	}
}

static void put_notes(const struct params_reading *reading,
		      const struct settings *settings)
{
	const struct param *set[PARAMS_MAX];
	size_t i;

	for (i = 0; i < settings->n; i++) {
		set[i] = settings->setting[i].param;
		if (!out_is_json())
			notes_line(reading, set[i], false);
	}
	if (out_is_json())
		notes_json(reading, set, settings->n, false);
}

static void show_notes(struct tune *tune, const struct settings *settings,
		       const struct tuning *tuning)
{
	struct params_reading reading;

	if (!out_is_json() && !tune->opts->header)
		return;
	take_over(&tune->params, tuning);
	if (!params_reading_take(tune->conn, &tune->params, &reading))
		put_notes(&reading, settings);
	params_reading_drop(&reading);
}

/* --- doing --------------------------------------------------------------- */

static int finish(struct tune *tune, const struct settings *settings,
		  const struct tuning *tuning)
{
	char *undo = undo_of(tune, tuning);
	int st = ST_OK, end;

	tune_begin(tune);
	changes_tuning_json(tuning);
	changes_text(&tune->params, tuning->change, tuning->nr);
	show_notes(tune, settings, tuning);
	if (tune->opts->tune.save)
		st = save_settings(tune, settings);
	if (st)
		out_err("what was set is in force, but it is not saved");
	end = apply_finish(tune, tuning, undo);
	free(undo);
	return end ?: st;
}

int apply_settings(struct tune *tune, const struct settings *settings)
{
	const struct trial trial = {
		.confirm_s = tune->opts->tune.confirm_s,
		.dry_run = tune->opts->tune.dry_run,
	};
	struct tuning *tuning = xcalloc(1, sizeof(*tuning));
	struct refusal refusal;
	int st;

	st = conn_set_params(tune->conn, settings, &trial, tuning, &refusal);
	if (st)
		st = refused_explain(tune, settings, &refusal, st);
	else
		st = finish(tune, settings, tuning);
	free(tuning);
	return st;
}
