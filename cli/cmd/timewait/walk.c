// SPDX-License-Identifier: GPL-2.0
/*
 * sock_diag's walk over both families, filtered, with progress and its cost.
 */
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/filter.h"
#include "base/out.h"
#include "base/parse.h"
#include "base/status.h"
#include "cmd/cmd.h"
#include "cmd/options.h"
#include "host/sockdiag.h"
#include "cmd/timewait/walk.h"

#define PROGRESS_EVERY 16384

struct walk {
	const struct filter *filter;
	void (*each)(const struct diag_socket *socket, void *arg);
	void *arg;
	struct walked *walked;
};

static void see(const struct diag_socket *socket, void *arg)
{
	struct walk *walk = arg;
	struct endpoints endpoints = {
		.state = socket->state,
		.src = socket->src, .dst = socket->dst,
		.sport = socket->sport, .dport = socket->dport,
	};

	if (++walk->walked->sockets % PROGRESS_EVERY == 0)
		progress("walking: %llu sockets", walk->walked->sockets);
	if (!walk->filter || filter_match(walk->filter, &endpoints))
		walk->each(socket, walk->arg);
}

int walk_sockets(const struct opts *opts, unsigned int states, bool silence,
		 void (*each)(const struct diag_socket *socket, void *arg),
		 void *arg, struct walked *walked)
{
	struct walk walk = { opts->filter, each, arg, walked };
	unsigned int named = opts->filter ? filter_states(opts->filter) : 0;
	enum sockdiag_extra extra = silence ? SOCKDIAG_SILENCE : SOCKDIAG_PLAIN;
	__u64 start = clock_ms();
	int st = ST_OK;

	walked->sockets = 0;
	if (named)
		states &= named;
	if (opts->family != AF_INET6)
		st = sockdiag_walk(AF_INET, states, extra, see, &walk);
	if (opts->family != AF_INET && !st)
		st = sockdiag_walk(AF_INET6, states, extra, see, &walk);
	progress(NULL);
	walked->duration_ms = clock_ms() - start;
	return st;
}

void show_walked(const struct walked *walked, bool header)
{
	if (out_is_json()) {
		out_u64("walked", walked->sockets);
		out_u64("duration_ms", walked->duration_ms);
	} else if (header) {
		out_line(DIM,
			 "walked %llu sockets in %.2f s: this costs with their number",
			 walked->sockets, walked->duration_ms / 1000.0);
	}
}

size_t walk_rows(const struct opts *opts, size_t n)
{
	return opts->top && opts->top < n ? opts->top : n;
}

/* --- options of those who walk --------------------------------------------- */

int walk_set(struct opts *opts, enum walk_kind walk)
{
	if (opts->walk != WALK_NONE && opts->walk != walk) {
		out_err("--by, --headroom and --halfclosed exclude each other");
		return ST_USAGE;
	}
	opts->walk = walk;
	return ST_OK;
}

int walk_set_by(const struct option_row *row, struct opts *opts,
		const char *value)
{
	if (!strcmp(value, "port"))
		return walk_set(opts, WALK_PORT);
	if (!strcmp(value, "peer"))
		return walk_set(opts, WALK_PEER);
	if (!strcmp(value, "connection"))
		return walk_set(opts, WALK_CONNECTION);
	if (!strncmp(value, "prefix", 6) &&
	    parse_prefix(value + 6, opts->prefix))
		return walk_set(opts, WALK_PREFIX);
	return option_bad(row, value,
			  "port, peer, connection or prefix, as in prefix/24, prefix/64, prefix/16,48");
}

int walk_set_top(const struct option_row *row, struct opts *opts,
		 const char *value)
{
	opts->top = 0;
	if (!strcmp(value, "0") || parse_count(value, COUNT_MAX, &opts->top))
		return ST_OK;
	return option_bad(row, value,
			  "a whole number from 0 (all) to 1000000000");
}
