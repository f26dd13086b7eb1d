// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse: the table of commands, and help made from that table.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd.h"
#include "compiler.h"
#include "filter.h"
#include "options.h"
#include "out.h"
#include "parse.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

#define TIMEOUT_DEFAULT_MS	10000
#define DEFAULT_INTERVAL_MS	1000
#define TOP_DEFAULT		20

static const char states_help[] =
	"STATE is a state as ss(8) writes it, in any spelling (time-wait,\n"
	"TIME_WAIT), or a group: all connected synchronized bucket big.\n";

static const char listeners_help[] =
	"  -p, --processes     which processes hold them, from /proc\n"
	"  -g, --group         one row a SO_REUSEPORT group\n"
	"  -w, --wide          more columns\n"
	"  -s, --sort KEY      local accept syn overflow drop limit peak fullness\n"
	"      --overflowing   only those that ever dropped something or are full\n"
	"\nFILTER is in the grammar of ss(8): sport = :80 or ( src 10/8 and\n"
	"not sport ge 1024 ).\n";

static const char timewait_help[] =
	"  --by port|peer|prefix[/LEN]  who is in TIME-WAIT\n"
	"  --headroom      local ports used and left, by source and destination\n"
	"  --halfclosed    CLOSE-WAIT and FIN-WAIT-2: oldest first, and whose\n"
	"  --top COUNT     so many rows (20); 0: all\n"
	"\nThese walk the sockets: that costs with their number, as ss(8) does.\n"
	"FILTER, for them only, is in the grammar of ss(8): dport = :443 and\n"
	"not ( dst 10/8 or src 127.0.0.1 ).\n";

static const char tune_help[] =
	"  [show] [NAME...]          values, and those at load; what they mean\n"
	"  set NAME=VALUE...         all of them at once, or none\n"
	"  listener [ADDRESS]:PORT backlog=N  queue limit of a running listener\n"
	"  confirm, revert, pending  of a change made with --confirm\n"
	"  log                       who changed what; the last 256 changes\n"
	"  save [NAME...]            into a file of sysctl.d(5)\n"
	"  load FILE                 set what such a file says; -: standard input\n\n"
	"  --confirm TIME  set, listener, load: put back by itself after TIME (60,\n"
	"                  5min, 2h) unless confirmed; on a terminal it waits there\n"
	"  --no-wait       return at once, also on a terminal\n"
	"  --dry-run       do everything but the change\n"
	"  --save          set, confirm: save as well\n"
	"  --file PATH     save: there, not in /etc/sysctl.d/60-tcpulse.conf\n"
	"  --force         set, load: also values that make no sense\n"
	"\nNAME is that of the sysctl, with or without net.ipv4 or net.core. VALUE\n"
	"is its number; 4k, 1M; 90s, 5min, 2h; 500ms; ports are LOW-HIGH.\n";

static const struct cmd cmds[] = {
	{ "states", do_states, "[STATE...]",
	  "how many connections are in each state", states_help,
	  TAKES_STATES },
	{ "transitions", do_transitions, "[--dot] [STATE...]",
	  "how often each transition was taken; --dot: for Graphviz",
	  states_help, TAKES_STATES | TAKES_DOT },
	{ "listeners", do_listeners, "[OPTION...] [FILTER]",
	  "SYN queue, accept queue and refusals of each listener",
	  listeners_help, TAKES_LISTENERS | TAKES_FILTER },
	{ "timewait", do_timewait, "[OPTION...] [FILTER]",
	  "TIME-WAIT buckets and why they end; who is in them, ports left",
	  timewait_help, TAKES_WALK | TAKES_FILTER },
	{ "segments", do_segments, "[on|off]",
	  "SYN, FIN and RST in and out, handshakes and their time",
	  "on, off: begin or end counting; needs CAP_NET_ADMIN.\n",
	  TAKES_SWITCH },
	{ "tune", do_tune, "[SUBCOMMAND...]",
	  "show and set TCP's parameters; put back unless confirmed",
	  tune_help, TAKES_TUNE },
	{ "audit", do_audit, "[--timeout SECONDS]",
	  "compare with the kernel's own tables and counters",
	  "SECONDS: how long to go on while numbers differ (10).\n",
	  TAKES_TIMEOUT },
	{ "info", do_info, "", "what counts, since when, and what was lost",
	  NULL, 0 },
	{ "help", do_help, "[COMMAND]", "this text", NULL, TAKES_COMMAND },
};

/* bare tcpulse */
static const struct cmd screen = {
	"", do_screen, "", "one screen: what is there, and what is wrong",
	NULL, 0
};

/* --- help ---------------------------------------------------------------- */

static void print_help(void)
{
	size_t i;

	printf("Usage: tcpulse [OPTION]... [COMMAND]\n\n"
	       "Exact counts of TCP connection states. Without a command:\n"
	       "%s.\n\nCommands:\n", screen.help);
	for (i = 0; i < ARRAY_SIZE(cmds); i++)
		printf("  %-12s%-21s%s\n", cmds[i].name, cmds[i].args,
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
	if (cmd->more)
		printf("\n%s", cmd->more);
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

static int run(const struct cmd *cmd, struct opts *opts, struct line *line)
{
	int st = options_check(cmd, opts, line);

	if (!st && opts->count && !opts->interval_ms)
		opts->interval_ms = DEFAULT_INTERVAL_MS;
	out_init(opts->json, opts->interval_ms, opts->header, line->color);
	st = st ?: cmd->run(opts);
	filter_free(opts->filter);
	return st;
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
		.prefix = { 24, 64 },
		.top = TOP_DEFAULT,
	};
	struct line line = { .color = COLOR_AUTO };

	fill_descriptors();
	return options_parse(argc, argv, &opts, &line) ?: start(&opts, &line);
}
