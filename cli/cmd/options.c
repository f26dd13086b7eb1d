// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of options to getopt's table and back, how values are set, and the
 * options that all commands share.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/foreign.h"
#include "base/out.h"
#include "base/parse.h"
#include "cmd/cmd.h"
#include "cmd/options.h"
#include "host/netns.h"

#define INTERVAL_MIN_MS		100

/* as many as opts->given has bits */
#define ROWS_MAX		64

/* what getopt calls the first row, above all letters */
#define FIRST_ROW		256

/* --- values -------------------------------------------------------------- */

void option_name(const struct option_row *row, char *text)
{
	if (row->letter)
		snprintf(text, OPTION_TEXT, "-%c", row->letter);
	else
		snprintf(text, OPTION_TEXT, "--%s", row->name);
}

int option_bad(const struct option_row *row, const char *value,
	       const char *want)
{
	char name[OPTION_TEXT];

	option_name(row, name);
	out_err("%s: '%s' is not %s", name, inside(value), want);
	return ST_USAGE;
}

static void *member(const struct option_row *row, struct opts *opts)
{
	return (char *)opts + row->member;
}

int option_flag(const struct option_row *row, struct opts *opts,
		const char *value)
{
	(void)value;
	*(bool *)member(row, opts) = true;
	return ST_OK;
}

int option_string(const struct option_row *row, struct opts *opts,
		  const char *value)
{
	*(const char **)member(row, opts) = value;
	return ST_OK;
}

int option_word(const struct option_row *row, struct opts *opts,
		const char *value)
{
	int number = word_number(row->values, value);
	char want[128];

	if (number >= 0) {
		*(unsigned int *)member(row, opts) = number;
		return ST_OK;
	}
	snprintf(want, sizeof(want), "one of: %s", row->values);
	return option_bad(row, value, want);
}

static int set_color(const struct option_row *row, struct opts *opts,
		     const char *value)
{
	return option_word(row, opts, value ?: "always");
}

static int set_family(const struct option_row *row, struct opts *opts,
		      const char *value)
{
	int family = row->letter == '4' ? AF_INET : AF_INET6;

	(void)value;
	if (opts->family != AF_UNSPEC && opts->family != family) {
		out_err("-4 and -6 exclude each other; without them both are shown");
		return ST_USAGE;
	}
	opts->family = family;
	return ST_OK;
}

static int set_no_header(const struct option_row *row, struct opts *opts,
			 const char *value)
{
	(void)row;
	(void)value;
	opts->header = false;
	return ST_OK;
}

static int set_interval(const struct option_row *row, struct opts *opts,
			const char *value)
{
	if (parse_duration(value, INTERVAL_MIN_MS, DAY_MS, &opts->interval_ms))
		return ST_OK;
	return option_bad(row, value,
			  "an interval from 0.1 s to one day, as in 1, 0.5, 200ms or 2s");
}

static int set_count(const struct option_row *row, struct opts *opts,
		     const char *value)
{
	if (parse_count(value, COUNT_MAX, &opts->count))
		return ST_OK;
	return option_bad(row, value, "a whole number from 1 to 1000000000");
}

const struct option_row common_options[] = {
	{ "ipv4", '4', .set = set_family, .help = "only IPv4" },
	{ "ipv6", '6', .set = set_family, .help = "only IPv6" },
	{ "json", 'j', OPTION_FLAG(json),
	  .help = "JSON; one object a reading\n"
		  "(KEY_bytes: of KEY, what is no UTF-8, in hex)" },
	{ "numeric", 'n', OPTION_FLAG(numeric),
	  .help = "no names of services in filters" },
	{ "no-header", 'H', .set = set_no_header, .help = "no headings" },
	{ "netns", 'N', "NS", OPTION_STRING(netns), .offer = netns_offer,
	  .help = "another network namespace: NAME, PID or PATH" },
	{ "all-netns", 'a', OPTION_FLAG(all_netns),
	  .help = "all network namespaces" },
	{ "interval", 'i', "TIME", .set = set_interval,
	  .values = "0.5 1 2 5 10 60",
	  .help = "repeat, with rates: 1, 0.5, 200ms, 2s" },
	{ "count", 'c', "COUNT", .set = set_count, .values = "1 3 10",
	  .help = "end after that many readings" },
	{ "color", 0, "[=WHEN]", .set = set_color,
	  .member = OPTION_MEMBER(enum color, color),
	  .values = "auto always never", .help = "auto, always or never" },
	{ "record", 0, "FILE", OPTION_STRING(record),
	  .help = "keep all that is read in a new file, for --replay" },
	{ "replay", 0, "FILE", OPTION_STRING(replay),
	  .help = "read from such a file, and nothing else" },
	{ "mask", OPTION_FLAG(mask),
	  .help = "--record: other addresses and names in their place" },
	{ "version", 'V', OPTION_FLAG(version),
	  .help = "print the version of this program" },
	{ "help", 'h', OPTION_FLAG(help), .help = "print this" },
	{ }
};

/* --- rows by number: the common ones, then those of each command ---------- */

static size_t count_rows(const struct option_row *rows)
{
	size_t n = 0;

	while (rows && rows[n].name)
		n++;
	return n;
}

/* @owner: the command whose row it is, NULL of a common one. */
static const struct option_row *row_at(const struct opts *opts, size_t i,
				       const struct cmd **owner)
{
	const struct option_row *rows = common_options;
	const struct cmd * const *cmd = opts->commands;
	size_t n;

	*owner = NULL;
	while (i >= (n = count_rows(rows))) {
		if (!*cmd)
			return NULL;
		i -= n;
		*owner = *cmd++;
		rows = (*owner)->options;
	}
	return &rows[i];
}

