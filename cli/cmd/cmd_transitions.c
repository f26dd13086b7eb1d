// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse transitions: how often each edge of the TCP state diagram was taken,
 * as a table, JSON or a Graphviz digraph.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/compiler.h"
#include "base/out.h"
#include "base/parse.h"
#include "base/plain.h"
#include "base/xalloc.h"
#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/options.h"
#include "cmd/run.h"
#include "cmd/show.h"
#include "host/netns.h"
#include "module/attrs.h"
#include "module/nl.h"

static const struct col cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "from", "FROM", COL_LEFT },
	{ "to", "TO", COL_LEFT },
	{ "count", "COUNT", 0 },
	{ "ipv4", "IPV4", COL_IPV4 },
	{ "ipv6", "IPV6", COL_IPV6 },
	{ "count_delta", "PER SECOND", COL_RATES },
	{ "note", "NOTE", COL_LEFT },
};

static int take(struct conn *conn, const struct opts *opts, void *sample)
{
	return conn_get_transitions(conn, opts->family, sample);
}

static const char *reason_name(__u64 reason)
{
	static const char * const names[] = {
		[TCPULSE_REASON_EXPIRED] = "expired",
		[TCPULSE_REASON_RESET] = "reset",
		[TCPULSE_REASON_REUSED] = "reused",
		[TCPULSE_REASON_OTHER] = "other",
	};

	return reason <= TCPULSE_REASON_OTHER ? names[reason] : "unknown";
}

static bool same_edge(const struct transition_row *a,
		      const struct transition_row *b)
{
	return a->from == b->from && a->to == b->to && a->reason == b->reason;
}

static bool wanted(const struct transition_row *row, unsigned int mask)
{
	return state_text(row->from) && state_text(row->to) &&
	       ((mask & STATE_BIT(row->from)) || (mask & STATE_BIT(row->to)));
}

/* Counts of an edge, of one family or (AF_UNSPEC) of both. */
static __u64 count_of(const struct transitions *trans,
		      const struct transition_row *edge, unsigned int family)
{
	const struct transition_row *row;
	__u64 sum = 0;
	size_t i;

	for (i = 0; trans && i < trans->nr; i++) {
		row = &trans->transition[i];
		if (same_edge(row, edge) &&
		    (family == AF_UNSPEC || row->family == family))
			sum += row->count;
	}
	return sum;
}

/* The first of the rows of an edge stands for all of them. */
static bool is_first(const struct transitions *trans, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (same_edge(&trans->transition[j], &trans->transition[i]))
			return false;
	return true;
}

static __u64 interval(const struct transitions *now,
		      const struct transitions *old)
{
	return interval_of(now->counting_ms, old ? &old->counting_ms : NULL);
}

/* --- JSON ---------------------------------------------------------------- */

static void json_row(const struct transition_row *row,
		     const struct transitions *old, __u64 ms)
{
	out_row();
	out_str("from", state_json(row->from));
	out_str("to", state_json(row->to));
	out_str("family", family_name(row->family));
	if (row->reason)
		out_str("reason", reason_name(row->reason));
	out_u64("count", row->count);
	out_bool("unexpected", row->unexpected);
	out_rate("count_delta", row->count,
		 count_of(old, row, row->family), ms);
}

static void show_json(const struct transitions *now,
		      const struct transitions *old, unsigned int mask)
{
	__u64 ms = interval(now, old);
	size_t i;

	if (old)
		out_u64("interval_ms", ms);
	out_u64("counting_ms", now->counting_ms);
	out_bool("moving", now->moving);
	out_table("transition", cols, ARRAY_SIZE(cols), 0);
	for (i = 0; i < now->nr; i++)
		if (wanted(&now->transition[i], mask))
			json_row(&now->transition[i], old, ms);
	out_table_end();
}

/* --- text ---------------------------------------------------------------- */

static void text_row(const struct netns *ns, const struct transitions *now,
		     const struct transitions *old,
		     const struct transition_row *edge)
{
	__u64 sum = count_of(now, edge, AF_UNSPEC);

	out_row();
	out_cell("netns", "%s", netns_text(ns));
	out_cell("from", "%s", state_text(edge->from));
	out_cell("to", "%s", state_text(edge->to));
	out_u64("count", sum);
	out_u64("ipv4", count_of(now, edge, AF_INET));
	out_u64("ipv6", count_of(now, edge, AF_INET6));
	out_rate("count_delta", sum, count_of(old, edge, AF_UNSPEC),
		 interval(now, old));
	if (edge->reason)
		out_cell("note", "%s", reason_name(edge->reason));
	if (edge->unexpected) {
		out_cell("note", "unexpected");
		out_style("note", BAD);
	}
}

