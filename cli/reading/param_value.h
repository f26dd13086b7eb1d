/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names and values of parameters: text to numbers and back.
 */
#ifndef CLI_PARAM_VALUE_H
#define CLI_PARAM_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "module/attrs_tune.h"

/* Room for any value in text, and for any key of sysctl(8). */
#define VALUE_TEXT	64
#define KEY_TEXT	(STRING_MAX + 16)

/* How a value is written: for people with its unit, as an argument of ours, as
 * a file of sysctl.d(5) has it.
 */
enum spelling { FOR_PEOPLE, FOR_COMMAND, FOR_SYSCTL };

/**
 * param_find() - a parameter by name
 * @params: those there are
 * @word: its name, or that of its sysctl: net.ipv4.NAME, net/core/NAME
 *
 * Return: the parameter, or NULL.
 */
const struct param *param_find(const struct params *params, const char *word);

/* As param_find(), but only by the name of the sysctl. */
const struct param *param_find_key(const struct params *params, const char *key);

/* The name most like @word, or NULL if none is close. */
const char *param_nearest(const struct params *params, const char *word);

/* "net.ipv4.tcp_fin_timeout"; @text has room for KEY_TEXT. */
void param_key(const struct param *param, char *text);

/**
 * value_parse() - a value
 * @unit: TCPULSE_UNIT_*
 * @text: "4096", "-1", "0x403", "16k", "2min", "500ms", "1024-65535"
 * @plain: only what sysctl(8) takes: no suffixes
 * @value: result
 *
 * Return: false unless all of @text is a value of that unit.
 */
bool value_parse(__u64 unit, const char *text, bool plain, struct range *value);

/* What value_parse() would have taken, for people. */
const char *value_wanted(__u64 unit, bool plain);

/* @text has room for VALUE_TEXT. */
void value_text(__u64 unit, const struct range *value, enum spelling spelling,
		char *text);

bool value_same(__u64 unit, const struct range *a, const struct range *b);

/* The value in force is not the one from when counting began. */
bool param_differs(const struct param *param);

/* From when on a changed parameter is heeded: in a table, in a sentence about a
 * change, in JSON. Never NULL, as is the unit in JSON.
 */
const char *effect_short(__u64 effect);
const char *effect_text(__u64 effect);
const char *effect_json(__u64 effect);
const char *unit_json(__u64 unit);

#endif
