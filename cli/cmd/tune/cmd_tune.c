// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse tune: which subcommand, whether its options and arguments go together,
 * and the way into the namespace.
 */
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/foreign.h"
#include "base/offer.h"
#include "base/out.h"
#include "base/parse.h"
#include "base/shell.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/options.h"
#include "cmd/run.h"
#include "cmd/tune/subs.h"
#include "cmd/tune/tune.h"
#include "cmd/tune/tune_offer.h"
#include "module/nl.h"
#include "module/nl_tune.h"
#include "reading/param_value.h"

#define CONFIRM_MAX_S	86400

static void offer_backlog(void)
{
	offer("backlog=", NULL);
}

/**
 * struct sub - a subcommand
 * @name: of it
 * @run: does it
 * @min: so many arguments at least
 * @max: and at most
 * @usage: what it takes, for people
 * @offer: offers arguments, for completion; or NULL
 */
static const struct sub {
	const char *name;
	int (*run)(struct tune *tune);
	int min, max;
	const char *usage;
	void (*offer)(void);
} subs[] = {
	{ "show", tune_show, 0, PARAMS_MAX, "tcpulse tune show [NAME...]",
	  tune_offer_names },
	{ "set", tune_set, 1, PARAMS_MAX, "tcpulse tune set NAME=VALUE...",
	  tune_offer_settings },
	{ "listener", tune_listener, 2, 2,
	  "tcpulse tune listener [ADDRESS]:PORT backlog=N", offer_backlog },
	{ "confirm", tune_confirm, 0, 0, "tcpulse tune confirm [--save]", NULL },
	{ "revert", tune_revert, 0, 0, "tcpulse tune revert", NULL },
	{ "pending", tune_pending, 0, 0, "tcpulse tune pending", NULL },
	{ "log", tune_log, 0, 0, "tcpulse tune log", NULL },
	{ "save", tune_save, 0, PARAMS_MAX,
	  "tcpulse tune save [NAME...] [--file PATH]", tune_offer_names },
	{ "load", tune_load, 1, 1, "tcpulse tune load FILE", offer_file },
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

static const char *nearest_sub(const char *word)
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

/* --- options ------------------------------------------------------------- */

static int set_confirm(const struct option_row *row, struct opts *opts,
		       const char *value)
{
	struct range seconds;

	if (value_parse(TCPULSE_UNIT_SECONDS, value, false, &seconds) &&
	    seconds.low >= 1 && seconds.low <= CONFIRM_MAX_S) {
		opts->tune.confirm_s = seconds.low;
		return ST_OK;
	}
	return option_bad(row, value,
			  "a time from 1 s to one day, as in 60, 90s or 5min");
}

static const struct option_row options[] = {
	{ "confirm", 0, "TIME", .set = set_confirm, .values = "30 60 5min 1h",
	  .with = "set listener load",
	  .help = "set, listener, load: put back by itself after TIME\n"
		  "(60, 5min, 2h) unless confirmed; on a terminal it\n"
		  "waits there" },
	{ "no-wait", OPTION_FLAG(tune.no_wait), .with = "set listener load",
	  .help = "return at once, also on a terminal" },
	{ "dry-run", OPTION_FLAG(tune.dry_run), .with = "set listener save load",
	  .help = "do everything but the change" },
	{ "save", OPTION_FLAG(tune.save), .with = "set confirm",
	  .help = "set, confirm: save as well" },
	{ "file", 0, "PATH", OPTION_STRING(tune.file), .offer = offer_file,
	  .with = "set confirm save",
	  .help = "save: there, not in /etc/sysctl.d/60-tcpulse.conf;\n"
		  "of tune save, - is standard output" },
	{ "force", OPTION_FLAG(tune.force), .with = "set load",
	  .help = "set, load: also values that make no sense" },
	{ }
};

/* --- what goes together -------------------------------------------------- */

static int misfit(const struct sub *sub, const struct opts *opts)
{
	const struct option_row *row;

	for (row = options; row->name; row++) {
		if (word_among(row->with, sub->name) ||
		    !options_given(opts, row->name))
			continue;
		out_err("tune %s does not take --%s; see: tcpulse help tune",
			sub->name, row->name);
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
	if (given->file && !given->save && sub->run != tune_save) {
		out_err("tune %s: --file goes with --save", sub->name);
		return ST_USAGE;
	}
	if (given->file && !strcmp(given->file, "-") && given->save) {
		out_err("tune %s: standard output says what was changed; for what would be in a file: tcpulse tune save --file -",
			sub->name);
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
			sub->name, inside(opts->argv[sub->max + 1]), sub->usage);
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
			inside(opts->argv[i]), shell_word(opts->argv[i]));
		return ST_USAGE;
	}
	return ST_OK;
}

