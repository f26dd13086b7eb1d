// SPDX-License-Identifier: GPL-2.0
/*
 * What people should know of a parameter that its number does not tell, each
 * only while it is true.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/compiler.h"
#include "cmd/cmd.h"
#include "cmd/tune/param_notes.h"
#include "reading/param_value.h"
#include "rules/rules.h"

/* so many listeners are named */
#define NAMED_MAX 3

struct note {
	char *text;
	size_t n;
};

/* --- what there is ------------------------------------------------------- */

/* Of this thread's namespace; @missing where the kernel has no such file. */
static __s64 sysctl(const char *path, __s64 missing)
{
	FILE *f = fopen(path, "re");
	__s64 value;

	if (!f)
		return missing;
	if (fscanf(f, "%lld", &value) != 1)
		value = missing;
	fclose(f);
	return value;
}

int around_take(struct conn *conn, struct params *params, struct around *around)
{
	static const struct wanted_listeners all = { .family = AF_UNSPEC };

	memset(around, 0, sizeof(*around));
	around->params = params;
	around->timestamps = sysctl("/proc/sys/net/ipv4/tcp_timestamps", 1);
	around->linear_syns =
		sysctl("/proc/sys/net/ipv4/tcp_syn_linear_timeouts", 0);
	return listeners_take(conn, &all, &around->listeners) ?:
	       conn_get_time_wait(conn, &around->time_wait);
}

void around_drop(struct around *around)
{
	listeners_drop(&around->listeners);
}

static __s64 number_of(const struct around *around, const char *name)
{
	const struct param *param = param_find(around->params, name);

	return param ? param->value.low : 0;
}

/* --- notes --------------------------------------------------------------- */

static void say(struct note *note, const char *fmt, ...) __printf(2, 3);

static void say(struct note *note, const char *fmt, ...)
{
	va_list ap;

	if (note->n)
		note->n += snprintf(note->text + note->n,
				    NOTE_TEXT - note->n, "; ");
	if (note->n >= NOTE_TEXT)
		return;
	va_start(ap, fmt);
	note->n += vsnprintf(note->text + note->n, NOTE_TEXT - note->n, fmt, ap);
	va_end(ap);
	if (note->n >= NOTE_TEXT)
		note->n = NOTE_TEXT - 1;
}

static void note_somaxconn(const struct around *around,
			   const struct param *param, struct note *note)
{
	const struct listeners *listeners = &around->listeners;
	char local[ENDPOINT_MAX], last[ENDPOINT_MAX] = "";
	const struct listener *listener;
	size_t i, n = 0;
	__u64 next;

	for (i = 0; i < listeners->dump.n; i++) {
		listener = &listeners->dump.list[i];
		next = listener_next_limit(listener, param->value.low);
		if (next == ABSENT || next <= listener->limit)
			continue;
		listener_local(listeners, i, local);
		/* one of a group stands for it */
		if (!strcmp(local, last) || n++ >= NAMED_MAX)
			continue;
		memcpy(last, local, sizeof(last));
		say(note, "%s keeps %llu until its next listen(2), which would give it %llu",
		    local, listener->limit, next);
	}
	if (n > NAMED_MAX)
		say(note, "and so do %zu more", n - NAMED_MAX);
}

static void note_syn_backlog(const struct around *around,
			     const struct param *param, struct note *note)
{
	__s64 cookies = number_of(around, "tcp_syncookies");

	(void)param;
	if (cookies)
		say(note, "no effect while tcp_syncookies is %lld", cookies);
}

static void note_syncookies(const struct around *around,
			    const struct param *param, struct note *note)
{
	(void)around;
	if (param->value.low == 2)
		say(note, "every SYN is answered with a cookie, full queue or not");
	else if (!param->value.low)
		say(note, "a full SYN queue drops SYNs");
}

static void note_syn_retries(const struct around *around,
			     const struct param *param, struct note *note)
{
	(void)param;
	if (around->linear_syns > 0)
		say(note,
		    "more are sent in the first seconds: net.ipv4.tcp_syn_linear_timeouts is %lld",
		    around->linear_syns);
}

static void note_abort(const struct around *around, const struct param *param,
		       struct note *note)
{
	(void)around;
	if (param->value.low)
		say(note,
		    "a client that finds the accept queue full is reset, and does not try again");
}

static void note_tw_buckets(const struct around *around,
			    const struct param *param, struct note *note)
{
	__u64 alive = around->time_wait.time_wait.alive;

	if (param->value.low < 0)
		say(note, "below 0 there is no limit");
	else if (!param->value.low)
		say(note, "no connection enters TIME-WAIT");
	else if (alive >= (__u64)param->value.low)
		say(note,
		    "%llu are in use: new ones are refused until there are fewer, none is removed",
		    alive);
}

static void note_tw_reuse(const struct around *around,
			  const struct param *param, struct note *note)
{
	if (param->value.low && !around->timestamps)
		say(note, "no effect while net.ipv4.tcp_timestamps is 0");
	if (param->value.low == 2)
		say(note, "2 is for loopback connections only");
}

static void note_reuse_delay(const struct around *around,
			     const struct param *param, struct note *note)
{
	(void)param;
	if (!number_of(around, "tcp_tw_reuse"))
		say(note, "no effect while tcp_tw_reuse is 0");
}

static void note_ports(const struct around *around, const struct param *param,
		       struct note *note)
{
	const struct range *value = &param->value;

	(void)around;
	if (value->low != value->high && value->low % 2 == value->high % 2)
		say(note,
		    "both ends are %s: connect(2) finds ports sooner when one is even and the other odd",
		    value->low % 2 ? "odd" : "even");
}

