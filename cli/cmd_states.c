// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse states: how many connections are in each state.
 */
#include "attrs.h"
#include "cmd.h"
#include "nl.h"
#include "parse.h"
#include "run.h"
#include "show.h"

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

int do_states(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct states),
		.deltas = true,
		.take = take,
		.show = show,
	};

	return run_view(opts, &view);
}
