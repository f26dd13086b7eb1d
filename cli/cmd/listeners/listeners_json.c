// SPDX-License-Identifier: GPL-2.0
/*
 * JSON of a listener: every attribute, by the spec's names.
 */
#include "base/out.h"
#include "cmd/json_fields.h"
#include "cmd/listeners/listeners_json.h"
#include "cmd/show.h"

static void json_optional(const char *key, __u64 v)
{
	if (v != ABSENT)
		out_u64(key, v);
}

static void json_where(const struct listeners *listeners, size_t i)
{
	const struct listener *listener = &listeners->dump.list[i];
	char text[ENDPOINT_MAX];
	struct addr addr;

	listener_local(listeners, i, text);
	out_str("local", text);
	out_str("family", family_name(listener->family));
	listener_addr(listener, &addr);
	addr_text(&addr, text);
	out_str("address", text);
	out_u64("port", listener->port);
	if (!listener->ifindex)
		return;
	out_u64("ifindex", listener->ifindex);
	out_name("ifname", listeners->ifname[i]);
}

void json_listener(const struct listeners *listeners, size_t i,
		   const struct refusals *old, __u64 ms)
{
	const struct listener *listener = &listeners->dump.list[i];

	out_u64("id", listener->id);
	json_where(listeners, i);
	out_bool("v6only", listener->v6only);
	out_bool("reuseport", listener->reuseport);
	out_bool("adopted", listener->adopted);
	out_u64("inode", listener->inode);
	out_u64("age_ms", listener->age_ms);
	out_u64("limit", listener->limit);
	out_u64("syn_limit", listener_syn_limit(&listeners->overflow, listener));
	json_optional("asked", listener->asked);
	if (listener->tuned == ABSENT)
		out_null("tuned");
	else
		out_u64("tuned", listener->tuned);
	json_nest("syn_queue", &queue_nest, &listener->syn_queue);
	json_nest("accept_queue", &queue_nest, &listener->accept_queue);
	json_nest("refusals", &refusals_nest, &listener->refusals);
	json_nest_delta("refusals_delta", &refusals_nest, &listener->refusals,
			old, ms);
	json_nest("refusals_minute", &refusals_nest, &listener->refusals_minute);
	json_nest("refusals_last", &refusal_ages_nest, &listener->refusals_last);
	json_optional("last_refused_ms", listener->last_refused_ms);
}
