// SPDX-License-Identifier: GPL-2.0
/*
 * The table of parameters, and below it what the numbers do not tell.
 */
#include <stdlib.h>

#include <linux/tcpulse.h>

#include "base/compiler.h"
#include "base/out.h"
#include "cmd/cmd.h"
#include "cmd/tune/notes.h"
#include "cmd/tune/pending.h"
#include "cmd/tune/subs.h"
#include "cmd/tune/tune.h"
#include "reading/param_value.h"
#include "reading/params.h"
#include "rules/param.h"

#define COL_MARK COL_DETAIL

static const struct col cols[] = {
	{ "mark", "", COL_LEFT | COL_MARK },
	{ "name", "NAME", COL_LEFT },
	{ "value", "VALUE", 0 },
	{ "loaded", "LOADED", 0 },
	{ "default", "DEFAULT", 0 },
	{ "effect", "TAKES EFFECT", COL_LEFT },
};

/* All, or those named, in the order of the kernel's list. */
static bool wanted(const struct tune *tune, const struct param *param)
{
	const struct opts *opts = tune->opts;
	int i;

	for (i = 0; i < opts->argc; i++)
		if (param_find(&tune->params, opts->argv[i]) == param)
			return true;
	return !opts->argc;
}

/* --- JSON ---------------------------------------------------------------- */

static void json_value(const struct param *param, const char *key,
		       const char *key_high, const struct range *value)
{
	out_i64(key, value->low);
	if (param->unit == TCPULSE_UNIT_PORTS)
		out_i64(key_high, value->high);
}

static void json_row(const struct param *param, const char *note)
{
	out_row();
	out_str("name", param->name);
	out_str("unit", unit_json(param->unit));
	out_str("effect", effect_json(param->effect));
	json_value(param, "value", "value_high", &param->value);
	out_i64("minimum", param->minimum);
	out_i64("maximum", param->maximum);
	json_value(param, "loaded", "loaded_high", &param->loaded);
	json_value(param, "default", "default_high", &param->standard);
	out_bool("read_only", param->read_only);
	out_bool("differs", param_differs(param));
	if (*note)
		out_str("note", note);
}

/* --- text ---------------------------------------------------------------- */

static void value_cell(const char *key, const struct param *param,
		       const struct range *value)
{
	char text[VALUE_TEXT];

	value_text(param->unit, value, FOR_PEOPLE, text);
	out_cell(key, "%s", text);
}

static void text_row(const struct param *param)
{
	out_row();
	out_cell("mark", "%s", param_differs(param) ? "*" : "");
	out_cell("name", "%s", param->name);
	value_cell("value", param, &param->value);
	value_cell("loaded", param, &param->loaded);
	value_cell("default", param, &param->standard);
	out_cell("effect", "%s",
		 param->read_only ? "read-only" : effect_short(param->effect));
	if (param_differs(param))
		out_style("value", BOLD);
	if (param->read_only)
		out_style("effect", DIM);
}

static bool any_differs(const struct tune *tune)
{
	size_t i;

	for (i = 0; i < tune->params.nr; i++)
		if (wanted(tune, &tune->params.param[i]) &&
		    param_differs(&tune->params.param[i]))
			return true;
	return false;
}

/* --- both ---------------------------------------------------------------- */

static void show_rows(const struct tune *tune,
		      const struct params_reading *reading, bool differs)
{
	const struct param *param;
	char note[NOTE_TEXT];
	size_t i;

	out_table("params", cols, ARRAY_SIZE(cols), differs ? COL_MARK : 0);
	for (i = 0; i < tune->params.nr; i++) {
		param = &tune->params.param[i];
		if (!wanted(tune, param))
			continue;
		notes_text(reading, param, tune->opts->argc, note);
		if (out_is_json())
			json_row(param, note);
		else
			text_row(param);
	}
	out_table_end();
}

static void show_json(const struct tune *tune,
		      const struct params_reading *reading)
{
	const struct param *shown[PARAMS_MAX];
	size_t i, n = 0;

	for (i = 0; i < tune->params.nr; i++)
		if (wanted(tune, &tune->params.param[i]))
			shown[n++] = &tune->params.param[i];
	notes_json(reading, shown, n, tune->opts->argc);
	pending_json("pending", &tune->params.pending);
}

static void show_notes(const struct tune *tune,
		       const struct params_reading *reading)
{
	size_t i;

	for (i = 0; i < tune->params.nr; i++)
		if (wanted(tune, &tune->params.param[i]))
			notes_line(reading, &tune->params.param[i],
				   tune->opts->argc);
}

static void show(const struct tune *tune, const struct params_reading *reading)
{
	bool differs = any_differs(tune);

	tune_begin(tune);
	show_rows(tune, reading, differs);
	if (out_is_json()) {
		show_json(tune, reading);
		return;
	}
	if (tune->opts->header && differs)
		out_line(DIM, "* is not what it was when counting began");
	if (tune->opts->header)
		show_notes(tune, reading);
	pending_text(tune, &tune->params.pending);
}

int tune_show(struct tune *tune)
{
	struct params_reading reading;
	int st = params_reading_take(tune->conn, &tune->params, &reading);

	if (!st)
		show(tune, &reading);
	params_reading_drop(&reading);
	return st ?: out_end();
}
