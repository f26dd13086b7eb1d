// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse help: what commands and options say of themselves.
 */
#include <stdio.h>
#include <string.h>

#include "base/foreign.h"
#include "base/offer.h"
#include "base/out.h"
#include "cmd/cmd.h"
#include "cmd/options.h"

/* where the meaning of an option begins, and room for the option before it */
#define HELP_COLUMN	22
#define LEFT_WIDTH	19

/* The name of the value as it is written: " TIME", "[=WHEN]". */
static void print_left(const struct option_row *row)
{
	char letter[] = { '-', row->letter, ',', '\0' }, left[80];
	int len = snprintf(left, sizeof(left), "%-3s --%s%s%s",
			   row->letter ? letter : "", row->name,
			   row->arg && *row->arg != '[' ? " " : "",
			   row->arg ?: "");

	out_lines("  %-*s", LEFT_WIDTH, left);
	if (len > LEFT_WIDTH)
		out_lines("\n%*s", HELP_COLUMN, "");
	else
		out_lines(" ");
}

static void print_row(const struct option_row *row)
{
	const char *line = row->help;
	size_t len = strcspn(line, "\n");

	print_left(row);
	for (; line[len]; len = strcspn(line, "\n")) {
		out_lines("%.*s\n%*s", (int)len, line, HELP_COLUMN, "");
		line += len + 1;
	}
	out_lines("%s\n", line);
}

static void print_common(const struct cmd *cmd)
{
	const struct option_row *row;

	for (row = common_options; row->name; row++)
		if (options_common(cmd, row))
			print_row(row);
}

static void print_all(const struct opts *opts)
{
	const struct cmd * const *cmd;

	out_lines("Usage: tcpulse [OPTION]... [COMMAND]\n\n"
		  "Exact counts of TCP connection states. Without a command:\n"
		  "%s.\n\nCommands:\n", cmd_screen.help);
	for (cmd = opts->commands; *cmd; cmd++)
		if (!(*cmd)->hidden)
			out_lines("  %-12s%-21s%s\n", (*cmd)->name, (*cmd)->args,
				  (*cmd)->help);
	out_lines("\nOptions, before or after the command:\n");
	print_common(NULL);
	out_lines("\nExit status: 0 fine, 1 usage, 2 the kernel refused, 3 module not loaded,\n"
		  "4 not permitted, 5 audit found a difference. See tcpulse(8).\n");
}

static void print_cmd(const struct cmd *cmd)
{
	const struct option_row *row = cmd->options;

	out_lines("Usage: tcpulse [OPTION]... %s%s%s\n\n%s.\n", cmd->name,
		  *cmd->args ? " " : "", cmd->args, cmd->help);
	if (cmd->words)
		out_lines("\n%s", cmd->words);
	if (row)
		out_lines("\n");
	for (; row && row->name; row++)
		print_row(row);
	if (cmd->more)
		out_lines("\n%s", cmd->more);
	out_lines("\nOptions:\n");
	print_common(cmd);
}

void help_print(const struct opts *opts, const struct cmd *cmd)
{
	if (cmd)
		print_cmd(cmd);
	else
		print_all(opts);
}

static int run(const struct opts *opts)
{
	const struct cmd *cmd = NULL;

	if (opts->argc) {
		cmd = cmd_find(opts, opts->argv[0]);
		if (!cmd)
			return cmd_unknown(opts, opts->argv[0]);
	}
	help_print(opts, cmd);
	return out_end();
}

static int check(struct opts *opts)
{
	if (opts->argc <= 1)
		return ST_OK;
	out_err("help: unexpected argument '%s'; see: tcpulse help help",
		inside(opts->argv[1]));
	return ST_USAGE;
}

static void offer_args(const struct opts *opts)
{
	const struct cmd * const *cmd;

	for (cmd = opts->commands; *cmd && !opts->argc; cmd++)
		if (!(*cmd)->hidden)
			offer((*cmd)->name, (*cmd)->help);
}

const struct cmd cmd_help = {
	.name = "help",
	.run = run,
	.check = check,
	.offer = offer_args,
	.without = "record replay mask",
	.args = "[COMMAND]",
	.help = "this text",
};
