// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse stuck: connections that do not move, whose they are, and what will end them.
 */
#include "base/filter.h"
#include "base/out.h"
#include "base/parse.h"
#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/options.h"
#include "cmd/run.h"
#include "cmd/stuck/stuck.h"
#include "cmd/timewait/walk.h"

int run_stuck(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct stuck_sample),
		.take = stuck_take,
		.show = stuck_show,
		.drop = stuck_drop,
	};

	return run_view(opts, &view);
}

static int set_silent(const struct option_row *row, struct opts *opts,
		      const char *value)
{
	if (parse_duration(value, 0, DAY_MS, &opts->silent_ms))
		return ST_OK;
	return option_bad(row, value,
			  "a time up to one day, as in 0, 5, 0.5, 200ms or 60s");
}

static const struct option_row options[] = {
	{ "by", 0, WALK_BY_VALUES, .set = walk_set_by,
	  .values = "peer prefix prefix/24 prefix/64 connection",
	  .help = "told apart by peer, or one by one" },
	{ "silent", 0, "TIME", .set = set_silent, .values = "0 1 10 60",
	  .help = "whose peer was silent for so long (1 s; 10 s when\n"
		  "nothing is outstanding)" },
	{ "top", 0, "COUNT", .set = walk_set_top, .values = "0 5 20 100",
	  .help = "so many rows (20); 0: all" },
	{ }
};

static int check(struct opts *opts)
{
	int st = options_exclude(opts->walk == WALK_PORT,
				 "stuck: --by is peer, prefix or connection") ?:
		 filter_parse(opts->argc, opts->argv, opts->numeric, &opts->filter);
	unsigned int states;

	if (st)
		return st;
	states = filter_states(opts->filter);
	return options_exclude(states && !(states & STUCK_STATES),
			       "filter: no socket in these states is looked at: nothing is to come of time-wait, nor of a listener");
}

const struct cmd cmd_stuck = {
	.name = "stuck",
	.run = run_stuck,
	.check = check,
	.offer = filter_args_offer,
	.options = options,
	.args = "[OPTION...] [FILTER]",
	.help = "connections that do not move: whose, why, and what ends them",
	.more = "This walks the sockets: that costs with their number, as ss(8) does.\n"
		"FILTER is in the grammar of ss(8): state close-wait sport = :443.\n",
};
