// SPDX-License-Identifier: GPL-2.0
/*
 * getopt's table, the values of options, and what goes with what.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cmd.h"
#include "compiler.h"
#include "filter.h"
#include "options.h"
#include "out.h"
#include "param_value.h"
#include "parse.h"

#define INTERVAL_MIN_MS		100
#define DAY_MS			(24 * 3600 * 1000)
#define COUNT_MAX		1000000000
#define CONFIRM_MAX_S		86400

const char options_help[] =
	"  -4, -6              only IPv4, only IPv6\n"
	"  -j, --json          JSON; one object a reading\n"
	"  -n, --numeric       no names of services in filters\n"
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
	OPT_OVERFLOWING,
	OPT_BY,
	OPT_TOP,
	OPT_HEADROOM,
	OPT_HALFCLOSED,
	OPT_CONFIRM,
	OPT_DRY_RUN,
	OPT_SAVE,
	OPT_NO_WAIT,
	OPT_FORCE,
	OPT_FILE,
};

static const char short_options[] = ":46jHN:ai:c:Vhnpgws:";

static const char * const sort_keys[] = {
	[SORT_LOCAL] = "local", [SORT_ACCEPT] = "accept", [SORT_SYN] = "syn",
	[SORT_OVERFLOW] = "overflow", [SORT_DROP] = "drop",
	[SORT_LIMIT] = "limit", [SORT_PEAK] = "peak",
	[SORT_FULLNESS] = "fullness",
};

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
	{ "numeric", no_argument, NULL, 'n' },
	{ "processes", no_argument, NULL, 'p' },
	{ "group", no_argument, NULL, 'g' },
	{ "wide", no_argument, NULL, 'w' },
	{ "sort", required_argument, NULL, 's' },
	{ "overflowing", no_argument, NULL, OPT_OVERFLOWING },
	{ "by", required_argument, NULL, OPT_BY },
	{ "top", required_argument, NULL, OPT_TOP },
	{ "headroom", no_argument, NULL, OPT_HEADROOM },
	{ "halfclosed", no_argument, NULL, OPT_HALFCLOSED },
	{ "confirm", required_argument, NULL, OPT_CONFIRM },
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "save", no_argument, NULL, OPT_SAVE },
	{ "no-wait", no_argument, NULL, OPT_NO_WAIT },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "file", required_argument, NULL, OPT_FILE },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

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

static int set_sort(struct opts *opts, const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sort_keys); i++) {
		if (!strcmp(key, sort_keys[i])) {
			opts->sort = i;
			return ST_OK;
		}
	}
	return bad_value("-s", key,
			 "one of: local accept syn overflow drop limit peak fullness");
}

static int set_walk(struct opts *opts, enum walk_kind walk)
{
	if (opts->walk != WALK_NONE && opts->walk != walk) {
		out_err("--by, --headroom and --halfclosed exclude each other");
		return ST_USAGE;
	}
	opts->walk = walk;
	return ST_OK;
}

static int set_by(struct opts *opts, const char *by)
{
	if (!strcmp(by, "port"))
		return set_walk(opts, WALK_PORT);
	if (!strcmp(by, "peer"))
		return set_walk(opts, WALK_PEER);
	if (!strncmp(by, "prefix", 6) && parse_prefix(by + 6, opts->prefix))
		return set_walk(opts, WALK_PREFIX);
	return bad_value("--by", by,
			 "port, peer or prefix, as in prefix/24, prefix/64, prefix/16,48");
}

static int set_top(struct opts *opts, const char *top)
{
	opts->top = 0;
	if (!strcmp(top, "0") || parse_count(top, COUNT_MAX, &opts->top))
		return ST_OK;
	return bad_value("--top", top,
			 "a whole number from 0 (all) to 1000000000");
}

static int set_interval(struct opts *opts, const char *text)
{
	if (parse_duration(text, INTERVAL_MIN_MS, DAY_MS, &opts->interval_ms))
		return ST_OK;
	return bad_value("-i", text,
			 "an interval from 0.1 s to one day, as in 1, 0.5, 200ms or 2s");
}

static int set_count(struct opts *opts, const char *text)
{
	if (parse_count(text, COUNT_MAX, &opts->count))
		return ST_OK;
	return bad_value("-c", text, "a whole number from 1 to 1000000000");
}

static int set_timeout(struct opts *opts, const char *text)
{
	if (parse_duration(text, 0, DAY_MS, &opts->timeout_ms))
		return ST_OK;
	return bad_value("--timeout", text,
			 "a time up to one day, as in 1, 0.5, 200ms or 2s");
}

static int set_confirm(struct opts *opts, const char *text)
{
	struct range seconds;

	if (value_parse(TCPULSE_UNIT_SECONDS, text, false, &seconds) &&
	    seconds.low >= 1 && seconds.low <= CONFIRM_MAX_S) {
		opts->tune.confirm_s = seconds.low;
		return ST_OK;
	}
	return bad_value("--confirm", text,
			 "a time from 1 s to one day, as in 60, 90s or 5min");
}

static int set_value(int opt, struct opts *opts, struct line *line)
{
	switch (opt) {
	case 'i':
		return set_interval(opts, optarg);
	case 'c':
		return set_count(opts, optarg);
	case 's':
		return set_sort(opts, optarg);
	case OPT_BY:
		return set_by(opts, optarg);
	case OPT_TOP:
		return set_top(opts, optarg);
	case OPT_COLOR:
		return set_color(line, optarg);
	case OPT_CONFIRM:
		return set_confirm(opts, optarg);
	default:
		return set_timeout(opts, optarg);
	}
}

static bool *flag_of(int opt, struct opts *opts, struct line *line)
{
	switch (opt) {
	case 'j':
		return &opts->json;
	case 'n':
		return &opts->numeric;
	case 'p':
		return &opts->processes;
	case 'g':
		return &opts->group;
	case 'w':
		return &opts->wide;
	case 'a':
		return &opts->all_netns;
	case 'V':
		return &line->version;
	case 'h':
		return &line->help;
	case OPT_DOT:
		return &opts->dot;
	case OPT_OVERFLOWING:
		return &opts->overflowing;
	case OPT_DRY_RUN:
		return &opts->tune.dry_run;
	case OPT_SAVE:
		return &opts->tune.save;
	case OPT_NO_WAIT:
		return &opts->tune.no_wait;
	case OPT_FORCE:
		return &opts->tune.force;
	default:
		return NULL;
	}
}

static int set_option(int opt, struct opts *opts, struct line *line)
{
	bool *flag = flag_of(opt, opts, line);

	if (flag)
		*flag = true;
	if (flag)
		return ST_OK;
	switch (opt) {
	case '4':
		return set_family(opts, AF_INET);
	case '6':
		return set_family(opts, AF_INET6);
	case 'H':
		opts->header = false;
		return ST_OK;
	case 'N':
		opts->netns = optarg;
		return ST_OK;
	case OPT_FILE:
		opts->tune.file = optarg;
		return ST_OK;
	case OPT_HEADROOM:
		return set_walk(opts, WALK_HEADROOM);
	case OPT_HALFCLOSED:
		return set_walk(opts, WALK_HALFCLOSED);
	default:
		return set_value(opt, opts, line);
	}
}

/* Of options that only some commands take: which those are. */
static unsigned int takes(int opt)
{
	switch (opt) {
	case OPT_DOT:
		return TAKES_DOT;
	case OPT_TIMEOUT:
		return TAKES_TIMEOUT;
	case 'p':
	case 'g':
	case 'w':
	case 's':
	case OPT_OVERFLOWING:
		return TAKES_LISTENERS;
	case OPT_BY:
	case OPT_TOP:
	case OPT_HEADROOM:
	case OPT_HALFCLOSED:
		return TAKES_WALK;
	case OPT_CONFIRM:
	case OPT_DRY_RUN:
	case OPT_SAVE:
	case OPT_NO_WAIT:
	case OPT_FORCE:
	case OPT_FILE:
		return TAKES_TUNE;
	default:
		return 0;
	}
}

