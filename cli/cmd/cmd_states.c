// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse states: how many connections are in each state.
 */
#include "base/out.h"
#include "base/parse.h"
#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/run.h"
#include "cmd/show.h"
#include "module/attrs.h"
#include "module/nl.h"

static int take(struct conn *conn, const struct opts *opts, void *sample)
{
	return conn_get_states(conn, opts->family, sample);
}

static int show(const struct opts *opts, const struct netns *ns,
		const void *sample, const void *old)
{
	unsigned int mask;

	parse_states(opts->argc, opts->argv, &mask);
	show_states(opts, ns, sample, old, mask,
		    false);
	return ST_OK;
}

static int run(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct states),
		.deltas = true,
		.take = take,
		.show = show,
	};

	return run_view(opts, &view);
}

static int check(struct opts *opts)
{
	unsigned int mask;
	int st = state_args_check(opts, &mask);

	if (!st && !(mask & STATES_ALL)) {
		out_err("closed is not a population: it is where connections come from and go; see: tcpulse transitions closed");
		return ST_USAGE;
	}
	return st;
}

const struct cmd cmd_states = {
	.name = "states",
	.run = run,
	.check = check,
	.offer = state_args_offer,
	.args = "[STATE...]",
	.help = "how many connections are in each state",
	.more = state_args_help,
};
