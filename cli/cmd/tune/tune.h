/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The run of a subcommand of tune, and what every one of them may say.
 */
#ifndef CLI_TUNE_H
#define CLI_TUNE_H

#include "host/netns.h"
#include "module/attrs_tune.h"

struct conn;
struct opts;

/**
 * struct tune - one run of a subcommand
 * @opts: the options; its arguments are those after the subcommand
 * @ns: the namespace
 * @conn: the module there
 * @params: all parameters; when some were changed, as they are then
 * @command: how to call us for the same namespace, for a shell: "tcpulse -N blue tune"
 */
struct tune {
	const struct opts *opts;
	struct netns ns;
	struct conn *conn;
	struct params params;
	char *command;
};

/* Begin what goes to stdout. */
void tune_begin(const struct tune *tune);

/* ST_USAGE after saying that there is no such parameter. */
int tune_unknown(const struct tune *tune, const char *word);

#endif
