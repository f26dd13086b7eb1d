// SPDX-License-Identifier: GPL-2.0
/*
 * Looks a listener up; when there is none or too many, tells what there is
 * instead.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/tcpulse.h>

#include "base/foreign.h"
#include "base/out.h"
#include "base/parse.h"
#include "base/shell.h"
#include "base/status.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/tune/listener_find.h"
#include "cmd/tune/tune.h"
#include "host/sockdiag.h"
#include "reading/param_value.h"

/* so many candidates are listed */
#define CANDIDATES_MAX 16

/**
 * struct wanted - what was asked for
 * @id: this one; 0 for an address
 * @any: any address, as in :80
 * @star: '*' was written: first of all a listener shown like that
 * @addr: unless @any
 * @ifname: interface it is bound to, or ""
 * @port: the port
 */
struct wanted {
	__u64 id;
	bool any, star;
	struct addr addr;
	struct interface_name ifname;
	unsigned int port;
};

/* --- words --------------------------------------------------------------- */

/* "%eth0" is cut off the end of @text. */
static bool take_interface(char *text, struct interface_name *ifname)
{
	char *percent = strchr(text, '%');

	*ifname->raw = '\0';
	if (!percent)
		return true;
	*percent++ = '\0';
	snprintf(ifname->raw, sizeof(ifname->raw), "%.15s", percent);
	return *percent && strlen(percent) < IF_NAMESIZE;
}

static bool parse_address(char *text, struct wanted *wanted)
{
	size_t n = strlen(text);

	/* brackets stand around the address, %eth0 inside or behind */
	if (*text == '[') {
		char *end = strchr(text, ']');

		if (!end)
			return false;
		memmove(end, end + 1, strlen(end));
		memmove(text, text + 1, n - 1);
		if (!take_interface(text, &wanted->ifname))
			return false;
		wanted->addr.family = AF_INET6;
		return inet_pton(AF_INET6, text, wanted->addr.bytes) == 1;
	}
	if (!take_interface(text, &wanted->ifname))
		return false;
	wanted->star = !strcmp(text, "*");
	wanted->any = !*text || wanted->star;
	wanted->addr.family = AF_INET;
	return wanted->any ||
	       inet_pton(AF_INET, text, wanted->addr.bytes) == 1;
}

static bool parse_id(const char *text, __u64 *id)
{
	struct range value;

	if (!value_parse(TCPULSE_UNIT_NUMBER, text, true, &value))
		return false;
	*id = value.low;
	return value.low > 0;
}

static bool parse_word(const char *word, struct wanted *wanted)
{
	const char *colon = strrchr(word, ':');
	char text[ENDPOINT_MAX];
	size_t n;

	memset(wanted, 0, sizeof(*wanted));
	if (!strncmp(word, "id=", 3))
		return parse_id(word + 3, &wanted->id);
	n = colon ? (size_t)(colon - word) : 0;
	if (n >= sizeof(text) ||
	    !parse_count(colon ? colon + 1 : word, 65535, &wanted->port))
		return false;
	memcpy(text, word, n);
	text[n] = '\0';
	return parse_address(text, wanted);
}

/* --- looking ------------------------------------------------------------- */

static bool shown_as_star(const struct listener *listener)
{
	struct addr addr;

	listener_addr(listener, &addr);
	return listener->family == AF_INET6 && !listener->v6only &&
	       addr_is_any(&addr);
}

static bool fits(const struct listeners *listeners, size_t i,
		 const struct wanted *wanted)
{
	const struct listener *listener = &listeners->dump.list[i];

	if (wanted->id)
		return listener->id == wanted->id;
	if (listener->port != wanted->port)
		return false;
	if (*wanted->ifname.raw &&
	    strcmp(wanted->ifname.raw, listeners->ifname[i].raw))
		return false;
	if (wanted->star)
		return shown_as_star(listener);
	return wanted->any ||
	       (listener->family == wanted->addr.family &&
		!memcmp(listener->address, wanted->addr.bytes,
			sizeof(listener->address)));
}

static void look(const struct wanted *wanted, struct found *found)
{
	const struct listener_dump *dump = &found->listeners.dump;
	size_t i;

	found->n = 0;
	for (i = 0; i < dump->n; i++)
		if (fits(&found->listeners, i, wanted))
			found->member[found->n++] = i;
}

static bool same_group(const struct listener *a, const struct listener *b)
{
	return a->reuseport && b->reuseport && a->family == b->family &&
	       a->port == b->port && a->ifindex == b->ifindex &&
	       !memcmp(a->address, b->address, sizeof(a->address));
}

static bool is_one_group(const struct found *found)
{
	const struct listener *list = found->listeners.dump.list;
	size_t i;

	for (i = 1; i < found->n; i++)
		if (!same_group(&list[found->member[0]],
				&list[found->member[i]]))
			return false;
	return found->n;
}

/* --- what there is instead ----------------------------------------------- */

/* The kernel is not told the interface: of two groups that differ in nothing
 * else, one can only be named socket by socket.
 */
static bool needs_id(const struct found *found, size_t i)
{
	const struct listener *list = found->listeners.dump.list, *a = &list[i];
	size_t j;

	for (j = 0; j < found->listeners.dump.n; j++)
		if (list[j].family == a->family && list[j].port == a->port &&
		    !memcmp(list[j].address, a->address, sizeof(a->address)) &&
		    j != i && !same_group(a, &list[j]))
			return true;
	return false;
}

