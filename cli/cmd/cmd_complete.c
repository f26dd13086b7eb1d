// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse complete: what a word may become that is being typed, for the shells'
 * completions. It reads the words as the command line is read, but does nothing
 * of what they say.
 */
#include <stdio.h>
#include <string.h>

#include "base/offer.h"
#include "base/out.h"
#include "base/parse.h"
#include "cmd/cmd.h"
#include "cmd/options.h"

static void offer_values(const struct option_row *row)
{
	if (row->values)
		offer_words(row->values);
	if (row->offer)
		row->offer();
}

static void offer_row(const struct option_row *row)
{
	char name[OPTION_TEXT];

	if (row->letter) {
		option_name(row, name);
		offer(name, row->help);
	}
	snprintf(name, sizeof(name), "--%s", row->name);
	offer(name, row->help);
}

/* Those of the command that its subcommand, the first argument, takes as well. */
static void offer_options(const struct cmd *cmd, const struct opts *opts)
{
	const struct option_row *row;

	for (row = cmd ? cmd->options : NULL; row && row->name; row++)
		if (!row->with ||
		    (opts->argc && word_among(row->with, opts->argv[0])))
			offer_row(row);
	for (row = common_options; row->name; row++)
		if (options_common(cmd, row))
			offer_row(row);
}

/* "--by=p": the value is completed, the option stays. */
static void offer_attached(const struct opts *opts, const char *typed,
			   size_t len)
{
	const struct option_row *row;
	char name[OPTION_TEXT];

	snprintf(name, sizeof(name), "%.*s", (int)len - 2, typed + 2);
	row = options_find(opts, name);
	offer_begin(typed, len + 1);
	if (row)
		offer_values(row);
}

static void offer_next(const struct cmd *cmd, const struct opts *opts,
		       const char *typed)
{
	size_t len = strcspn(typed, "=");

	if (!strncmp(typed, "--", 2) && typed[len])
		offer_attached(opts, typed, len);
	else if (*typed == '-')
		offer_options(cmd, opts);
	else if (!cmd)
		cmd_help.offer(opts);
	else if (cmd->offer)
		cmd->offer(opts);
}

/* The first argument is the command. */
static void offer_word(struct opts *opts, const char *typed)
{
	const struct cmd *cmd = NULL;

	if (opts->argc) {
		cmd = cmd_find(opts, opts->argv[0]);
		if (!cmd)
			return;
		opts->argc--;
		opts->argv++;
	}
	offer_next(cmd, opts, typed);
}

/* In front of the words there is our own name, as getopt wants it. */
static int run(const struct opts *opts)
{
	struct opts line = { .commands = opts->commands };
	const struct option_row *row;
	const char *typed;

	if (!opts->argc)
		return ST_OK;
	typed = opts->argv[opts->argc - 1];
	offer_begin(typed, 0);
	row = options_unfinished(opts->argc, opts->argv - 1, &line);
	if (row)
		offer_values(row);
	else
		offer_word(&line, typed);
	return out_end();
}

static int check(struct opts *opts)
{
	(void)opts;
	return ST_OK;
}

const struct cmd cmd_complete = {
	.name = "complete",
	.run = run,
	.check = check,
	.without = "record replay mask",
	.args = "-- WORD...",
	.help = "what the last word may become; for the shells' completions",
	.hidden = true,
};
