/* SPDX-License-Identifier: GPL-2.0 */
/*
 * --record, --replay and --mask: with which commands, and around them.
 */
#ifndef CLI_RECORDING_H
#define CLI_RECORDING_H

struct cmd;
struct opts;

/* Before the command runs: do they go with it? Then a recording is made, or read.
 * Return: ST_OK, ST_USAGE, ST_REFUSED.
 */
int recording_begin(const struct cmd *cmd, const struct opts *opts);

/* After that, if it began or not. Return: @st, or what is worse. */
int recording_end(int st);

#endif
