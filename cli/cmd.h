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

/**
 * struct opts - the command line, parsed and checked
 * @family: AF_INET, AF_INET6, or AF_UNSPEC for both
 * @json: JSON instead of text
 * @header: print header lines and column headings
 * @dot: transitions: a Graphviz digraph instead of a table
 * @all_netns: visit every network namespace
 * @netns: visit this one (NAME, PID or PATH); NULL: stay
 * @interval_ms: 0, or repeat that often
 * @count: 0, or end after that many readings
 * @timeout_ms: audit: how long to go on when populations differ
 * @argc: arguments after the command
 * @argv: those arguments
 */
struct opts {
	int family;
	bool json, header, dot, all_netns;
	const char *netns;
	unsigned int interval_ms, count, timeout_ms;
	int argc;
	char **argv;
};

/* which options only some commands take */
enum {
	TAKES_DOT	= 1,
	TAKES_TIMEOUT	= 2,
	TAKES_STATES	= 4,	/* state words as arguments */
	TAKES_COMMAND	= 8,	/* the name of a command as argument */
};

struct cmd {
	const char *name;
	int (*run)(const struct opts *opts);
	const char *args;
	const char *help;
	unsigned int takes;
};

int do_audit(const struct opts *opts);
int do_help(const struct opts *opts);
int do_info(const struct opts *opts);
int do_screen(const struct opts *opts);
int do_states(const struct opts *opts);
int do_transitions(const struct opts *opts);

#endif
