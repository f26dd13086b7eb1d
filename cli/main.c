// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse: global options, the table of commands, help made from that table.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd.h"
#include "compiler.h"
#include "out.h"
#include "parse.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

#define INTERVAL_MIN_MS		100
#define DAY_MS			(24 * 3600 * 1000)
#define TIMEOUT_DEFAULT_MS	10000
#define DEFAULT_INTERVAL_MS	1000
#define COUNT_MAX		1000000000

static const struct cmd cmds[] = {
	{ "states", do_states, "[STATE...]",
	  "how many connections are in each state", TAKES_STATES },
	{ "transitions", do_transitions, "[--dot] [STATE...]",
	  "how often each transition was taken; --dot: for Graphviz",
	  TAKES_STATES | TAKES_DOT },
	{ "audit", do_audit, "[--timeout SECONDS]",
	  "compare with the kernel's own tables and counters", TAKES_TIMEOUT },
	{ "info", do_info, "", "what counts, since when, and what was lost", 0 },
	{ "help", do_help, "[COMMAND]", "this text", TAKES_COMMAND },
};

/* bare tcpulse */
static const struct cmd screen = {
	"", do_screen, "", "one screen: what is there, and what is wrong", 0
};

static const char options_help[] =
	"  -4, -6              only IPv4, only IPv6\n"
	"  -j, --json          JSON; one object a reading\n"
	"  -H, --no-header     no headings\n"
	"  -N, --netns NS      another network namespace: NAME, PID or PATH\n"
	"  -a, --all-netns     all network namespaces\n"
	"  -i, --interval TIME repeat, with rates: 1, 0.5, 200ms, 2s\n"
	"  -c, --count COUNT   end after that many readings\n"
	"      --color[=WHEN]  auto, always or never\n"
	"  -V, --version       print the version of this program\n"
	"  -h, --help          print this\n";

enum {
	OPT_COLOR = 256,
	OPT_DOT,
	OPT_TIMEOUT,
};

static const char short_options[] = ":46jHN:ai:c:Vh";

static const struct option long_options[] = {
	{ "ipv4", no_argument, NULL, '4' },
	{ "ipv6", no_argument, NULL, '6' },
	{ "json", no_argument, NULL, 'j' },
	{ "no-header", no_argument, NULL, 'H' },
	{ "netns", required_argument, NULL, 'N' },
	{ "all-netns", no_argument, NULL, 'a' },
	{ "interval", required_argument, NULL, 'i' },
	{ "count", required_argument, NULL, 'c' },
	{ "color", optional_argument, NULL, OPT_COLOR },
	{ "dot", no_argument, NULL, OPT_DOT },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

/**
 * struct line - what the options say that commands need not know
 * @color: when to colour
 * @help: -h was given
 * @version: -V was given
 * @timeout: --timeout was given
 */
struct line {
	enum color color;
	bool help, version, timeout;
};

/* --- help ---------------------------------------------------------------- */

static void print_help(void)
{
	size_t i;

	printf("Usage: tcpulse [OPTION]... [COMMAND]\n\n"
	       "Exact counts of TCP connection states. Without a command:\n"
	       "%s.\n\nCommands:\n", screen.help);
	for (i = 0; i < ARRAY_SIZE(cmds); i++)
		printf("  %-12s%-20s %s\n", cmds[i].name, cmds[i].args,
		       cmds[i].help);
	printf("\nOptions, before or after the command:\n%s\n"
	       "Exit status: 0 fine, 1 usage, 2 the kernel refused, 3 module not loaded,\n"
	       "4 not permitted, 5 audit found a difference. See tcpulse(8).\n",
	       options_help);
}

static void print_cmd_help(const struct cmd *cmd)
{
	printf("Usage: tcpulse [OPTION]... %s%s%s\n\n%s.\n", cmd->name,
	       *cmd->args ? " " : "", cmd->args, cmd->help);
	if (cmd->takes & TAKES_STATES)
		printf("\nSTATE is a state as ss(8) writes it, in any spelling (time-wait,\n"
		       "TIME_WAIT), or a group: all connected synchronized bucket big.\n");
	if (cmd->takes & TAKES_TIMEOUT)
		printf("\nSECONDS: how long to go on while numbers differ (10).\n");
	printf("\nOptions:\n%s", options_help);
}

static const struct cmd *find_cmd(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cmds); i++)
		if (!strcmp(cmds[i].name, name))
			return &cmds[i];
	return NULL;
}

