// SPDX-License-Identifier: GPL-2.0
/*
 * Arguments that several commands take: states, and filters of sockets.
 */
#include "base/foreign.h"
#include "base/offer.h"
#include "base/out.h"
#include "base/parse.h"
#include "base/status.h"
#include "cmd/args.h"
#include "cmd/cmd.h"

const char state_args_help[] =
	"STATE is a state as ss(8) writes it, in any spelling (time-wait,\n"
	"TIME_WAIT), or a group: all connected synchronized bucket big.\n";

int state_args_check(const struct opts *opts, unsigned int *mask)
{
	const char *bad = parse_states(opts->argc, opts->argv, mask), *near;

	if (!bad)
		return ST_OK;
	near = nearest_state(bad);
	out_err("unknown state '%s'%s%s%s (states are those of ss(8): established, syn-sent, ..., time-wait)",
		inside(bad), near ? "; did you mean '" : "", near ? near : "",
		near ? "'?" : "");
	return ST_USAGE;
}

void state_args_offer(const struct opts *opts)
{
	size_t i;

	(void)opts;
	for (i = 0; state_word(i); i++)
		offer(state_word(i), NULL);
}

void filter_args_offer(const struct opts *opts)
{
	if (opts->argc && word_among("state exclude", opts->argv[opts->argc - 1]))
		state_args_offer(opts);
	else
		offer_words("state exclude src dst sport dport and or not");
}
