// SPDX-License-Identifier: GPL-2.0
/*
 * tune set: arguments to settings.
 */
#include <stdlib.h>
#include <string.h>

#include "base/foreign.h"
#include "base/out.h"
#include "base/shell.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/tune/apply.h"
#include "cmd/tune/save.h"
#include "cmd/tune/settings.h"
#include "cmd/tune/subs.h"
#include "cmd/tune/tune.h"
#include "module/nl_tune.h"
#include "reading/param_value.h"
#include "rules/param.h"

static int check_sense(const struct tune *tune, const struct param *param,
		       const struct range *value, const char *arg)
{
	const char *consequence = param_consequence(param, value);

	if (!consequence || tune->opts->tune.force)
		return ST_OK;
	out_err("%s: the kernel takes this, but it makes no sense: %s; to set it all the same: %s set %s --force",
		quoted_text(arg), consequence, tune->command, shell_word(arg));
	return ST_USAGE;
}

static int parse_value(const struct tune *tune, const struct param *param,
		       const char *arg, const char *text,
		       struct settings *settings)
{
	struct range value;
	int st;

	if (!value_parse(param->unit, text, false, &value)) {
		out_err("%s: '%s' is not %s", param->name, inside(text),
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
		return tune_unknown(tune, arg);
	memcpy(name, arg, n);
	param = param_find(&tune->params, name);
	if (!param)
		return tune_unknown(tune, name);
	if (!equals) {
		out_err("%s: no value; as in: %s set %s=N", quoted_text(arg),
			tune->command, param->name);
		return ST_USAGE;
	}
	return parse_value(tune, param, arg, equals + 1, settings);
}

int tune_set(struct tune *tune)
{
	const struct opts *opts = tune->opts;
	struct settings *settings = xcalloc(1, sizeof(*settings));
	int st = ST_OK, i;

	for (i = 0; i < opts->argc && !st; i++)
		st = parse_arg(tune, opts->argv[i], settings);
	if (!st && opts->tune.save)
		st = save_check(tune);
	if (!st)
		st = apply_settings(tune, settings);
	free(settings);
	return st;
}
