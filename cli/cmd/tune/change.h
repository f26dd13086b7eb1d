/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows of changes, as text and as JSON.
 */
#ifndef CLI_TUNE_CHANGE_H
#define CLI_TUNE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "module/attrs_tune.h"
#include "reading/param_value.h"

/* what takes longest: a process, its user and its command */
#define WHO_TEXT 1024

/* What was changed: a parameter, or the address of a listener. */
void change_what(const struct change *change, char text[ENDPOINT_MAX]);

void change_values(const struct params *params, const struct change *change,
		   char before[VALUE_TEXT], char after[VALUE_TEXT]);

/* Neither asked for nor done: old and new are the same. */
bool change_is_none(const struct change *change);

/* Is any value another one than before? */
bool changes_made(const struct tuning *tuning);

/* How many rows from here on say the same: sockets of one group. At least 1. */
size_t change_run(const struct change *change, size_t n);

/* "set", "confirm", ... */
const char *change_action(__u64 action);

/* What became of it, for people; "" for one that was set. */
const char *change_action_text(__u64 action);

/* "root tcpulse(812)", names quoted(), or without the number of the process; a user
 * without a number here is "unknown"
 */
void change_who(const struct change *change, bool pid, char text[WHO_TEXT]);

/* JSON: the same; null is a number that there is none of here. */
void change_who_json(const struct change *change);

/* Text: a line each. */
void changes_text(const struct params *params, const struct change *change,
		  size_t n);

/* JSON: array "changes" in the current object; @log: with who and when. */
void changes_json(const struct change *change, size_t n, bool log);

/* JSON of what was done: those changes, and until when they last. */
void changes_tuning_json(const struct tuning *tuning);

#endif