static const struct option_row *row_of_letter(const struct opts *opts,
					      int letter, size_t *i)
{
	const struct option_row *row;
	const struct cmd *owner;

	for (*i = 0; (row = row_at(opts, *i, &owner)); ++*i)
		if (row->letter == letter)
			return row;
	return NULL;
}

/* The row of what getopt returns, and its number. */
static const struct option_row *row_of(const struct opts *opts, int opt,
				       size_t *i)
{
	const struct cmd *owner;

	if (opt < FIRST_ROW)
		return row_of_letter(opts, opt, i);
	*i = opt - FIRST_ROW;
	return row_at(opts, *i, &owner);
}

static const struct option_row *find_row(const struct option_row *rows,
					 const char *name)
{
	for (; rows && rows->name; rows++)
		if (!strcmp(rows->name, name))
			return rows;
	return NULL;
}

/* --- getopt -------------------------------------------------------------- */

/**
 * struct table - the rows as getopt wants them
 * @rows: the long names
 * @letters: the short ones, behind ':'
 */
struct table {
	struct option rows[ROWS_MAX + 1];
	char letters[2 * ROWS_MAX + 2];
};

static int has_arg(const struct option_row *row)
{
	if (!row->arg)
		return no_argument;
	return *row->arg == '[' ? optional_argument : required_argument;
}

static void make_table(const struct opts *opts, struct table *table)
{
	const struct option_row *row;
	const struct cmd *owner;
	char *letter = table->letters;
	size_t i;

	*letter++ = ':';
	for (i = 0; i < ROWS_MAX && (row = row_at(opts, i, &owner)); i++) {
		table->rows[i] = (struct option){ row->name, has_arg(row), NULL,
						  FIRST_ROW + i };
		if (row->letter)
			*letter++ = row->letter;
		if (row->letter && row->arg)
			*letter++ = ':';
	}
}

static int bad_option(int opt, char **argv)
{
	const char *word = argv[optind - 1];

	if (opt == ':')
		out_err("option %s needs a value; see: tcpulse help",
			quoted_text(word));
	else if (!optopt)
		out_err("unknown option '%s'; see: tcpulse help",
			inside(word));
	else if (optopt >= FIRST_ROW || !strncmp(word, "--", 2))
		out_err("option '%s' takes no value", inside(word));
	else
		out_err("unknown option '-%s'; see: tcpulse help",
			inside((char[]){ optopt, '\0' }));
	return ST_USAGE;
}

int options_parse(int argc, char **argv, struct opts *opts)
{
	const struct option_row *row;
	struct table table = { };
	size_t i;
	int opt;

	make_table(opts, &table);
	opterr = 0;
	while ((opt = getopt_long(argc, argv, table.letters, table.rows,
				  NULL)) != -1) {
		if (opt == '?' || opt == ':')
			return bad_option(opt, argv);
		row = row_of(opts, opt, &i);
		opts->given |= 1ULL << i;
		if (row->set(row, opts, optarg))
			return ST_USAGE;
	}
	opts->argc = argc - optind;
	opts->argv = argv + optind;
	return ST_OK;
}

const struct option_row *options_unfinished(int argc, char **argv,
					    struct opts *opts)
{
	struct table table = { };
	size_t i;
	int opt;

	make_table(opts, &table);
	opterr = 0;
	optind = 0;
	do
		opt = getopt_long(argc, argv, table.letters, table.rows, NULL);
	while (opt != -1 && opt != ':');
	opts->argc = argc - optind;
	opts->argv = argv + optind;
	return opt == ':' ? row_of(opts, optopt, &i) : NULL;
}

/* --- what goes with what ------------------------------------------------- */

bool options_common(const struct cmd *cmd, const struct option_row *row)
{
	return !cmd || !word_among(cmd->without, row->name);
}

const struct option_row *options_find(const struct opts *opts,
				      const char *name)
{
	const struct option_row *row;
	const struct cmd *owner;
	size_t i;

	for (i = 0; (row = row_at(opts, i, &owner)); i++)
		if (!strcmp(row->name, name))
			return row;
	return NULL;
}

bool options_given(const struct opts *opts, const char *name)
{
	const struct option_row *row;
	const struct cmd *owner;
	size_t i;

	for (i = 0; (row = row_at(opts, i, &owner)); i++)
		if (opts->given >> i & 1 && !strcmp(row->name, name))
			return true;
	return false;
}

int options_exclude(bool both, const char *why)
{
	if (both)
		out_err("%s", why);
	return both ? ST_USAGE : ST_OK;
}

/* Options that only other commands have. */
static int check_owners(const struct cmd *cmd, const struct opts *opts)
{
	const struct option_row *row;
	const struct cmd *owner;
	char name[OPTION_TEXT];
	size_t i;

	for (i = 0; (row = row_at(opts, i, &owner)); i++) {
		if (!(opts->given >> i & 1) || !owner ||
		    find_row(cmd->options, row->name))
			continue;
		option_name(row, name);
		out_err("%s goes with: tcpulse %s", name, owner->name);
		return ST_USAGE;
	}
	return ST_OK;
}

static int check_nothing(const struct cmd *cmd, const struct opts *opts)
{
	if (!opts->argc)
		return ST_OK;
	out_err("%s: unexpected argument '%s'; see: tcpulse help %s",
		cmd->name, inside(opts->argv[0]), cmd->name);
	return ST_USAGE;
}

int options_check(const struct cmd *cmd, struct opts *opts)
{
	return check_owners(cmd, opts) ?:
	       options_exclude(opts->netns && opts->all_netns,
			       "-N and -a exclude each other") ?:
	       (cmd->check ? cmd->check(opts) : check_nothing(cmd, opts));
}