static int check_once(const struct opts *opts)
{
	if (!opts->interval_ms && !opts->count && !opts->all_netns)
		return ST_OK;
	out_err("tune looks at one network namespace, once; it does not go with -a, -i or -c");
	return ST_USAGE;
}

static int check(struct opts *opts)
{
	const struct sub *sub = find_sub(opts);

	return check_once(opts) ?: check_show(sub, opts) ?:
	       misfit(sub, opts) ?: check_pairs(sub, &opts->tune) ?:
	       check_count(sub, opts);
}

static bool changes(const struct opts *opts)
{
	const struct sub *sub = find_sub(opts);

	return sub->run != tune_show && sub->run != tune_pending &&
	       sub->run != tune_log;
}

static void offer_args(const struct opts *opts)
{
	const struct sub *sub = find_sub(opts);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(subs) && !opts->argc; i++)
		offer(subs[i].name, subs[i].usage);
	if (sub->offer)
		sub->offer();
}

/* --- running ------------------------------------------------------------- */

static void name_command(struct tune *tune)
{
	const char *netns = tune->opts->netns;

	tune->command = xasprintf("tcpulse %s%s%stune", netns ? "-N " : "",
				  netns ? shell_word(netns) : "",
				  netns ? " " : "");
}

/* What is no parameter may have been meant for a subcommand. */
static int check_words(const struct tune *tune)
{
	const struct opts *opts = tune->opts;
	const char *word, *near;
	int i;

	for (i = 0; i < opts->argc; i++)
		if (!param_find(&tune->params, opts->argv[i]))
			break;
	if (i == opts->argc)
		return ST_OK;
	word = opts->argv[i];
	near = nearest_sub(word);
	if (!near || param_nearest(&tune->params, word))
		return tune_unknown(tune, word);
	out_err("'%s' is neither a parameter nor a subcommand; did you mean '%s'? See: tcpulse help tune",
		inside(word), near);
	return ST_USAGE;
}

static int run_sub(const struct sub *sub, struct tune *tune)
{
	int st = run_enter(tune->opts, &tune->ns) ?: conn_open(&tune->conn);

	if (st)
		return st;
	st = conn_get_params(tune->conn, &tune->params);
	if (!st && sub->run == tune_show)
		st = check_words(tune);
	if (!st)
		st = sub->run(tune);
	conn_close(tune->conn);
	return st;
}

static int run(const struct opts *opts)
{
	const struct sub *sub = find_sub(opts);
	struct tune *tune = xcalloc(1, sizeof(*tune));
	struct opts mine = *opts;
	int st;

	mine.argc -= is_named(sub, opts);
	mine.argv += is_named(sub, opts);
	tune->opts = &mine;
	name_command(tune);
	st = run_sub(sub, tune);
	free(tune->command);
	free(tune);
	return st;
}

const struct cmd cmd_tune = {
	.name = "tune",
	.run = run,
	.check = check,
	.changes = changes,
	.offer = offer_args,
	.options = options,
	.without = "all-netns interval count",
	.args = "[SUBCOMMAND...]",
	.help = "show and set TCP's parameters; put back unless confirmed",
	.words =
		"  [show] [NAME...]          values, and those at load; what they mean\n"
		"  set NAME=VALUE...         all of them at once, or none\n"
		"  listener [ADDRESS]:PORT backlog=N  queue limit of a running listener\n"
		"  confirm, revert, pending  of a change made with --confirm\n"
		"  log                       who changed what; the last 256 changes\n"
		"  save [NAME...]            into a file of sysctl.d(5)\n"
		"  load FILE                 set what such a file says; -: standard input\n",
	.more =
		"NAME is that of the sysctl, with or without net.ipv4 or net.core. VALUE\n"
		"is its number; 4k, 1M; 90s, 5min, 2h; 500ms; ports are LOW-HIGH.\n",
};
