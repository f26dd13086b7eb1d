// SPDX-License-Identifier: GPL-2.0
/*
 * Settings are collected one by one, each parameter once.
 */
#include "base/status.h"
#include "cmd/tune/settings.h"
#include "module/nl_tune.h"

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

void settings_put(struct settings *settings, const struct param *param,
		  const struct range *value)
{
	size_t i;

	for (i = 0; i < settings->n; i++)
		if (settings->setting[i].param == param)
			settings->setting[i].value = *value;
	settings_add(settings, param, value);
}
