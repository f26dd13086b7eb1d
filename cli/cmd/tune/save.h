/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Settings go into a file of sysctl.d(5).
 */
#ifndef CLI_TUNE_SAVE_H
#define CLI_TUNE_SAVE_H

struct settings;
struct tune;

/* Can these be saved? Says so when not; before anything is changed. */
int save_check(const struct tune *tune);

/* Into the file, or with --dry-run only shown. */
int save_settings(const struct tune *tune, const struct settings *settings);

#endif
