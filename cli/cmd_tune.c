// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse tune: which subcommand, whether its options and arguments go together,
 * and the way into the namespace.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "compiler.h"
#include "nl.h"
#include "out.h"
#include "parse.h"
#include "run.h"
#include "tune.h"

enum {
	O_CONFIRM = 1, O_DRY_RUN = 2, O_SAVE = 4, O_NO_WAIT = 8, O_FORCE = 16,
	O_FILE = 32,
};

/**
 * struct sub - a subcommand
 * @name: of it
 * @run: does it
 * @options: those of tune's own that it takes
 * @min: so many arguments at least
 * @max: and at most
 * @usage: what it takes, for people
 */
static const struct sub {
	const char *name;
	int (*run)(struct tune *tune);
	unsigned int options;
	int min, max;
	const char *usage;
} subs[] = {
	{ "show", tune_show, 0, 0, PARAMS_MAX, "tcpulse tune show [NAME...]" },
	{ "set", tune_set,
	  O_CONFIRM | O_DRY_RUN | O_SAVE | O_NO_WAIT | O_FORCE | O_FILE,
	  1, PARAMS_MAX, "tcpulse tune set NAME=VALUE..." },
	{ "listener", tune_listener, O_CONFIRM | O_DRY_RUN | O_NO_WAIT, 2, 2,
	  "tcpulse tune listener [ADDRESS]:PORT backlog=N" },
	{ "confirm", tune_confirm, O_SAVE | O_FILE, 0, 0,
	  "tcpulse tune confirm [--save]" },
	{ "revert", tune_revert, 0, 0, 0, "tcpulse tune revert" },
	{ "pending", tune_pending, 0, 0, 0, "tcpulse tune pending" },
	{ "log", tune_log, 0, 0, 0, "tcpulse tune log" },
	{ "save", tune_save, O_DRY_RUN | O_FILE, 0, PARAMS_MAX,
	  "tcpulse tune save [NAME...] [--file PATH]" },
	{ "load", tune_load, O_CONFIRM | O_DRY_RUN | O_NO_WAIT | O_FORCE, 1, 1,
	  "tcpulse tune load FILE" },
};

static const struct sub *find_sub(const struct opts *opts)
{
	size_t i;

	if (!opts->argc)
		return &subs[0];
	for (i = 0; i < ARRAY_SIZE(subs); i++)
		if (!strcmp(opts->argv[0], subs[i].name))
			return &subs[i];
	return &subs[0];
}

const char *tune_nearest(const char *word)
{
	unsigned int d, best = likeness_limit(word);
	const char *found = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(subs); i++) {
		d = likeness(word, subs[i].name);
		if (d < best) {
			best = d;
			found = subs[i].name;
		}
	}
	return found;
}

/* Without a subcommand all words are arguments of show. */
static bool is_named(const struct sub *sub, const struct opts *opts)
{
	return opts->argc && !strcmp(opts->argv[0], sub->name);
}

/* --- what goes together -------------------------------------------------- */

static int misfit(const struct sub *sub, const struct tune_opts *given)
{
	const struct {
		unsigned int option;
		bool given;
		const char *name;
	} options[] = {
		{ O_CONFIRM, given->confirm_s, "--confirm" },
		{ O_DRY_RUN, given->dry_run, "--dry-run" },
		{ O_SAVE, given->save, "--save" },
		{ O_NO_WAIT, given->no_wait, "--no-wait" },
		{ O_FORCE, given->force, "--force" },
		{ O_FILE, given->file, "--file" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (!options[i].given || sub->options & options[i].option)
			continue;
		out_err("tune %s does not take %s; see: tcpulse help tune",
			sub->name, options[i].name);
		return ST_USAGE;
	}
	return ST_OK;
}

static int check_pairs(const struct sub *sub, const struct tune_opts *given)
{
	if (given->confirm_s && given->save) {
		out_err("--confirm and --save exclude each other: what may be put back is not kept for good; once it has proved itself: tcpulse tune confirm --save");
		return ST_USAGE;
	}
	if (given->file && sub->options & O_SAVE && !given->save) {
		out_err("tune %s: --file goes with --save", sub->name);
		return ST_USAGE;
	}
	return ST_OK;
}

static int check_count(const struct sub *sub, const struct opts *opts)
{
	int n = opts->argc - is_named(sub, opts);

	if (n >= sub->min && n <= sub->max)
		return ST_OK;
	if (n > sub->max)
		out_err("tune %s: unexpected argument '%s'; usage: %s",
			sub->name, opts->argv[sub->max + 1], sub->usage);
	else
		out_err("tune %s: something is missing; usage: %s", sub->name,
			sub->usage);
	return ST_USAGE;
}

/* "tcpulse tune somaxconn=4096" */
static int check_show(const struct sub *sub, const struct opts *opts)
{
	int i;

	if (sub->run != tune_show)
		return ST_OK;
	for (i = 0; i < opts->argc; i++) {
		if (!strchr(opts->argv[i], '='))
			continue;
		out_err("tune: '%s' looks like something to set: tcpulse tune set %s",
			opts->argv[i], opts->argv[i]);
		return ST_USAGE;
	}
	return ST_OK;
}

int tune_check(const struct opts *opts)
{
	const struct sub *sub = find_sub(opts);

	return check_show(sub, opts) ?: misfit(sub, &opts->tune) ?:
	       check_pairs(sub, &opts->tune) ?: check_count(sub, opts);
}

/* --- running ------------------------------------------------------------- */

void tune_begin(const struct tune *tune)
{
	out_begin(false);
	run_name(tune->opts, &tune->ns);
}

static void name_command(struct tune *tune)
{
	const char *netns = tune->opts->netns;

	snprintf(tune->command, sizeof(tune->command), "tcpulse %s%s%stune",
		 netns ? "-N " : "", netns ?: "", netns ? " " : "");
}

static int run(const struct sub *sub, struct tune *tune)
{
	int st = run_enter(tune->opts, &tune->ns) ?: conn_open(&tune->conn);

	if (st)
		return st;
	st = conn_get_params(tune->conn, &tune->params) ?: sub->run(tune);
	conn_close(tune->conn);
	return st;
}

int do_tune(const struct opts *opts)
{
	const struct sub *sub = find_sub(opts);
	struct tune *tune = calloc(1, sizeof(*tune));
	struct opts mine = *opts;
	int st;

	if (!tune)
		abort();
	mine.argc -= is_named(sub, opts);
	mine.argv += is_named(sub, opts);
	tune->opts = &mine;
	name_command(tune);
	st = run(sub, tune);
	free(tune);
	return st;
}
