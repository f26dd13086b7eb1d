// SPDX-License-Identifier: GPL-2.0
/*
 * tune set: arguments to settings, and what is done with settings wherever they
 * come from.
 */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/out.h"
#include "base/wrap.h"
#include "cmd/cmd.h"
#include "cmd/tune/param_notes.h"
#include "cmd/tune/tune.h"
#include "module/nl.h"

/* --- arguments ----------------------------------------------------------- */

/* Those that people look for, and that no namespace has of its own. */
static bool is_whole_machine(const char *word)
{
	static const char * const names[] = { "tcp_max_orphans", "tcp_mem" };
	const char *name = strrchr(word, '.') ?: strrchr(word, '/');
	size_t i;

	name = name ? name + 1 : word;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

int unknown_param(const struct tune *tune, const char *word)
{
	const char *near = param_nearest(&tune->params, word);

	if (is_whole_machine(word)) {
		out_err("%s is for the whole machine, not for one network namespace; tcpulse does not set it, see sysctl(8)",
			word);
		return ST_USAGE;
	}
	if (near)
		out_err("unknown parameter '%s'; did you mean '%s'? All are listed by: %s",
			word, near, tune->command);
	else
		out_err("unknown parameter '%s'; all are listed by: %s", word,
			tune->command);
	return ST_USAGE;
}

int settings_add(struct settings *settings, const struct param *param,
		 const struct range *value)
{
	size_t i;

	for (i = 0; i < settings->n; i++)
		if (settings->setting[i].param == param)
			return ST_USAGE;
	settings->setting[settings->n].param = param;
	settings->setting[settings->n++].value = *value;
	return ST_OK;
}

static int check_sense(const struct tune *tune, const struct param *param,
		       const struct range *value, const char *arg)
{
	const char *consequence = value_consequence(param, value);

	if (!consequence || tune->opts->tune.force)
		return ST_OK;
	out_err("%s: the kernel takes this, but it makes no sense: %s; to set it all the same: %s set %s --force",
		arg, consequence, tune->command, arg);
	return ST_USAGE;
}

static int parse_value(const struct tune *tune, const struct param *param,
		       const char *arg, const char *text,
		       struct settings *settings)
{
	struct range value;
	int st;

	if (!value_parse(param->unit, text, false, &value)) {
		out_err("%s: '%s' is not %s", param->name, text,
			value_wanted(param->unit, false));
		return ST_USAGE;
	}
	st = check_sense(tune, param, &value, arg);
	if (!st && settings_add(settings, param, &value)) {
		out_err("%s: it is there twice; which value is meant?",
			param->name);
		st = ST_USAGE;
	}
	return st;
}

static int parse_arg(const struct tune *tune, const char *arg,
		     struct settings *settings)
{
	const char *equals = strchr(arg, '=');
	const struct param *param;
	char name[STRING_MAX] = "";
	size_t n = equals ? (size_t)(equals - arg) : strlen(arg);

	if (n >= sizeof(name))
		return unknown_param(tune, arg);
	memcpy(name, arg, n);
	param = param_find(&tune->params, name);
	if (!param)
		return unknown_param(tune, name);
	if (!equals) {
		out_err("%s: no value; as in: %s set %s=N", arg, tune->command,
			param->name);
		return ST_USAGE;
	}
	return parse_value(tune, param, arg, equals + 1, settings);
}

/* --- what was done ------------------------------------------------------- */

void tuning_json(const struct tuning *tuning)
{
	if (!out_is_json())
		return;
	out_u64("transaction", tuning->transaction);
	if (tuning->remaining_ms != ABSENT)
		out_u64("remaining_ms", tuning->remaining_ms);
	changes_json(tuning->change, tuning->nr, false);
}

bool changed_any(const struct tuning *tuning)
{
	size_t i;

	for (i = 0; i < tuning->nr; i++)
		if (!change_is_none(&tuning->change[i]))
			return true;
	return false;
}

static void say_until(const struct tune *tune, const struct tuning *tuning,
		      const char *undo)
{
	if (tune->opts->tune.dry_run)
		out_line(PLAIN, "dry run: nothing was changed");
	else if (tuning->remaining_ms != ABSENT)
		out_line(PLAIN,
			 "reverts by itself in %llu s unless you run: %s confirm",
			 seconds_left(tuning->remaining_ms), tune->command);
	else if (changed_any(tuning))
		out_line(PLAIN, "undo: %s", undo);
	else if (tune->opts->tune.confirm_s)
		out_line(PLAIN, "nothing was changed: there is nothing to confirm");
}

int tune_finish(struct tune *tune, const struct tuning *tuning, const char *undo)
{
	bool waits = tuning->remaining_ms != ABSENT && can_wait(tune);
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
	FILE *f = open_memstream(&text, &size);

	if (!f)
		abort();
	fprintf(f, "%s set", tune->command);
	for (i = 0; i < tuning->nr; i++) {
		change = &tuning->change[i];
		param = param_find(&tune->params, change->param);
		if (!param || change_is_none(change))
			continue;
		value_text(param->unit, &change->before, FOR_COMMAND, value);
		fprintf(f, " %s=%s", param->name, value);
		force |= !!value_consequence(param, &change->before);
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

static void show_notes(struct tune *tune, const struct settings *settings,
		       const struct tuning *tuning)
{
	const struct param *param;
	struct around around;
	char note[NOTE_TEXT];
	size_t i;

	if (out_is_json() || !tune->opts->header)
		return;
	take_over(&tune->params, tuning);
	if (!around_take(tune->conn, &tune->params, &around)) {
		for (i = 0; i < settings->n; i++) {
			param = settings->setting[i].param;
			param_note(&around, param, false, note);
			if (*note)
				wrap_line(DIM, "%s: %s", param->name, note);
		}
	}
	around_drop(&around);
}

/* --- doing --------------------------------------------------------------- */

static int finish(struct tune *tune, const struct settings *settings,
		  const struct tuning *tuning)
{
	char *undo = undo_of(tune, tuning);
	int st = ST_OK, end;

	tune_begin(tune);
	tuning_json(tuning);
	changes_text(&tune->params, tuning->change, tuning->nr);
	show_notes(tune, settings, tuning);
	if (tune->opts->tune.save)
		st = save_settings(tune, settings);
	if (st)
		out_err("what was set is in force, but it is not saved");
	end = tune_finish(tune, tuning, undo);
	free(undo);
	return end ?: st;
}

int settings_apply(struct tune *tune, const struct settings *settings)
{
	const struct trial trial = {
		.confirm_s = tune->opts->tune.confirm_s,
		.dry_run = tune->opts->tune.dry_run,
	};
	struct tuning *tuning = calloc(1, sizeof(*tuning));
	struct refusal refusal;
	int st;

	if (!tuning)
		abort();
	st = conn_set_params(tune->conn, settings, &trial, tuning, &refusal);
	if (st)
		st = refused(tune, settings, &refusal, st);
	else
		st = finish(tune, settings, tuning);
	free(tuning);
	return st;
}

int tune_set(struct tune *tune)
{
	const struct opts *opts = tune->opts;
	struct settings *settings = calloc(1, sizeof(*settings));
	int st = ST_OK, i;

	if (!settings)
		abort();
	for (i = 0; i < opts->argc && !st; i++)
		st = parse_arg(tune, opts->argv[i], settings);
	if (!st && opts->tune.save)
		st = save_check(tune);
	if (!st)
		st = settings_apply(tune, settings);
	free(settings);
	return st;
}