static int unknown_cmd(const char *name)
{
	unsigned int d, best = likeness_limit(name);
	const char *near = NULL;
	size_t i, len = strlen(name);

	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		d = likeness(name, cmds[i].name);
		if (len && !strncmp(name, cmds[i].name, len))
			d = 0;
		if (d < best) {
			best = d;
			near = cmds[i].name;
		}
	}
	if (near)
		out_err("unknown command '%s'; did you mean '%s'? See: tcpulse help",
			name, near);
	else
		out_err("unknown command '%s'; see: tcpulse help", name);
	return ST_USAGE;
}

int do_help(const struct opts *opts)
{
	const struct cmd *cmd;

	if (!opts->argc) {
		print_help();
		return out_end();
	}
	cmd = find_cmd(opts->argv[0]);
	if (!cmd)
		return unknown_cmd(opts->argv[0]);
	print_cmd_help(cmd);
	return out_end();
}

/* --- options ------------------------------------------------------------- */

static int bad_option(int opt, char **argv)
{
	const char *word = argv[optind - 1];

	if (opt == ':')
		out_err("option %s needs a value; see: tcpulse help", word);
	else if (!optopt)
		out_err("unknown option '%s'; see: tcpulse help", word);
	else if (optopt > 255 || !strncmp(word, "--", 2))
		out_err("option '%s' takes no value", word);
	else
		out_err("unknown option '-%c'; see: tcpulse help", optopt);
	return ST_USAGE;
}

static int bad_value(const char *option, const char *value, const char *want)
{
	out_err("%s: '%s' is not %s", option, value, want);
	return ST_USAGE;
}

static int set_family(struct opts *opts, int family)
{
	if (opts->family != AF_UNSPEC && opts->family != family) {
		out_err("-4 and -6 exclude each other; without them both are shown");
		return ST_USAGE;
	}
	opts->family = family;
	return ST_OK;
}

static int set_color(struct line *line, const char *when)
{
	if (!when || !strcmp(when, "always"))
		line->color = COLOR_ALWAYS;
	else if (!strcmp(when, "auto"))
		line->color = COLOR_AUTO;
	else if (!strcmp(when, "never"))
		line->color = COLOR_NEVER;
	else
		return bad_value("--color", when, "auto, always or never");
	return ST_OK;
}

static int set_number(int opt, struct opts *opts, struct line *line)
{
	switch (opt) {
	case 'i':
		if (parse_duration(optarg, INTERVAL_MIN_MS, DAY_MS,
				   &opts->interval_ms))
			return ST_OK;
		return bad_value("-i", optarg,
				 "an interval from 0.1 s to one day, as in 1, 0.5, 200ms or 2s");
	case 'c':
		if (parse_count(optarg, COUNT_MAX, &opts->count))
			return ST_OK;
		return bad_value("-c", optarg,
				 "a whole number from 1 to 1000000000");
	default:
		line->timeout = true;
		if (parse_duration(optarg, 0, DAY_MS, &opts->timeout_ms))
			return ST_OK;
		return bad_value("--timeout", optarg,
				 "a time up to one day, as in 1, 0.5, 200ms or 2s");
	}
}

static int set_option(int opt, struct opts *opts, struct line *line)
{
	switch (opt) {
	case '4':
		return set_family(opts, AF_INET);
	case '6':
		return set_family(opts, AF_INET6);
	case 'j':
		opts->json = true;
		return ST_OK;
	case 'H':
		opts->header = false;
		return ST_OK;
	case 'N':
		opts->netns = optarg;
		return ST_OK;
	case 'a':
		opts->all_netns = true;
		return ST_OK;
	case 'V':
		line->version = true;
		return ST_OK;
	case 'h':
		line->help = true;
		return ST_OK;
	case OPT_COLOR:
		return set_color(line, optarg);
	case OPT_DOT:
		opts->dot = true;
		return ST_OK;
	default:
		return set_number(opt, opts, line);
	}
}

