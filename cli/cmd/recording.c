// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/foreign.h"
#include "base/mask.h"
#include "base/out.h"
#include "base/parse.h"
#include "base/shell.h"
#include "base/tape.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/options.h"
#include "cmd/recording.h"

/* --- what goes together ---------------------------------------------------- */

static int check_command(const struct cmd *cmd, const struct opts *opts)
{
	const char *option = opts->record ? "--record" : "--replay";

	if (word_among(cmd->without, "record")) {
		out_err("%s: %s goes with commands that read something from the kernel; leave it out",
			cmd->name, option);
		return ST_USAGE;
	}
	if (!cmd->changes || !cmd->changes(opts))
		return ST_OK;
	out_err("%s %s: %s goes with commands that only read, and this one is for changing something; leave it out",
		cmd->name, quoted_text(opts->argv[0]), option);
	return ST_USAGE;
}

static int check_mask(const struct opts *opts)
{
	if (!opts->mask)
		return ST_OK;
	if (!opts->record) {
		out_err("--mask goes with --record: a recording is masked when it is made");
		return ST_USAGE;
	}
	return options_exclude(opts->filter && opts->argc,
			       "--mask does not go with a filter, which would be held against masked addresses; record without it, and filter the replay");
}

static int check(const struct cmd *cmd, const struct opts *opts)
{
	int st = check_mask(opts);

	if (st || (!opts->record && !opts->replay))
		return st;
	return options_exclude(opts->record && opts->replay,
			       "--record and --replay exclude each other") ?:
	       check_command(cmd, opts);
}

/* --- around a command -------------------------------------------------------- */

/* The words of the command line but --record and its value, as a shell takes them;
 * masked, none of them.
 */
static void put_words(FILE *f, char **word)
{
	for (; *word; word++) {
		if (!strncmp(*word, "--rec", 5))
			word += !strchr(*word, '=') && word[1];
		else
			fprintf(f, " %s", shell_word(*word));
	}
}

/* For free(). */
static char *name_command(const struct cmd *cmd, const struct opts *opts)
{
	char *text;
	size_t n;
	FILE *f = xmemstream(&text, &n);

	fputs("tcpulse", f);
	if (opts->mask)
		fprintf(f, " %s", cmd->name);
	else
		put_words(f, opts->words);
	fclose(f);
	return text;
}

int recording_begin(const struct cmd *cmd, const struct opts *opts)
{
	int st = check(cmd, opts);
	char *command;

	if (st)
		return st;
	if (opts->replay)
		return tape_replay(opts->replay);
	if (!opts->record)
		return ST_OK;
	if (opts->mask)
		mask_begin();
	command = name_command(cmd, opts);
	st = tape_record(opts->record, command);
	free(command);
	return st;
}

int recording_end(int st)
{
	mask_end();
	return tape_end(st);
}
