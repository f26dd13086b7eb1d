/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Settings are collected one by one, each parameter once.
 */
#ifndef CLI_TUNE_SETTINGS_H
#define CLI_TUNE_SETTINGS_H

struct param;
struct range;
struct settings;

/* Adds a value to set; ST_USAGE when its parameter is there already. */
int settings_add(struct settings *settings, const struct param *param,
		 const struct range *value);

/* The same, but replaces the value that is there. */
void settings_put(struct settings *settings, const struct param *param,
		  const struct range *value);

#endif
