// SPDX-License-Identifier: GPL-2.0
/*
 * Changes as text and as JSON.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/tcpulse.h>

#include "base/append.h"
#include "base/compiler.h"
#include "base/out.h"
#include "cmd/show.h"
#include "cmd/tune/change.h"
#include "host/names.h"

static const struct {
	const char *name, *text;
} actions[] = {
	[TCPULSE_ACTION_SET] = { "set", "" },
	[TCPULSE_ACTION_CONFIRM] = { "confirm", "kept" },
	[TCPULSE_ACTION_REVERT] = { "revert", "put back" },
	[TCPULSE_ACTION_EXPIRE] = {
		"expire", "put back by itself, as nobody confirmed it in time" },
	[TCPULSE_ACTION_UNLOAD] = {
		"unload", "put back, as the module was unloaded or the namespace ended" },
	[TCPULSE_ACTION_KEEP] = {
		"keep", "left as found: somebody else had changed it meanwhile" },
	[TCPULSE_ACTION_GONE] = {
		"gone", "nothing to put back: the listener had closed" },
};

static bool known(__u64 action)
{
	return action < ARRAY_SIZE(actions) && actions[action].name;
}

const char *change_action(__u64 action)
{
	return known(action) ? actions[action].name : "unknown";
}

const char *change_action_text(__u64 action)
{
	return known(action) ? actions[action].text : "";
}

void change_what(const struct change *change, char text[ENDPOINT_MAX])
{
	struct interface_name ifname = { };
	struct addr addr;

	if (*change->param) {
		snprintf(text, ENDPOINT_MAX, "%.120s", change->param);
		return;
	}
	if (change->ifindex)
		interface_name(change->ifindex, &ifname);
	if (change->ifindex && !*ifname.raw)
		snprintf(ifname.raw, sizeof(ifname.raw), "if%u",
			 (unsigned int)change->ifindex);
	addr_init(&addr, change->family == AF_INET6 ? AF_INET6 : AF_INET,
		  change->address);
	addr_endpoint(&addr, &ifname, change->port,
		      change->family == AF_INET6 && !change->v6only, text);
}

/* The unit is the parameter's; one that is not known has a number. */
static __u64 unit_of(const struct params *params, const struct change *change)
{
	const struct param *param = param_find(params, change->param);

	if ((__u64)change->before.high != ABSENT)
		return TCPULSE_UNIT_PORTS;
	return *change->param && param ? param->unit : TCPULSE_UNIT_NUMBER;
}

void change_values(const struct params *params, const struct change *change,
		   char before[VALUE_TEXT], char after[VALUE_TEXT])
{
	__u64 unit = unit_of(params, change);

	value_text(unit, &change->before, FOR_PEOPLE, before);
	value_text(unit, &change->after, FOR_PEOPLE, after);
}

bool change_is_none(const struct change *change)
{
	return change->before.low == change->after.low &&
	       change->before.high == change->after.high;
}

bool changes_made(const struct tuning *tuning)
{
	size_t i;

	for (i = 0; i < tuning->nr; i++)
		if (!change_is_none(&tuning->change[i]))
			return true;
	return false;
}

size_t change_run(const struct change *change, size_t n)
{
	char what[ENDPOINT_MAX], next[ENDPOINT_MAX];
	size_t run = 1;

	change_what(change, what);
	for (; run < n && !*change->param; run++) {
		change_what(&change[run], next);
		if (strcmp(what, next) ||
		    change[run].action != change->action ||
		    change[run].transaction != change->transaction ||
		    change[run].before.low != change->before.low ||
		    change[run].after.low != change->after.low)
			break;
	}
	return run;
}

/* Our passwd names those only who have a number here. */
static void who_user(const struct change *change, char *text)
{
	struct user_name user;

	if (change->uid == ABSENT) {
		append(text, WHO_TEXT, "unknown");
		return;
	}
	user_name(change->uid, &user);
	if (*user.raw)
		append(text, WHO_TEXT, "%s", quoted(user));
	else
		append(text, WHO_TEXT, "uid %llu", change->uid);
}

void change_who(const struct change *change, bool pid, char text[WHO_TEXT])
{
	*text = '\0';
	who_user(change, text);
	append(text, WHO_TEXT, " %s", quoted(change->command));
	if (pid && change->pid != ABSENT)
		append(text, WHO_TEXT, "(%llu)", change->pid);
}