static void name_it(const struct found *found, size_t i, char *text)
{
	if (needs_id(found, i))
		snprintf(text, ENDPOINT_MAX, "id=%llu",
			 found->listeners.dump.list[i].id);
	else
		listener_word(&found->listeners, i, text);
}

/* One line each, but one for all members of a group. */
static void list_candidates(const struct tune *tune, const struct found *found,
			    const char *rest)
{
	const struct listener *list = found->listeners.dump.list;
	char local[ENDPOINT_MAX], word[ENDPOINT_MAX];
	size_t i, j, n = 0;

	for (i = 0; i < found->n; i++) {
		size_t at = found->member[i];

		name_it(found, at, word);
		for (j = 0; j < i; j++)
			if (strncmp(word, "id=", 3) &&
			    same_group(&list[at], &list[found->member[j]]))
				break;
		if (j < i || n++ >= CANDIDATES_MAX)
			continue;
		listener_local(&found->listeners, at, local);
		/* the shell knows '*' and '[' too */
		out_err("  %s, limit %llu: %s listener %s %s", local,
			list[at].limit, tune->command, shell_quoted(word),
			shell_word(rest));
	}
	if (n > CANDIDATES_MAX)
		out_err("  and %zu more; see: tcpulse listeners",
			n - CANDIDATES_MAX);
}

static int too_many(const struct tune *tune, const char *word, const char *rest,
		    const struct found *found)
{
	out_err("%s: several listeners fit; which one is meant?",
		quoted_text(word));
	list_candidates(tune, found, rest);
	return ST_REFUSED;
}

struct others {
	unsigned int port;
	size_t udp, tcp;
	char state[16];
};

static void see_tcp(const struct diag_socket *socket, void *arg)
{
	struct others *others = arg;

	if (socket->sport != others->port)
		return;
	others->tcp++;
	snprintf(others->state, sizeof(others->state), "%s",
		 state_text(socket->state) ?: "?");
}

static void see_udp(const struct diag_socket *socket, void *arg)
{
	struct others *others = arg;

	others->udp += socket->sport == others->port;
}

static void see_others(struct others *others)
{
	const unsigned int states = STATES_ALL &
				    ~STATE_BIT(TCPULSE_STATE_LISTEN);
	static const int families[] = { AF_INET, AF_INET6 };
	size_t i;

	for (i = 0; i < 2; i++) {
		sockdiag_walk(families[i], states, SOCKDIAG_PLAIN, see_tcp, others);
		sockdiag_walk_udp(families[i], see_udp, others);
	}
}

static int nobody(const char *word, const struct wanted *wanted)
{
	struct others others = { .port = wanted->port };

	if (wanted->id) {
		out_err("%s: no listener has this id; they are shown by: tcpulse -j listeners",
			quoted_text(word));
		return ST_REFUSED;
	}
	see_others(&others);
	out_err("%s: no TCP socket of this network namespace is listening there",
		quoted_text(word));
	if (others.tcp == 1)
		out_err("  a TCP socket with local port %u is there, in state %s: only listeners have these queues",
			wanted->port, others.state);
	else if (others.tcp)
		out_err("  %zu TCP sockets with local port %u are there, none of them listening: only listeners have these queues",
			others.tcp, wanted->port);
	if (others.udp)
		out_err("  UDP port %u is open, but UDP has no listeners and no accept queue",
			wanted->port);
	return ST_REFUSED;
}

/* Others on the same port may be what is meant. */
static int none(const struct tune *tune, const char *word, const char *rest,
		const struct wanted *wanted, struct found *found)
{
	struct wanted port = { .any = true, .port = wanted->port };

	if (!wanted->id)
		look(&port, found);
	if (!found->n)
		return nobody(word, wanted);
	out_err("%s: nobody listens on just this; on this port there is:",
		quoted_text(word));
	list_candidates(tune, found, rest);
	return ST_REFUSED;
}

static int pick(const struct tune *tune, const char *word, const char *rest,
		struct wanted *wanted, struct found *found)
{
	look(wanted, found);
	if (!found->n && wanted->star) {
		wanted->star = false;
		look(wanted, found);
	}
	if (!found->n)
		return none(tune, word, rest, wanted, found);
	if (!is_one_group(found) ||
	    (found->n > 1 && needs_id(found, found->member[0])))
		return too_many(tune, word, rest, found);
	if (wanted->id)
		snprintf(found->word, sizeof(found->word), "id=%llu",
			 wanted->id);
	else
		name_it(found, found->member[0], found->word);
	return ST_OK;
}

int listener_find(const struct tune *tune, const char *word, const char *rest,
		  struct found *found)
{
	struct wanted_listeners all = { .family = tune->opts->family };
	struct wanted wanted;
	int st;

	memset(found, 0, sizeof(*found));
	if (!parse_word(word, &wanted)) {
		out_err("tune listener: '%s' is no address and port, as in :80, 10.0.0.1:80, [::]:80 or id=7",
			inside(word));
		return ST_USAGE;
	}
	st = listeners_take(tune->conn, &all, &found->listeners);
	if (st)
		return st;
	found->member = xcalloc(found->listeners.dump.n + 1,
				sizeof(*found->member));
	return pick(tune, word, rest, &wanted, found);
}

void listener_find_drop(struct found *found)
{
	listeners_drop(&found->listeners);
	free(found->member);
}
