/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What main.c and the commands share: the options and what a command is. One
 * cmd_<name>.c is one command.
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/out.h"
#include "base/status.h"

enum sort_key {
	SORT_LOCAL, SORT_ACCEPT, SORT_SYN, SORT_OVERFLOW, SORT_DROP, SORT_LIMIT,
	SORT_PEAK, SORT_FULLNESS,
};

enum walk_kind {
	WALK_NONE, WALK_PORT, WALK_PEER, WALK_PREFIX, WALK_HEADROOM,
	WALK_HALFCLOSED, WALK_CONNECTION,
};

struct cmd;
struct filter;
struct option_row;

/**
 * struct tune_opts - how tune changes and keeps things
 * @confirm_s: put back after so many seconds unless confirmed; 0: for good
 * @dry_run: do everything but the change
 * @save: into a file of sysctl.d(5) as well
 * @no_wait: no countdown on a terminal
 * @force: senseless values too
 * @file: which file; NULL for our own
 */
struct tune_opts {
	unsigned int confirm_s;
	bool dry_run, save, no_wait, force;
	const char *file;
};

/**
 * struct opts - the command line, parsed and checked
 * @family: AF_INET, AF_INET6, or AF_UNSPEC for both
 * @json: JSON instead of text
 * @header: print header lines and column headings
 * @numeric: no names of services
 * @dot: transitions: a Graphviz digraph instead of a table
 * @processes: listeners: the processes that hold them
 * @group: listeners: one row a SO_REUSEPORT group
 * @wide: listeners: more columns
 * @overflowing: listeners: only those that ever dropped something
 * @sort: listeners: order of rows
 * @walk: timewait: what to walk the sockets for; stuck: what to tell apart
 * @prefix: timewait, stuck: length of the prefixes to group by, of IPv4 and IPv6
 * @top: timewait, stuck: so many rows, or 0 for all
 * @silent_ms: stuck: whose peer was silent for so long
 * @all_netns: visit every network namespace
 * @netns: visit this one (NAME, PID or PATH); NULL: stay
 * @interval_ms: 0, or repeat that often
 * @count: 0, or end after that many readings
 * @timeout_ms: audit: how long to go on when populations differ
 * @tune: tune: how to change and keep things
 * @color: when to colour
 * @help: only help is asked for
 * @version: only the version is asked for
 * @record: keep all answers in this file; NULL: do not
 * @replay: take them from this one; NULL: ask the system
 * @mask: record nothing that may be private
 * @commands: all there are, NULL behind the last
 * @given: which options were given, a bit each
 * @filter: which sockets, of commands that take one
 * @argc: arguments after the command
 * @argv: those arguments
 * @words: the whole command line, NULL behind it
 */
struct opts {
	int family;
	bool json, header, numeric, dot;
	bool processes, group, wide, overflowing;
	enum sort_key sort;
	enum walk_kind walk;
	unsigned int prefix[2], top, silent_ms;
	bool all_netns;
	const char *netns;
	unsigned int interval_ms, count, timeout_ms;
	struct tune_opts tune;
	enum color color;
	bool help, version;
	const char *record, *replay;
	bool mask;
	const struct cmd * const *commands;
	unsigned long long given;
	struct filter *filter;
	int argc;
	char **argv, **words;
};

/**
 * struct cmd - a command
 * @name: of the command
 * @run: does it
 * @check: do options and arguments go together? ST_OK, or ST_USAGE after saying
 *         what is wrong; NULL: it takes no arguments
 * @changes: would it change anything, or write a file? NULL: never
 * @offer: offers what the next argument may be, for completion; or NULL
 * @options: those that are its own; or NULL
 * @without: long names of common options that it does not take; or NULL
 * @args: what it takes, for people
 * @help: what it answers, in one line
 * @words: what its own help says before its options, or NULL
 * @more: and behind them
 * @hidden: it is for programs: neither listed nor offered
 */
struct cmd {
	const char *name;
	int (*run)(const struct opts *opts);
	int (*check)(struct opts *opts);
	bool (*changes)(const struct opts *opts);
	void (*offer)(const struct opts *opts);
	const struct option_row *options;
	const char *without;
	const char *args;
	const char *help, *words, *more;
	bool hidden;
};

extern const struct cmd cmd_audit;
extern const struct cmd cmd_complete;
extern const struct cmd cmd_help;
extern const struct cmd cmd_info;
extern const struct cmd cmd_listeners;
extern const struct cmd cmd_screen;
extern const struct cmd cmd_segments;
extern const struct cmd cmd_states;
extern const struct cmd cmd_stuck;
extern const struct cmd cmd_timewait;
extern const struct cmd cmd_transitions;
extern const struct cmd cmd_tune;

/* The command of this name, or NULL. */
const struct cmd *cmd_find(const struct opts *opts, const char *name);

/* Says that there is none, and which may have been meant. Return: ST_USAGE. */
int cmd_unknown(const struct opts *opts, const char *name);

/* Help on a command, or without one on all of them. */
void help_print(const struct opts *opts, const struct cmd *cmd);

#endif