static void show_text(const struct opts *opts, const struct netns *ns,
		      const struct transitions *now,
		      const struct transitions *old, unsigned int mask)
{
	unsigned int show = (opts->all_netns ? COL_NETNS : 0) |
			    (opts->interval_ms ? COL_RATES : 0);
	size_t i;

	if (opts->family == AF_UNSPEC)
		show |= COL_IPV4 | COL_IPV6;
	out_table(NULL, cols, ARRAY_SIZE(cols), show);
	for (i = 0; i < now->nr; i++)
		if (wanted(&now->transition[i], mask) && is_first(now, i))
			text_row(ns, now, old, &now->transition[i]);
	out_table_end();
	show_interval(opts, interval(now, old));
}

/* --- Graphviz ------------------------------------------------------------ */

/* What was never taken is grey, what must not be is red. */
static void dot_edge(const struct transitions *now,
		     const struct transition_row *edge)
{
	__u64 sum = count_of(now, edge, AF_UNSPEC);
	const char *color = "black";

	if (edge->unexpected)
		color = "red";
	else if (!sum)
		color = "gray";
	out_line(PLAIN,
		 "    \"%s\" -> \"%s\" [label=\"%s%s%llu\" color=%s fontcolor=%s];",
		 state_text(edge->from), state_text(edge->to),
		 edge->reason ? reason_name(edge->reason) : "",
		 edge->reason ? " " : "", sum, color, color);
}

/* In a quoted string of DOT's, a backslash before a quote or another one means that;
 * before anything else it means itself, as in escapes.
 */
static char *dot_rune(char *end, const char *name, size_t n, __u32 rune)
{
	if (!n || !rune_is_plain(rune)) {
		rune_escape(rune, n, end);
		return end + strlen(end);
	}
	if (rune == '"' || rune == '\\')
		*end++ = '\\';
	return mempcpy(end, name, n);
}

static void dot_name(const char *name)
{
	char *text = xcalloc(strlen(name) + 1, ESCAPE_TEXT), *end = text;
	__u32 rune;
	size_t n;

	for (; *name; name += n ?: 1) {
		n = rune_at(name, &rune);
		end = dot_rune(end, name, n, rune);
	}
	out_line(PLAIN, "digraph \"%s\" {", text);
	free(text);
}

static void show_dot(const struct netns *ns, const struct transitions *now,
		     unsigned int mask)
{
	size_t i;

	dot_name(ns->name.raw[0] ? ns->name.raw : "tcpulse");
	out_line(PLAIN,
		 "    node [shape=box fontname=\"monospace\"];");
	out_line(PLAIN,
		 "    edge [fontname=\"monospace\" fontsize=10];");
	for (i = 0; i < now->nr; i++)
		if (wanted(&now->transition[i], mask) && is_first(now, i))
			dot_edge(now, &now->transition[i]);
	out_line(PLAIN, "}");
}

static int show(const struct opts *opts, const struct netns *ns,
		const void *sample, const void *old)
{
	unsigned int mask;

	parse_states(opts->argc, opts->argv, &mask);
	if (opts->dot)
		show_dot(ns, sample, mask);
	else if (out_is_json())
		show_json(sample, old, mask);
	else
		show_text(opts, ns, sample, old, mask);
	return ST_OK;
}

static int run(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct transitions),
		.deltas = true,
		.take = take,
		.show = show,
	};

	return run_view(opts, &view);
}

static int check(struct opts *opts)
{
	unsigned int mask;

	return options_exclude(opts->dot && opts->json,
			       "--dot and -j exclude each other") ?:
	       options_exclude(opts->dot && (opts->interval_ms || opts->count),
			       "--dot draws one reading; it does not go with -i or -c") ?:
	       state_args_check(opts, &mask);
}

static const struct option_row options[] = {
	{ "dot", OPTION_FLAG(dot), .help = "a drawing for Graphviz" },
	{ }
};

const struct cmd cmd_transitions = {
	.name = "transitions",
	.run = run,
	.check = check,
	.offer = state_args_offer,
	.options = options,
	.args = "[--dot] [STATE...]",
	.help = "how often each transition was taken; --dot: for Graphviz",
	.more = state_args_help,
};
