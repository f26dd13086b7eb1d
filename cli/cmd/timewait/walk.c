// SPDX-License-Identifier: GPL-2.0
/*
 * sock_diag's walk over both families, filtered, with progress and its cost.
 */
#include <sys/socket.h>

#include "base/clock.h"
#include "base/filter.h"
#include "base/out.h"
#include "base/status.h"
#include "cmd/cmd.h"
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
