// SPDX-License-Identifier: GPL-2.0
/*
 * JSON of listeners and overflows: every attribute, by the spec's names.
 */
#include <linux/types.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/out.h"
#include "cmd/show.h"
#include "reading/listeners.h"

struct key {
	const char *name;
	size_t offset;
};

#define REFUSALS(member) { #member, offsetof(struct refusals, member) }
#define COUNTERS(member) { #member, offsetof(struct kernel_counters, member) }

static const struct key refusal_keys[] = {
	REFUSALS(accept_full_syn), REFUSALS(accept_full_ack),
	REFUSALS(accept_full_cookie), REFUSALS(syn_full_drop),
	REFUSALS(syn_full_cookie), REFUSALS(syn_always_cookie),
	REFUSALS(max_syn_backlog), REFUSALS(other_drop),
	REFUSALS(abort_reset), REFUSALS(cookies_sent),
	REFUSALS(cookies_valid), REFUSALS(cookies_invalid),
};

static const struct key counter_keys[] = {
	COUNTERS(listen_overflows), COUNTERS(listen_drops),
	COUNTERS(req_q_full_drop), COUNTERS(req_q_full_do_cookies),
	COUNTERS(syncookies_sent), COUNTERS(syncookies_recv),
	COUNTERS(syncookies_failed),
};

static __u64 value(const void *base, const struct key *key)
{
	return *(const __u64 *)((const char *)base + key->offset);
}

static void put_all(const char *name, const void *base, const struct key *keys,
		    size_t n)
{
	size_t i;

	out_object(name);
	for (i = 0; i < n; i++)
		out_u64(keys[i].name, value(base, &keys[i]));
	out_object_end();
}

void json_refusals(const char *key, const struct refusals *refusals)
{
	put_all(key, refusals, refusal_keys, ARRAY_SIZE(refusal_keys));
}

void json_counters(const char *key, const struct kernel_counters *counters)
{
	put_all(key, counters, counter_keys, ARRAY_SIZE(counter_keys));
}

/* A listener that was not there before has refused everything since. */
void json_refusals_delta(const struct refusals *now, const struct refusals *old,
			 __u64 ms)
{
	size_t i;

	if (!ms)
		return;
	out_object("refusals_delta");
	for (i = 0; i < ARRAY_SIZE(refusal_keys); i++)
		out_rate(refusal_keys[i].name, value(now, &refusal_keys[i]),
			 old ? value(old, &refusal_keys[i]) : 0, ms);
	out_object_end();
}

static void json_optional(const char *key, __u64 v)
{
	if (v != ABSENT)
		out_u64(key, v);
}

static void json_queue(const char *key, const struct queue *queue)
{
	out_object(key);
	out_u64("depth", queue->depth);
	out_u64("peak", queue->peak);
	out_u64("peak_minute", queue->peak_minute);
	out_u64("full_ms", queue->full_ms);
	out_u64("full_total_ms", queue->full_total_ms);
	json_optional("last_full_ms", queue->last_full_ms);
	out_object_end();
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
	out_str("ifname", listeners->ifname[i]);
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
	json_optional("asked", listener->asked);
	if (listener->tuned == ABSENT)
		out_null("tuned");
	else
		out_u64("tuned", listener->tuned);
	json_queue("syn_queue", &listener->syn_queue);
	json_queue("accept_queue", &listener->accept_queue);
	json_refusals("refusals", &listener->refusals);
	json_refusals_delta(&listener->refusals, old, ms);
	json_optional("last_refused_ms", listener->last_refused_ms);
}

void json_overflow(const struct overflow *overflow)
{
	out_object("overflow");
	out_u64("counting_ms", overflow->counting_ms);
	out_u64("listeners", overflow->listeners);
	out_u64("gone_listeners", overflow->gone_listeners);
	out_u64("lost_listeners", overflow->lost_listeners);
	out_u64("generation", overflow->generation);
	out_u64("somaxconn", overflow->somaxconn);
	out_u64("syncookies", overflow->syncookies);
	out_u64("abort_on_overflow", overflow->abort_on_overflow);
	out_u64("syn_backlog_limit", overflow->syn_backlog_limit);
	json_refusals("listening", &overflow->listening);
	json_refusals("gone", &overflow->gone);
	json_counters("kernel", &overflow->kernel);
	json_counters("unattributed", &overflow->unattributed);
	out_object_end();
}
