/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Findings about parameters, as notes.
 */
#ifndef CLI_TUNE_NOTES_H
#define CLI_TUNE_NOTES_H

#include <stdbool.h>
#include <stddef.h>

struct param;
struct params_reading;

/* Room for any note. */
#define NOTE_TEXT 1024

/* All that is to be said of a parameter, see param_findings(); "" when that is
 * nothing.
 */
void notes_text(const struct params_reading *reading, const struct param *param,
		bool named, char text[NOTE_TEXT]);

/* Text: a line of that, if there is anything. */
void notes_line(const struct params_reading *reading, const struct param *param,
		bool named);

/* JSON: array "findings", of @n parameters. */
void notes_json(const struct params_reading *reading,
		const struct param * const *param, size_t n, bool named);

#endif