/* --- text ---------------------------------------------------------------- */

struct widths {
	int what, before, after;
};

static const char *remark(const struct params *params,
			  const struct change *change)
{
	const struct param *param = param_find(params, change->param);

	if (change->action != TCPULSE_ACTION_SET)
		return change_action_text(change->action);
	if (change_is_none(change))
		return "was so already";
	return *change->param && param ? effect_text(param->effect) : "";
}

static int wider(int width, const char *text)
{
	int n = strlen(text);

	return n > width ? n : width;
}

static void measure(const struct params *params, const struct change *change,
		    struct widths *widths)
{
	char what[ENDPOINT_MAX], before[VALUE_TEXT], after[VALUE_TEXT];

	change_what(change, what);
	change_values(params, change, before, after);
	widths->what = wider(widths->what, what);
	widths->before = wider(widths->before, before);
	widths->after = wider(widths->after, after);
}

/* @run: so many sockets of one group */
static void text_row(const struct params *params, const struct change *change,
		     size_t run, const struct widths *widths)
{
	char what[ENDPOINT_MAX], before[VALUE_TEXT], after[VALUE_TEXT];
	char more[160];

	change_what(change, what);
	change_values(params, change, before, after);
	snprintf(more, sizeof(more), "%s", remark(params, change));
	if (run > 1)
		append(more, sizeof(more), ", %zu sockets", run);
	out_line(PLAIN, "%-*s  %*s -> %-*s%s%s", widths->what, what,
		 widths->before, before, *more ? widths->after : 0, after,
		 *more ? "  " : "", more);
}

void changes_text(const struct params *params, const struct change *change,
		  size_t n)
{
	struct widths widths = { };
	size_t i, run;

	if (out_is_json())
		return;
	for (i = 0; i < n; i++)
		measure(params, &change[i], &widths);
	for (i = 0; i < n; i += run) {
		run = change_run(&change[i], n - i);
		text_row(params, &change[i], run, &widths);
	}
}

/* --- JSON ---------------------------------------------------------------- */

static void json_listener(const struct change *change)
{
	char text[ENDPOINT_MAX];
	struct addr addr;

	addr_init(&addr, change->family, change->address);
	addr_text(&addr, text);
	out_u64("listener_id", change->listener_id);
	out_str("family", family_name(change->family));
	out_str("address", text);
	out_u64("port", change->port);
	if (change->ifindex)
		out_u64("ifindex", change->ifindex);
	if (change->asked != ABSENT)
		out_u64("asked", change->asked);
}

static void json_values(const struct change *change)
{
	out_i64("old", change->before.low);
	out_i64("new", change->after.low);
	if ((__u64)change->before.high == ABSENT)
		return;
	out_i64("old_high", change->before.high);
	out_i64("new_high", change->after.high);
}

static void json_number(const char *key, __u64 value)
{
	if (value == ABSENT)
		out_null(key);
	else
		out_u64(key, value);
}

void change_who_json(const struct change *change)
{
	json_number("pid", change->pid);
	json_number("uid", change->uid);
	out_name("command", change->command);
}

static void json_log(const struct change *change)
{
	out_u64("sequence", change->sequence);
	out_u64("transaction", change->transaction);
	out_u64("time_ms", change->time_ms);
	change_who_json(change);
}

void changes_json(const struct change *change, size_t n, bool log)
{
	size_t i;

	if (!out_is_json())
		return;
	out_table("changes", NULL, 0, 0);
	for (i = 0; i < n; i++) {
		out_row();
		if (*change[i].param)
			out_str("param", change[i].param);
		else
			json_listener(&change[i]);
		out_str("action", change_action(change[i].action));
		json_values(&change[i]);
		if (log)
			json_log(&change[i]);
	}
	out_table_end();
}

void changes_tuning_json(const struct tuning *tuning)
{
	if (!out_is_json())
		return;
	out_u64("transaction", tuning->transaction);
	if (tuning->remaining_ms != ABSENT)
		out_u64("remaining_ms", tuning->remaining_ms);
	changes_json(tuning->change, tuning->nr, false);
}
