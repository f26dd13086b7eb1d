// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "../traffic/sock.h"
#include "draw.h"

const struct setting_row settings[SETTINGS] = {
	[SET_COOKIES] = { "tcp_syncookies", "ipv4/tcp_syncookies", { 0, 1, 1, 2 }, 4 },
	[SET_ABORT] = { "tcp_abort_on_overflow", "ipv4/tcp_abort_on_overflow", { 0, 0, 1 }, 3 },
	[SET_SYN_BACKLOG] = { "tcp_max_syn_backlog", "ipv4/tcp_max_syn_backlog",
			      { SET_DEFAULT, 4, 16, 64 }, 4 },
	[SET_SOMAXCONN] = { "somaxconn", "core/somaxconn", { SET_DEFAULT, SET_DEFAULT, 2, 16 }, 4 },
	[SET_FIN_TIMEOUT] = { "tcp_fin_timeout", "ipv4/tcp_fin_timeout",
			      { SET_DEFAULT, 1, 2, 5 }, 4 },
	[SET_TW_BUCKETS] = { "tcp_max_tw_buckets", "ipv4/tcp_max_tw_buckets",
			     { SET_DEFAULT, SET_DEFAULT, 3, 20 }, 4 },
	[SET_TW_REUSE] = { "tcp_tw_reuse", "ipv4/tcp_tw_reuse", { 0, 1, 2 }, 3 },
	[SET_RFC1337] = { "tcp_rfc1337", "ipv4/tcp_rfc1337", { 0, 0, 1 }, 3 },
	[SET_MIGRATE] = { "tcp_migrate_req", "ipv4/tcp_migrate_req", { 0, 1 }, 2 },
	[SET_SYNACK_RETRIES] = { "tcp_synack_retries", "ipv4/tcp_synack_retries",
				 { SET_DEFAULT, 1, 2 }, 3 },
	[SET_ORPHAN_RETRIES] = { "tcp_orphan_retries", "ipv4/tcp_orphan_retries",
				 { SET_DEFAULT, 1 }, 2 },
};

/* FNV-1a of seed and name, through the generator */
static unsigned int roll(const struct drawn *d, const char *name, unsigned int n)
{
	__u64 hash = 0xcbf29ce484222325ull ^ d->seed;
	struct rng rng;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3ull;
	rng_seed(&rng, hash);
	rng_below(&rng, 2);
	return rng_below(&rng, n);
}

static void tell(struct drawn *d, const char *name, int value)
{
	size_t used = strlen(d->words);

	snprintf(d->words + used, sizeof(d->words) - used, "%s%s=%d", used ? " " : "",
		 name, value);
}

static int pick(struct drawn *d, const char *name, const int *values, unsigned int n)
{
	int value = values[roll(d, name, n)];

	if (value != SET_DEFAULT)
		tell(d, name, value);
	return value;
}

