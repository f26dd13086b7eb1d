// SPDX-License-Identifier: GPL-2.0
/*
 * tune load: what a file of sysctl.d(5) says, all of it at once or nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <linux/tcpulse.h>

#include "base/foreign.h"
#include "base/out.h"
#include "base/shell.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/tune/apply.h"
#include "cmd/tune/change.h"
#include "cmd/tune/settings.h"
#include "cmd/tune/subs.h"
#include "cmd/tune/tune.h"
#include "host/sysctl_file.h"
#include "module/nl_tune.h"
#include "reading/param_value.h"
#include "rules/param.h"

/* A line that is looked at; @name is the file's, quoted(). */
struct place {
	const char *name;
	size_t number;
};

static int bad_line(const struct place *place, const char *line)
{
	out_err("%s:%zu: '%s' is not KEY = VALUE; nothing was changed",
		place->name, place->number, inside(line));
	return ST_USAGE;
}

static int bad_value(const struct place *place, const struct param *param,
		     const char *value)
{
	out_err("%s:%zu: %s: '%s' is not %s; nothing was changed", place->name,
		place->number, param->name, inside(value),
		value_wanted(param->unit, true));
	return ST_USAGE;
}

static int senseless(const struct tune *tune, const struct place *place,
		     const struct param *param, const struct range *value,
		     const char *consequence)
{
	char text[VALUE_TEXT];

	value_text(param->unit, value, FOR_COMMAND, text);
	out_err("%s:%zu: %s=%s: the kernel takes this, but it makes no sense: %s; nothing was changed; to set it all the same: %s load %s --force",
		place->name, place->number, param->name, text, consequence,
		tune->command, shell_word(tune->opts->argv[0]));
	return ST_USAGE;
}

static void say_skipped(const struct tune *tune, const struct place *place,
			const char *key)
{
	const struct param *param = param_find(&tune->params, key);
	char right[KEY_TEXT];

	if (!param) {
		out_err("%s:%zu: skipped: %s is none of tcpulse's parameters",
			place->name, place->number, quoted_text(key));
		return;
	}
	param_key(param, right);
	out_err("%s:%zu: skipped: no sysctl is called %s; did you mean '%s'?",
		place->name, place->number, quoted_text(key), right);
}

static int beyond(const struct place *place, const struct param *param,
		  const char *value)
{
	if (param->read_only)
		out_err("%s:%zu: %s is read-only: %s; nothing was changed",
			place->name, place->number, param->name,
			param_read_only_reason(param));
	else
		out_err("%s:%zu: %s: %s is out of range: it takes %lld to %lld%s; nothing was changed",
			place->name, place->number, param->name, quoted_text(value),
			param->minimum, param->maximum,
			param->unit == TCPULSE_UNIT_PORTS ?
			", the lower first" : "");
	return ST_REFUSED;
}

/* The kernel would refuse all lines for one, and not say which; nor would it let
 * a line fail that may, for the '-' before its key.
 */
static bool hopeless(const struct param *param, const struct range *value)
{
	return param->read_only || value->low < param->minimum ||
	       value->low > param->maximum ||
	       (param->unit == TCPULSE_UNIT_PORTS &&
		(value->high < value->low || value->high > param->maximum));
}

static int take_setting(const struct tune *tune, const struct place *place,
			const struct sysctl_line *line,
			struct settings *settings)
{
	const struct param *param = param_find_key(&tune->params, line->key);
	const char *consequence;
	struct range value;
	bool number;

	if (!param) {
		say_skipped(tune, place, line->key);
		return ST_OK;
	}
	number = value_parse(param->unit, line->value, true, &value);
	if (line->lenient && (!number || hopeless(param, &value))) {
		out_err("%s:%zu: skipped: %s cannot be %s", place->name,
			place->number, param->name, quoted_text(line->value));
		return ST_OK;
	}
	if (!number)
		return bad_value(place, param, line->value);
	if (hopeless(param, &value))
		return beyond(place, param, line->value);
	consequence = param_consequence(param, &value);
	if (consequence && !tune->opts->tune.force)
		return senseless(tune, place, param, &value, consequence);
	/* the last line of a key wins, as with sysctl(8) */
	settings_put(settings, param, &value);
	return ST_OK;
}

static int take_lines(const struct tune *tune, const struct sysctl_file *file,
		      struct settings *settings)
{
	struct place place = { .name = quoted_text(file->path) };
	const struct sysctl_line *line;
	int st = ST_OK;

	if (!strcmp(file->path, "-"))
		place.name = "standard input";
	for (place.number = 1; place.number <= file->n && !st; place.number++) {
		line = &file->line[place.number - 1];
		if (line->kind == SYSCTL_BAD)
			st = bad_line(&place, line->text);
		else if (line->kind == SYSCTL_SETTING)
			st = take_setting(tune, &place, line, settings);
	}
	return st;
}

static int read_settings(const struct tune *tune, struct settings *settings)
{
	const char *path = tune->opts->argv[0];
	struct sysctl_file file;
	int err = sysctl_read(path, &file), st;

	if (err) {
		out_err("cannot read %s: %s%s", quoted_text(path), sysctl_reason(err),
			err == PLAIN_IS_NOT ? "; what a program prints: load -" : "");
		st = err == -EACCES ? ST_NOT_PERMITTED : ST_REFUSED;
	} else {
		st = take_lines(tune, &file, settings);
	}
	sysctl_free(&file);
	return st;
}

/* Still an answer: a change of nothing. */
static int change_nothing(struct tune *tune)
{
	static const struct tuning none = { .remaining_ms = ABSENT };

	out_err("%s sets none of tcpulse's parameters: nothing was changed",
		quoted_text(tune->opts->argv[0]));
	tune_begin(tune);
	changes_tuning_json(&none);
	return out_end();
}

int tune_load(struct tune *tune)
{
	struct settings *settings = xcalloc(1, sizeof(*settings));
	int st;

	st = read_settings(tune, settings);
	if (!st)
		st = settings->n ? apply_settings(tune, settings) :
				   change_nothing(tune);
	free(settings);
	return st;
}