int options_parse(int argc, char **argv, struct opts *opts, struct line *line)
{
	int opt, st;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, short_options, long_options,
				  NULL)) != -1) {
		if (opt == '?' || opt == ':')
			return bad_option(opt, argv);
		line->given |= takes(opt);
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

static int check_switch(const struct opts *opts)
{
	if (!opts->argc)
		return ST_OK;
	if (opts->argc == 1 &&
	    (!strcmp(opts->argv[0], "on") || !strcmp(opts->argv[0], "off")))
		return ST_OK;
	out_err("segments: '%s' is neither on nor off; without either they are shown",
		opts->argv[opts->argc - 1]);
	return ST_USAGE;
}

/* A listener is in one state and has no peer. */
static int check_listener_filter(const struct opts *opts)
{
	unsigned int states = filter_states(opts->filter);
	const char *peer = filter_peer_word(opts->filter);

	if (states && !(states & STATE_BIT(TCPULSE_STATE_LISTEN))) {
		out_err("filter: a listener is in no state but listening; for others see: tcpulse states");
		return ST_USAGE;
	}
	if (peer)
		out_err("filter: '%s' cannot fit: a listener has no peer; its own address and port are src and sport",
			peer);
	return peer ? ST_USAGE : ST_OK;
}

static unsigned int walk_states(enum walk_kind walk)
{
	unsigned int half = STATE_BIT(TCPULSE_STATE_CLOSE_WAIT) |
			    STATE_BIT(TCPULSE_STATE_FIN_WAIT_2);

	switch (walk) {
	case WALK_HEADROOM:
		return STATES_ALL & ~STATE_BIT(TCPULSE_STATE_LISTEN);
	case WALK_HALFCLOSED:
		return half;
	default:
		return STATE_BIT(TCPULSE_STATE_TIME_WAIT) |
		       STATE_BIT(TCPULSE_STATE_FIN_WAIT_2);
	}
}

static int check_walk_filter(const struct opts *opts)
{
	unsigned int states = filter_states(opts->filter);

	if (opts->argc && opts->walk == WALK_NONE) {
		out_err("timewait: a filter goes with --by, --headroom or --halfclosed; the counters are of all sockets");
		return ST_USAGE;
	}
	if (states && !(states & walk_states(opts->walk))) {
		out_err("filter: no socket in these states is looked at%s",
			opts->walk == WALK_HEADROOM ? ": a listener has no peer" :
			opts->walk == WALK_HALFCLOSED ? ", but in: close-wait fin-wait-2" :
			", but in: time-wait fin-wait-2");
		return ST_USAGE;
	}
	return ST_OK;
}

static int check_filter(const struct cmd *cmd, struct opts *opts)
{
	int st = filter_parse(opts->argc, opts->argv, opts->numeric,
			      &opts->filter);

	if (st)
		return st;
	return cmd->takes & TAKES_WALK ? check_walk_filter(opts) :
					 check_listener_filter(opts);
}

static int check_arguments(const struct cmd *cmd, struct opts *opts)
{
	int max = cmd->takes & TAKES_COMMAND ? 1 : 0;

	if (cmd->takes & TAKES_STATES)
		return check_states(cmd, opts);
	if (cmd->takes & TAKES_FILTER)
		return check_filter(cmd, opts);
	if (cmd->takes & TAKES_SWITCH)
		return check_switch(opts);
	if (cmd->takes & TAKES_TUNE)
		return tune_check(opts);
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

static int check_takes(const struct cmd *cmd, const struct line *line)
{
	unsigned int wrong = line->given & ~cmd->takes;

	return exclude(wrong & TAKES_DOT,
		       "--dot goes with: tcpulse transitions") ?:
	       exclude(wrong & TAKES_TIMEOUT,
		       "--timeout goes with: tcpulse audit") ?:
	       exclude(wrong & TAKES_LISTENERS,
		       "-p, -g, -w, -s and --overflowing go with: tcpulse listeners") ?:
	       exclude(wrong & TAKES_WALK,
		       "--by, --top, --headroom and --halfclosed go with: tcpulse timewait") ?:
	       exclude(wrong & TAKES_TUNE,
		       "--confirm, --dry-run, --save, --no-wait, --force and --file go with: tcpulse tune");
}

static int check_pairs(const struct cmd *cmd, const struct opts *opts,
		       const struct line *line)
{
	bool repeats = opts->interval_ms || opts->count;

	return exclude(line->given & TAKES_WALK && opts->walk == WALK_NONE,
		       "--top goes with --by, --headroom or --halfclosed") ?:
	       exclude(opts->netns && opts->all_netns,
		       "-N and -a exclude each other") ?:
	       exclude(opts->dot && opts->json,
		       "--dot and -j exclude each other") ?:
	       exclude(opts->dot && repeats,
		       "--dot draws one reading; it does not go with -i or -c") ?:
	       exclude(cmd->takes & TAKES_SWITCH && opts->argc && repeats,
		       "segments on and off are done once; they do not go with -i or -c") ?:
	       exclude(cmd->takes & TAKES_TUNE && (repeats || opts->all_netns),
		       "tune looks at one network namespace, once; it does not go with -a, -i or -c");
}

int options_check(const struct cmd *cmd, struct opts *opts,
		  const struct line *line)
{
	return check_takes(cmd, line) ?: check_pairs(cmd, opts, line) ?:
	       check_arguments(cmd, opts);
}