static int parse_options(int argc, char **argv, struct opts *opts,
			 struct line *line)
{
	int opt, st;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, short_options, long_options,
				  NULL)) != -1) {
		if (opt == '?' || opt == ':')
			return bad_option(opt, argv);
		st = set_option(opt, opts, line);
		if (st)
			return st;
	}
	opts->argc = argc - optind;
	opts->argv = argv + optind;
	return ST_OK;
}

/* --- what goes with what ------------------------------------------------- */

static int check_states(const struct cmd *cmd, const struct opts *opts)
{
	unsigned int mask;
	const char *bad = parse_states(opts->argc, opts->argv, &mask), *near;

	if (bad) {
		near = nearest_state(bad);
		out_err("unknown state '%s'%s%s%s (states are those of ss(8): established, syn-sent, ..., time-wait)",
			bad, near ? "; did you mean '" : "", near ? near : "",
			near ? "'?" : "");
		return ST_USAGE;
	}
	if (cmd->run == do_states && !(mask & STATES_ALL)) {
		out_err("closed is not a population: it is where connections come from and go; see: tcpulse transitions closed");
		return ST_USAGE;
	}
	return ST_OK;
}

static int check_arguments(const struct cmd *cmd, const struct opts *opts)
{
	int max = cmd->takes & TAKES_COMMAND ? 1 : 0;

	if (cmd->takes & TAKES_STATES)
		return check_states(cmd, opts);
	if (opts->argc <= max)
		return ST_OK;
	out_err("%s: unexpected argument '%s'; see: tcpulse help %s",
		cmd->name, opts->argv[max], cmd->name);
	return ST_USAGE;
}

static int exclude(bool both, const char *why)
{
	if (both)
		out_err("%s", why);
	return both ? ST_USAGE : ST_OK;
}

static int check_options(const struct cmd *cmd, const struct opts *opts,
			 const struct line *line)
{
	return exclude(opts->dot && !(cmd->takes & TAKES_DOT),
		       "--dot goes with: tcpulse transitions") ?:
	       exclude(line->timeout && !(cmd->takes & TAKES_TIMEOUT),
		       "--timeout goes with: tcpulse audit") ?:
	       exclude(opts->netns && opts->all_netns,
		       "-N and -a exclude each other") ?:
	       exclude(opts->dot && opts->json,
		       "--dot and -j exclude each other") ?:
	       exclude(opts->dot && (opts->interval_ms || opts->count),
		       "--dot draws one reading; it does not go with -i or -c");
}

static int run(const struct cmd *cmd, struct opts *opts, struct line *line)
{
	int st = check_options(cmd, opts, line) ?: check_arguments(cmd, opts);

	if (st)
		return st;
	if (opts->count && !opts->interval_ms)
		opts->interval_ms = DEFAULT_INTERVAL_MS;
	out_init(opts->json, opts->interval_ms, opts->header, line->color);
	return cmd->run(opts);
}

/* A closed descriptor would be given to the next socket, which would then be
 * sent our output. Reading from nothing, writing to it fails as it should.
 */
static void fill_descriptors(void)
{
	int fd;

	for (fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			if (open("/dev/null", O_RDONLY) != fd)
				_exit(ST_REFUSED);
}

static int start(struct opts *opts, struct line *line)
{
	const struct cmd *cmd = &screen;

	if (line->version) {
		printf("tcpulse %s\n", VERSION);
		return out_end();
	}
	if (opts->argc) {
		cmd = find_cmd(opts->argv[0]);
		if (!cmd)
			return unknown_cmd(opts->argv[0]);
		opts->argc--;
		opts->argv++;
	}
	if (!line->help)
		return run(cmd, opts, line);
	if (cmd == &screen)
		print_help();
	else
		print_cmd_help(cmd);
	return out_end();
}

int main(int argc, char **argv)
{
	struct opts opts = {
		.family = AF_UNSPEC,
		.header = true,
		.timeout_ms = TIMEOUT_DEFAULT_MS,
	};
	struct line line = { .color = COLOR_AUTO };

	fill_descriptors();
	return parse_options(argc, argv, &opts, &line) ?: start(&opts, &line);
}