#define PICK(d, name, ...) \
	pick(d, name, (const int[]){ __VA_ARGS__ }, \
	     sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

static int between(struct drawn *d, const char *name, int low, int high)
{
	int value = low + roll(d, name, high - low + 1);

	tell(d, name, value);
	return value;
}

static void draw_world(struct drawn *d)
{
	d->veth = PICK(d, "veth", 0, 1, 1);
	d->families = PICK(d, "families", 1, 2, 3, 3);
	d->hamper = PICK(d, "hamper", HAMPER_NONE, HAMPER_NONE, HAMPER_NONE, HAMPER_LOSS,
			 HAMPER_DELAY, HAMPER_REORDER, HAMPER_DUPLICATE, HAMPER_ALL);
	d->hampered = PICK(d, "hampered", 1, 2, 3);
	d->load_late = PICK(d, "load-late", 0, 0, 0, 0, 0, 0, 0, 1);
	d->segments = PICK(d, "segments", 1, 1, 1, 1, 1, 1, 1, 0);
}

static void draw_settings(struct drawn *d)
{
	unsigned int i;

	for (i = 0; i < SETTINGS; i++)
		d->setting[i] = pick(d, settings[i].name, settings[i].values, settings[i].n);
	/* client and server; and without cookies, also where no option asks for it */
	d->fastopen = PICK(d, "fastopen", 0, 1, 3, 1543);
	d->timestamps = PICK(d, "timestamps", 0, 1, 1);
	d->few_ports = PICK(d, "few-ports", 0, 0, 1);
}

static void draw_listeners(struct drawn *d)
{
	static const int backlogs[] = { 0, 1, 2, 4, 8, 16, 64 };
	static const int kinds[4][4] = {
		{ 0 },
		{ LISTEN_V4, LISTEN_V4, LISTEN_V4, LISTEN_V4 },
		{ LISTEN_V6ONLY, LISTEN_DUAL, LISTEN_V6ONLY, LISTEN_DUAL },
		{ LISTEN_V4, LISTEN_V6ONLY, LISTEN_DUAL, LISTEN_DUAL },
	};
	static const char * const kind_words[] = { "v4", "v6", "dual" };
	char name[32];
	int i;

	d->listeners = between(d, "listeners", 1, LISTENERS - 1);
	for (i = 0; i < LISTENERS; i++) {
		snprintf(name, sizeof(name), "kind%d", i);
		d->listener[i].kind = kinds[d->families][roll(d, name, 4)];
		snprintf(name, sizeof(name), "backlog%d", i);
		d->listener[i].backlog = backlogs[roll(d, name, ARRAY_SIZE(backlogs))];
		snprintf(name, sizeof(name), "copies%d", i);
		d->listener[i].copies = 1 << roll(d, name, 6) / 3 * (1 + roll(d, "copies", 2));
		snprintf(name, sizeof(name), "fastopen%d", i);
		d->listener[i].fastopen = d->fastopen && roll(d, name, 2);
		snprintf(name, sizeof(name), "mptcp%d", i);
		/* a request of both that migrates is freed twice over: mptcp/token.c warns */
		d->listener[i].mptcp = !roll(d, name, 6) && d->setting[SET_MIGRATE] != 1;
		if (i >= d->listeners)
			continue;
		snprintf(name, sizeof(name), " %d=%s,%d,%d%s%s", i,
			 kind_words[d->listener[i].kind],
			 d->listener[i].backlog, d->listener[i].copies,
			 d->listener[i].fastopen ? ",tfo" : "",
			 d->listener[i].mptcp ? ",mptcp" : "");
		strncat(d->words, name, sizeof(d->words) - strlen(d->words) - 1);
	}
}

static void draw_events(struct drawn *d)
{
	d->accepts = PICK(d, "accepts", 0, 1, 4, 8, 8);
	d->calm = PICK(d, "calm", 0, 1, 4, 8);
	d->steps = between(d, "steps", 40, 400);
	d->rests = PICK(d, "rests", 1, 1, 2, 3);
	d->mutes = PICK(d, "mutes", 0, 1);
	d->raws = PICK(d, "raws", 0, 1);
	d->tunes = PICK(d, "tunes", 0, 0, 1);
	d->destroys = PICK(d, "destroys", 0, 0, 0, 1);
	d->switches = PICK(d, "switches", 0, 0, 0, 0, 0, 0, 0, 1);
	d->restless = PICK(d, "restless", 0, 0, 1);
	d->owners = PICK(d, "owners", 0, 0, 1);
	d->attacked = PICK(d, "attacked", 0, 0, 0, 1);
	d->client_dies = PICK(d, "client-dies", 0, 0, 0, 1);
	d->audit = PICK(d, "audit", 0, 0, 0, 0, 0, 0, 0, 1);
	d->linger = PICK(d, "linger", 0, 0, 0, 300, 300, 1200, 2500, 6000);
	/* TIME_WAIT lasts 60 s, always */
	if (!roll(d, "expiry", 48)) {
		d->linger = 63000;
		tell(d, "expiry", 1);
	}
}

void draw_all(struct drawn *d, __u64 seed)
{
	memset(d, 0, sizeof(*d));
	d->seed = seed;
	draw_world(d);
	draw_settings(d);
	draw_listeners(d);
	draw_events(d);
}
