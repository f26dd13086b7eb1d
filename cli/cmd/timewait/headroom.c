// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse timewait --headroom: how many ports connect(2) would get between one
 * source and one destination, and bind(2) of one source. They run out there, not
 * in the whole machine.
 */
#include <stdlib.h>

#include "base/addr.h"
#include "base/compiler.h"
#include "base/out.h"
#include "base/status.h"
#include "cmd/cmd.h"
#include "cmd/findings.h"
#include "cmd/run.h"
#include "cmd/show.h"
#include "host/netns.h"
#include "cmd/timewait/walk.h"
#include "reading/headroom.h"
#include "rules/rules.h"

/* so many pairs and sources without ports are found, of the rows shown */
#define FINDINGS_MAX 16

static const struct col cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "source", "SOURCE", COL_LEFT },
	{ "destination", "DESTINATION", COL_LEFT },
	{ "used", "USED", 0 },
	{ "time_wait", "TIME-WAIT", 0 },
	{ "free", "FREE", 0 },
	{ "percent", "SHARE", 0 },
};

static const struct col source_cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "source", "SOURCE", COL_LEFT },
	{ "destinations", "DESTINATIONS", 0 },
	{ "used", "PORTS USED", 0 },
	{ "shared", "BY TWO OR MORE", 0 },
	{ "free", "FREE TO BIND", 0 },
};

static int take(struct conn *conn, const struct opts *opts, void *data)
{
	(void)conn;
	return headroom_take(opts->filter, opts->family, data);
}

static void drop(void *data)
{
	headroom_drop(data);
}

static void show_free(const struct free_ports *left)
{
	char text[FREE_TEXT];

	if (out_is_json()) {
		out_u64("free", left->low);
		out_u64("free_max", left->high);
		return;
	}
	free_text(left, text, sizeof(text));
	out_cell("free", "%s", text);
}

static void show_key(const struct route *key)
{
	char src[ENDPOINT_MAX], dst[ENDPOINT_MAX];

	addr_text(&key->src, src);
	addr_endpoint(&key->dst, NULL, key->dport, false, dst);
	if (!out_is_json()) {
		if (key->ifindex)
			out_cell("source", "%s%%%u", src, key->ifindex);
		else
			out_str("source", src);
		out_str("destination", dst);
		return;
	}
	out_str("source", src);
	addr_text(&key->dst, dst);
	out_str("destination", dst);
	out_u64("destination_port", key->dport);
	out_str("family", family_name(key->src.family));
	if (key->ifindex)
		out_u64("ifindex", key->ifindex);
}

/* Return: what is not known of it. */
static unsigned int show_row(const struct netns *ns,
			     const struct headroom *headroom,
			     const struct route_ports *route,
			     struct findings *findings)
{
	struct free_ports left = headroom_connect(headroom, route);

	out_row();
	out_cell("netns", "%s", netns_text(ns));
	show_key(&route->key);
	out_u64("used", route->used);
	out_u64("time_wait", route->time_wait);
	if (out_is_json())
		out_u64("reusable", route->reusable);
	show_free(&left);
	show_percent("percent", route->used, headroom->ports.capacity);
	if (ports_finding(headroom, route, findings))
		out_style("free", left.high ? WARN : BAD);
	return left.why;
}

static void show_source(const struct netns *ns, const struct headroom *headroom,
			const struct source_ports *source,
			struct findings *findings)
{
	struct free_ports left = headroom_bind(headroom, source);
	char src[ENDPOINT_MAX];

	out_row();
	out_cell("netns", "%s", netns_text(ns));
	addr_text(&source->src, src);
	out_str("source", src);
	out_u64("destinations", source->routes);
	out_u64("used", source->used);
	out_u64("shared", source->shared);
	show_free(&left);
	if (source_finding(headroom, source, findings))
		out_style("free", left.high ? WARN : BAD);
}

/* To one destination it is what the row above says; and who asks for some sockets only
 * is told of no sums.
 */
static bool is_worth_a_row(const struct headroom *headroom,
			   const struct source_ports *source)
{
	return !headroom->some && source->routes > (out_is_json() ? 0 : 1);
}

static void show_sources(const struct opts *opts, const struct netns *ns,
			 const struct headroom *headroom,
			 struct findings *findings)
{
	size_t i, n = 0;