static void note_fastopen(const struct around *around,
			  const struct param *param, struct note *note)
{
	static const struct {
		int bit;
		const char *means;
	} bits[] = {
		{ 0x1, "clients" }, { 0x2, "servers" },
		{ 0x4, "clients send data without a cookie" },
		{ 0x200, "servers take data without a cookie" },
		{ 0x400, "all listeners, asked or not" },
	};
	char text[160] = "nobody";
	size_t i, n = 0;

	(void)around;
	for (i = 0; i < ARRAY_SIZE(bits); i++)
		if (param->value.low & bits[i].bit)
			n += snprintf(text + n, sizeof(text) - n, "%s%s",
				      n ? ", " : "", bits[i].means);
	say(note, "on for: %s", text);
}

#define KEEPALIVE "only for sockets with SO_KEEPALIVE that set no value of their own"

typedef void note_fn(const struct around *around, const struct param *param,
		     struct note *note);

/* @now: what is true now; @more and @about: what is worth a line when the
 * parameter is named, or is not what it is by default.
 */
static const struct {
	const char *name;
	note_fn *now, *more;
	const char *about;
} table[] = {
	{ .name = "somaxconn", .now = note_somaxconn,
	  .about = "running listeners keep their limit; one is changed by: tcpulse tune listener" },
	{ .name = "tcp_max_syn_backlog", .now = note_syn_backlog },
	{ .name = "tcp_syncookies", .now = note_syncookies },
	{ .name = "tcp_syn_retries", .more = note_syn_retries },
	{ .name = "tcp_abort_on_overflow", .now = note_abort },
	{ .name = "tcp_fastopen", .more = note_fastopen },
	{ .name = "tcp_max_tw_buckets", .now = note_tw_buckets },
	{ .name = "tcp_tw_reuse", .now = note_tw_reuse },
	{ .name = "tcp_tw_reuse_delay", .now = note_reuse_delay },
	{ .name = "tcp_fin_timeout",
	  .about = "how long FIN-WAIT-2 lasts; TIME-WAIT is always 60 s" },
	{ .name = "tcp_keepalive_time", .about = KEEPALIVE },
	{ .name = "tcp_keepalive_intvl", .about = KEEPALIVE },
	{ .name = "tcp_keepalive_probes", .about = KEEPALIVE },
	{ .name = "ip_local_port_range", .now = note_ports },
};

const char *read_only_reason(const struct param *param)
{
	return strcmp(param->name, "somaxconn") ?
	       "this kernel has no such sysctl, and behaves as if it were this" :
	       "this kernel lets only the user namespace of the host set it";
}

void param_note(const struct around *around, const struct param *param,
		bool named, char *text)
{
	struct note note = { .text = text };
	bool unusual = !value_same(param->unit, &param->value, &param->standard);
	size_t i;

	*text = '\0';
	if (param->read_only)
		say(&note, "%s", read_only_reason(param));
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		if (strcmp(table[i].name, param->name))
			continue;
		if (table[i].now)
			table[i].now(around, param, &note);
		if (!named && !unusual)
			continue;
		if (table[i].more)
			table[i].more(around, param, &note);
		if (table[i].about && !note.n)
			say(&note, "%s", table[i].about);
	}
}

/* --- senseless values ---------------------------------------------------- */

#define SHORTEST "it would count as the shortest there is, some retransmission timeouts"
#define AT_ONCE "all probes would be sent within a moment, and the connection be dropped"
#define TAKEN_FOR_1 "the kernel would take it for 1"

static const struct {
	const char *name;
	__s64 low, high;
	const char *consequence;
} senseless[] = {
	{ "tcp_max_tw_buckets", 0, 0,
	  "no connection would enter TIME-WAIT: late segments of an old one could hit a new one" },
	{ "tcp_max_tw_buckets", INT_MIN, -1,
	  "it would count as a very great number, no limit at all" },
	{ "tcp_max_syn_backlog", -1, 0,
	  "with tcp_syncookies 0 a SYN would be dropped whenever another waits" },
	{ "tcp_max_syn_backlog", INT_MIN, -2,
	  "with tcp_syncookies 0 each SYN would be dropped, but of clients known from before" },
	{ "tcp_syncookies", 3, INT_MAX, TAKEN_FOR_1 ": cookies when the SYN queue is full" },
	{ "tcp_abort_on_overflow", 2, INT_MAX, TAKEN_FOR_1 },
	{ "tcp_rfc1337", 2, INT_MAX, TAKEN_FOR_1 },
	{ "tcp_fastopen", INT_MIN, -1,
	  "it sets every bit: all listeners would take data from anybody, without a cookie" },
	{ "tcp_fin_timeout", INT_MIN, 0, SHORTEST },
	{ "tcp_keepalive_time", INT_MIN, -1,
	  "the timer of every idle connection would fire all the time, and never probe" },
	{ "tcp_keepalive_time", 0, 0,
	  "every connection would be probed as soon as it is idle" },
	{ "tcp_keepalive_intvl", INT_MIN, 0, AT_ONCE },
	{ "tcp_keepalive_probes", 0, 0,
	  "an idle connection would be dropped without having been probed" },
};

/* clients, servers, data without a cookie, all listeners: see note_fastopen() */
#define FASTOPEN_BITS 0x607

const char *value_consequence(const struct param *param,
			      const struct range *value)
{
	size_t i;

	/* what the kernel does not take, it will say itself */
	if (value->low < param->minimum || value->low > param->maximum)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(senseless); i++)
		if (value->low >= senseless[i].low && value->low <= senseless[i].high &&
		    !strcmp(senseless[i].name, param->name))
			return senseless[i].consequence;
	if (!strcmp(param->name, "tcp_fastopen") && value->low & ~FASTOPEN_BITS)
		return "it has bits that mean nothing";
	return NULL;
}
