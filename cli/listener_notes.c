// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of text about a reading of listeners.
 */
#include <stdbool.h>
#include <stdio.h>

#include "listener_notes.h"
#include "listeners.h"
#include "out.h"
#include "procs.h"

/* so many listeners are explained one by one */
#define LIMIT_NOTES_MAX 5

static void name_listener(const struct listeners *listeners, size_t i,
			  const struct procs *procs, char *text, size_t size)
{
	char local[ENDPOINT_MAX], process[PROCS_TEXT] = "";
	const struct holders *holders;

	listener_local(listeners, i, local);
	holders = procs_find(procs, listeners->dump.list[i].inode);
	if (holders)
		procs_text(holders, process, sizeof(process));
	snprintf(text, size, "%s%s%s", local, *process ? " " : "", process);
}

enum limit {
	LIMIT_FINE, LIMIT_CLIPPED, LIMIT_WAS_CLIPPED, LIMIT_MAYBE, LIMIT_TUNED,
	LIMIT_SET_BACK,
};

static enum limit judge_limit(const struct listener *listener, __u64 somaxconn)
{
	if (listener->tuned != ABSENT)
		return listener->tuned == listener->limit ? LIMIT_TUNED :
							    LIMIT_SET_BACK;
	if (listener->asked != ABSENT && listener->asked > listener->limit)
		return listener->limit == somaxconn ? LIMIT_CLIPPED :
						      LIMIT_WAS_CLIPPED;
	if (listener->asked == ABSENT && listener->limit == somaxconn &&
	    refusals_overflow(&listener->refusals))
		return LIMIT_MAYBE;
	return LIMIT_FINE;
}

static void say_tuned(const struct listener *listener, const char *name)
{
	if (listener->asked == ABSENT)
		out_line(DIM, "%s: tcpulse set %llu", name, listener->tuned);
	else
		out_line(DIM, "%s: tcpulse set %llu (asked %llu)", name,
			 listener->tuned, listener->asked);
}

static void say_limit(const struct listener *listener, const char *name,
		      enum limit limit, __u64 somaxconn)
{
	switch (limit) {
	case LIMIT_CLIPPED:
		out_line(DIM,
			 "%s asked for %llu; net.core.somaxconn (%llu) clipped it",
			 name, listener->asked, somaxconn);
		break;
	case LIMIT_WAS_CLIPPED:
		out_line(DIM,
			 "%s asked for %llu and got %llu; net.core.somaxconn is %llu now, which counts from its next listen(2) on",
			 name, listener->asked, listener->limit, somaxconn);
		break;
	case LIMIT_MAYBE:
		out_line(DIM,
			 "%s: limit equals net.core.somaxconn (%llu): the application may have asked for more",
			 name, somaxconn);
		break;
	case LIMIT_TUNED:
		say_tuned(listener, name);
		break;
	case LIMIT_SET_BACK:
		out_line(DIM,
			 "%s: tcpulse had set %llu, the application has set it back to %llu by listen(2)",
			 name, listener->tuned, listener->limit);
		break;
	default:
		break;
	}
}

static void limit_notes(const struct listeners *listeners,
			const struct procs *procs)
{
	__u64 somaxconn = listeners->overflow.somaxconn;
	const struct listener *listener;
	char name[ENDPOINT_MAX + PROCS_TEXT];
	size_t i, n = 0;
	enum limit limit;

	for (i = 0; i < listeners->dump.n; i++) {
		listener = &listeners->dump.list[i];
		limit = judge_limit(listener, somaxconn);
		if (limit == LIMIT_FINE || n++ >= LIMIT_NOTES_MAX)
			continue;
		name_listener(listeners, i, procs, name, sizeof(name));
		say_limit(listener, name, limit, somaxconn);
	}
	if (n > LIMIT_NOTES_MAX)
		out_line(DIM,
			 "and %zu more have a limit that tcpulse, or net.core.somaxconn (%llu), set or may have set",
			 n - LIMIT_NOTES_MAX, somaxconn);
}

static void cookie_note(const struct listeners *listeners)
{
	__u64 cookies = 0;
	size_t i;

	for (i = 0; i < listeners->dump.n; i++)
		cookies += refusals_cookies(&listeners->dump.list[i].refusals);
	if (cookies && listeners->overflow.syncookies == 2)
		out_line(DIM,
			 "%llu SYNs were to be answered with a cookie, as net.ipv4.tcp_syncookies is 2: nothing was lost",
			 cookies);
	else if (cookies && listeners->overflow.syncookies)
		out_line(DIM,
			 "%llu SYNs found the SYN queue full and were to be answered with a cookie (net.ipv4.tcp_syncookies is 1): nothing was lost",
			 cookies);
}

static void gone_note(const struct overflow *overflow)
{
	__u64 refused = refusals_overflow(&overflow->gone);
	__u64 dropped = refusals_dropped(&overflow->gone);

	if (refused || dropped)
		out_line(PLAIN,
			 "closed listeners (%llu so far): %llu overflows, %llu SYNs dropped",
			 overflow->gone_listeners, refused, dropped);
}

static void unattributed_note(const struct overflow *overflow)
{
	char text[KERNEL_TEXT];

	if (kernel_is_zero(&overflow->unattributed))
		return;
	kernel_text(&overflow->unattributed, text, sizeof(text));
	out_line(PLAIN, "no listener found for: %s", text);
}

/*
 * Empty, and yet full for a second: only a count below zero is both. But where one
 * entry is too many, that one may have come between the two readings.
 */
#define BELOW_ZERO_MS 1000

static bool is_below_zero(const struct listener *listener)
{
	return listener->limit && !listener->syn_queue.depth &&
	       listener->syn_queue.full_ms >= BELOW_ZERO_MS;
}

static void below_zero_note(const struct listeners *listeners,
			    const struct procs *procs)
{
	char name[ENDPOINT_MAX + PROCS_TEXT];
	size_t i;

	for (i = 0; i < listeners->dump.n; i++) {
		if (!is_below_zero(&listeners->dump.list[i]))
			continue;
		name_listener(listeners, i, procs, name, sizeof(name));
		out_line(WARN,
			 "! %s: the kernel takes its empty SYN queue for full: a kernel bug with net.ipv4.tcp_migrate_req; set that to 0, then restart it",
			 name);
	}
}

void listener_notes(const struct listeners *listeners, const struct procs *procs,
		    bool all)
{
	if (all) {
		gone_note(&listeners->overflow);
		unattributed_note(&listeners->overflow);
	}
	below_zero_note(listeners, procs);
	limit_notes(listeners, procs);
	cookie_note(listeners);
}

void listener_warnings(const struct listeners *listeners)
{
	if (!listeners->dump.n)
		out_line(DIM, "no listener");
	if (listeners->overflow.lost_listeners)
		out_line(WARN,
			 "! %llu listeners are not shown: memory was short when they came",
			 listeners->overflow.lost_listeners);
	if (listeners->dump.interrupted)
		out_line(WARN,
			 "! listeners came or went while they were read: one of those may be missing");
}