	for (i = 0; i < headroom->n_sources; i++)
		n += is_worth_a_row(headroom, &headroom->sources[i]);
	if (!n && !out_is_json())
		return;
	out_table("sources", source_cols, ARRAY_SIZE(source_cols),
		  opts->all_netns ? COL_NETNS : 0);
	for (i = 0; i < headroom->n_sources; i++)
		if (is_worth_a_row(headroom, &headroom->sources[i]))
			show_source(ns, headroom, &headroom->sources[i], findings);
	out_table_end();
}

static unsigned int reserved(const struct ports *ports)
{
	return ports->high - ports->low + 1 - ports->capacity;
}

static void json_range(const struct headroom *headroom, size_t routes)
{
	const struct ports *ports = &headroom->ports;

	out_u64("port_low", ports->low);
	out_u64("port_high", ports->high);
	out_u64("reserved", reserved(ports));
	out_u64("capacity", ports->capacity);
	out_u64("listening", headroom->n_listening);
	out_u64("bound", headroom->n_bound);
	out_u64("ports_used", headroom->n_used);
	out_u64("sources_left_out", headroom->left_out);
	out_u64("groups", routes);
}

static void text_range(const struct headroom *headroom, bool more_rows)
{
	const struct ports *ports = &headroom->ports;

	out_line(DIM,
		 "connect(2) may choose of %u ports to each destination: %u to %u, %u of them reserved%s",
		 ports->capacity, ports->low, ports->high, reserved(ports),
		 more_rows ? "; not all rows shown (--top 0)" : "");
	if (headroom->n_listening || headroom->n_bound)
		out_line(DIM,
			 "it gets none of these for any destination: %u of listeners, %u others bound by hand",
			 headroom->n_listening, headroom->n_bound);
	if (headroom->left_out)
		out_line(DIM, "%llu sockets have more sources than are added up",
			 headroom->left_out);
}

static const struct {
	enum unsure why;
	const char *id, *text;
} reasons[] = {
	{
		UNSURE_SHARED, "shared",
		"FREE is a range: connect(2) shares the ports of other connections if it chose them, and none that bind(2) or a listener gave them",
	},
	{
		UNSURE_TIME_WAIT, "time_wait",
		"FREE is a range: a TIME-WAIT is taken over if it had timestamps (tcp_tw_reuse)",
	},
	{
		UNSURE_BOUND, "bound",
		"FREE is a range: this kernel does not list sockets that are bound and not connected, and each takes a port",
	},
	{
		UNSURE_ODD, "odd_range",
		"FREE is a range: of an odd number of ports connect(2) leaves out the first or the last",
	},
};

static void json_unsure(unsigned int why)
{
	size_t i;

	out_object("free_unknown");
	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		out_bool(reasons[i].id, why & reasons[i].why);
	out_object_end();
}

/* What the kernel tells nobody. */
static void text_unsure(unsigned int why)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (why & reasons[i].why)
			out_line(DIM, "%s", reasons[i].text);
}

static void show_below(const struct opts *opts, const struct headroom *headroom,
		       size_t routes, size_t rows)
{
	const struct walked walked = {
		headroom->sockets, headroom->duration_ms,
	};

	if (out_is_json())
		json_range(headroom, routes);
	else if (opts->header)
		text_range(headroom, rows < routes);
	show_walked(&walked, opts->header);
}

static int show(const struct opts *opts, const struct netns *ns,
		const void *data, const void *old)
{
	const struct headroom *headroom = data;
	struct finding worst[FINDINGS_MAX];
	struct findings findings = { worst, ARRAY_SIZE(worst), 0 };
	struct route_ports **list;
	unsigned int why = 0;
	size_t n, i;

	(void)old;
	list = headroom_sorted(headroom, &n);
	out_table("headroom", cols, ARRAY_SIZE(cols),
		  opts->all_netns ? COL_NETNS : 0);
	for (i = 0; i < walk_rows(opts, n); i++)
		why |= show_row(ns, headroom, list[i], &findings);
	out_table_end();
	free(list);
	show_sources(opts, ns, headroom, &findings);
	if (out_is_json())
		json_unsure(why);
	else if (opts->header)
		text_unsure(why);
	show_below(opts, headroom, n, i);
	findings_json(&findings);
	return ST_OK;
}

int run_headroom(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct headroom),
		.take = take,
		.show = show,
		.drop = drop,
	};

	return run_view(opts, &view);
}
