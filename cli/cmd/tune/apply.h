/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Settings are applied as the options say.
 */
#ifndef CLI_TUNE_APPLY_H
#define CLI_TUNE_APPLY_H

struct settings;
struct tune;
struct tuning;

/* Sets, says what was changed, saves, waits: as the options say. */
int apply_settings(struct tune *tune, const struct settings *settings);

/* After a change was made: what there is to say, do and wait for. */
int apply_finish(struct tune *tune, const struct tuning *tuning,
		 const char *undo);

#endif
