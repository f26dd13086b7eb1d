// SPDX-License-Identifier: GPL-2.0
/*
 * tune save: what is in force, into a file.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/tune/pending.h"
#include "cmd/tune/save.h"
#include "cmd/tune/settings.h"
#include "cmd/tune/subs.h"
#include "cmd/tune/tune.h"
#include "module/nl_tune.h"
#include "reading/param_value.h"
#include "rules/param.h"

static bool is_pending(const struct tune *tune, const struct param *param)
{
	const struct pending *pending = &tune->params.pending;
	size_t i;

	for (i = 0; i < pending->nr; i++)
		if (!strcmp(pending->change[i].param, param->name))
			return true;
	return false;
}

/* What is in force; not what will be put back, nor what no file can set. */
static int add_current(const struct tune *tune, const struct param *param,
		       struct settings *settings)
{
	if (is_pending(tune, param)) {
		out_err("%s: not saved: it is part of a pending change, and may be put back",
			param->name);
		pending_err(tune);
		return ST_REFUSED;
	}
	if (param->read_only) {
		out_err("%s: not saved: %s", param->name,
			param_read_only_reason(param));
		return ST_REFUSED;
	}
	settings_add(settings, param, &param->value);
	return ST_OK;
}

static int add_named(const struct tune *tune, struct settings *settings)
{
	const struct opts *opts = tune->opts;
	const struct param *param;
	int st = ST_OK, i;

	for (i = 0; i < opts->argc && !st; i++) {
		param = param_find(&tune->params, opts->argv[i]);
		if (param)
			st = add_current(tune, param, settings);
		else
			st = tune_unknown(tune, opts->argv[i]);
	}
	return st;
}

static int add_differing(const struct tune *tune, struct settings *settings)
{
	const struct params *params = &tune->params;
	int st = ST_OK;
	size_t i;

	for (i = 0; i < params->nr && !st; i++)
		if (param_differs(&params->param[i]))
			st = add_current(tune, &params->param[i], settings);
	return st;
}

static int save(const struct tune *tune, const struct settings *settings)
{
	int st;

	tune_begin(tune);
	st = save_settings(tune, settings);
	return out_end() ?: st;
}

/* What goes to a pipe is what would be in a file. */
static void say_nothing(const struct tune *tune)
{
	static const char text[] =
		"nothing to save: all is as it was when counting began";

	if (tune->opts->tune.file && !strcmp(tune->opts->tune.file, "-"))
		out_err("%s", text);
	else
		out_line(PLAIN, "%s", text);
}

int tune_save(struct tune *tune)
{
	struct settings *settings = xcalloc(1, sizeof(*settings));
	int st;

	st = tune->opts->argc ? add_named(tune, settings) :
				add_differing(tune, settings);
	if (!st)
		st = save_check(tune);
	if (!st && !settings->n && !out_is_json())
		say_nothing(tune);
	if (!st && (settings->n || out_is_json()))
		st = save(tune, settings);
	free(settings);
	return st ?: out_end();
}
