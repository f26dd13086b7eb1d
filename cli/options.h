/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command line: options in, struct opts out, and whether they go with the
 * command.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>

#include "out.h"

struct cmd;
struct opts;

/**
 * struct line - what the options say that commands need not know
 * @color: when to colour
 * @help: -h was given
 * @version: -V was given
 * @given: TAKES_* of the options that were given
 */
struct line {
	enum color color;
	bool help, version;
	unsigned int given;
};

/* What they mean, for people. */
extern const char options_help[];

/* Return: ST_OK, or ST_USAGE after saying what is wrong. */
int options_parse(int argc, char **argv, struct opts *opts, struct line *line);

/**
 * options_check() - do the options and arguments go with the command
 * @cmd: the command
 * @opts: the options; its filter is made here, for filter_free()
 * @line: the rest of them
 *
 * Return: ST_OK, or ST_USAGE after saying what is wrong.
 */
int options_check(const struct cmd *cmd, struct opts *opts,
		  const struct line *line);

#endif
