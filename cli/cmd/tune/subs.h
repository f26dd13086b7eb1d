/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The subcommands of tune.
 */
#ifndef CLI_TUNE_SUBS_H
#define CLI_TUNE_SUBS_H

struct tune;

int tune_show(struct tune *tune);
int tune_set(struct tune *tune);
int tune_listener(struct tune *tune);
int tune_confirm(struct tune *tune);
int tune_revert(struct tune *tune);
int tune_pending(struct tune *tune);
int tune_log(struct tune *tune);
int tune_save(struct tune *tune);
int tune_load(struct tune *tune);

#endif
