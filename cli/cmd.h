/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What main.c and the subcommands share: the options, the exit statuses and
 * the command table. One cmd_<name>.c implements one do_<name>().
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses, as documented in tcpulse(8). Functions that can fail return
 * one of these and have said why on stderr.
 */
enum status {
	ST_OK		= 0,
	ST_USAGE	= 1,
	ST_REFUSED	= 2,	/* by the kernel, or the output could not be written */
	ST_NOT_LOADED	= 3,
	ST_NOT_PERMITTED = 4,
	ST_DIFFERS	= 5,
};

enum sort_key {
	SORT_LOCAL, SORT_ACCEPT, SORT_SYN, SORT_OVERFLOW, SORT_DROP, SORT_LIMIT,
	SORT_PEAK, SORT_FULLNESS,
};

enum walk_kind {
	WALK_NONE, WALK_PORT, WALK_PEER, WALK_PREFIX, WALK_HEADROOM,
	WALK_HALFCLOSED,
};

struct filter;

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
 * @walk: timewait: what to walk the sockets for
 * @prefix: timewait: length of the prefixes to group by, of IPv4 and IPv6
 * @top: timewait: so many rows, or 0 for all
 * @all_netns: visit every network namespace
 * @netns: visit this one (NAME, PID or PATH); NULL: stay
 * @interval_ms: 0, or repeat that often
 * @count: 0, or end after that many readings
 * @timeout_ms: audit: how long to go on when populations differ
 * @tune: tune: how to change and keep things
 * @filter: which sockets, of commands that take one
 * @argc: arguments after the command
 * @argv: those arguments
 */
struct opts {
	int family;
	bool json, header, numeric, dot;
	bool processes, group, wide, overflowing;
	enum sort_key sort;
	enum walk_kind walk;
	unsigned int prefix[2], top;
	bool all_netns;
	const char *netns;
	unsigned int interval_ms, count, timeout_ms;
	struct tune_opts tune;
	struct filter *filter;
	int argc;
	char **argv;
};

/* what only some commands take: options first, then arguments */
enum {
	TAKES_DOT	= 1 << 0,
	TAKES_TIMEOUT	= 1 << 1,
	TAKES_LISTENERS	= 1 << 2,	/* -p -g -w -s --overflowing */
	TAKES_WALK	= 1 << 3,	/* --by --top --headroom --halfclosed */
	TAKES_STATES	= 1 << 4,	/* state words */
	TAKES_FILTER	= 1 << 5,	/* a filter */
	TAKES_SWITCH	= 1 << 6,	/* on or off */
	TAKES_COMMAND	= 1 << 7,	/* the name of a command */
	TAKES_TUNE	= 1 << 8,	/* options and arguments of tune */
};

/**
 * struct cmd - a command
 * @name: of the command
 * @run: does it
 * @args: what it takes, for people
 * @help: what it answers, in one line
 * @more: what its own help says besides, or NULL
 * @takes: TAKES_*
 */
struct cmd {
	const char *name;
	int (*run)(const struct opts *opts);
	const char *args;
	const char *help, *more;
	unsigned int takes;
};

int do_audit(const struct opts *opts);
int do_help(const struct opts *opts);
int do_info(const struct opts *opts);
int do_listeners(const struct opts *opts);
int do_screen(const struct opts *opts);
int do_segments(const struct opts *opts);
int do_states(const struct opts *opts);
int do_timewait(const struct opts *opts);
int do_transitions(const struct opts *opts);
int do_tune(const struct opts *opts);

/* Do tune's options and arguments go together? ST_OK, or ST_USAGE after saying
 * what is wrong.
 */
int tune_check(const struct opts *opts);

#endif
