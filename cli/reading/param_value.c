// SPDX-License-Identifier: GPL-2.0
/*
 * The module gives parameters their names, units and ranges; how people write
 * them, and which sysctl(8) they are, is known here.
 */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <linux/tcpulse.h>

#include "base/compiler.h"
#include "base/parse.h"
#include "host/sysctl_file.h"
#include "reading/param_value.h"

static const struct {
	const char *brief, *text, *json;
} effects[] = {
	[TCPULSE_EFFECT_AT_ONCE] = { "at once", "at once", "at_once" },
	[TCPULSE_EFFECT_NEXT_LISTEN] = {
		"next listen", "sockets that listen from now on", "next_listen" },
	[TCPULSE_EFFECT_NEXT_CONNECT] = {
		"next connect", "connect() from now on", "next_connect" },
	[TCPULSE_EFFECT_NEXT_HANDSHAKE] = {
		"next handshake", "handshakes from now on", "next_handshake" },
	[TCPULSE_EFFECT_NEXT_CLOSE] = {
		"next close", "connections closed from now on", "next_close" },
	[TCPULSE_EFFECT_NEXT_TIMER] = {
		"next timer", "when a connection's timer fires next", "next_timer" },
};

static const char * const units[] = {
	[TCPULSE_UNIT_NUMBER] = "number", [TCPULSE_UNIT_SECONDS] = "seconds",
	[TCPULSE_UNIT_MILLISECONDS] = "milliseconds",
	[TCPULSE_UNIT_PORTS] = "ports",
};

static bool known_effect(__u64 effect)
{
	return effect < ARRAY_SIZE(effects) && effects[effect].json;
}

const char *effect_short(__u64 effect)
{
	return known_effect(effect) ? effects[effect].brief : "?";
}

const char *effect_text(__u64 effect)
{
	return known_effect(effect) ? effects[effect].text : "";
}

const char *effect_json(__u64 effect)
{
	return known_effect(effect) ? effects[effect].json : "unknown";
}

const char *unit_json(__u64 unit)
{
	return unit < ARRAY_SIZE(units) && units[unit] ? units[unit] : "number";
}

/* --- names --------------------------------------------------------------- */

static const char *folder(const struct param *param)
{
	return strcmp(param->name, "somaxconn") ? "net.ipv4" : "net.core";
}

void param_key(const struct param *param, char *text)
{
	snprintf(text, KEY_TEXT, "%s.%s", folder(param), param->name);
}

const struct param *param_find_key(const struct params *params, const char *key)
{
	char text[KEY_TEXT];
	size_t i;

	for (i = 0; i < params->nr; i++) {
		param_key(&params->param[i], text);
		if (sysctl_same_key(text, key))
			return &params->param[i];
	}
	return NULL;
}

const struct param *param_find(const struct params *params, const char *word)
{
	size_t i;

	for (i = 0; i < params->nr; i++)
		if (!strcmp(params->param[i].name, word))
			return &params->param[i];
	return param_find_key(params, word);
}

/* fin_timeout for tcp_fin_timeout, max_syn_backlog for tcp_max_syn_backlog */
static const char *without_tcp(const char *name)
{
	return strncmp(name, "tcp_", 4) ? name : name + 4;
}

const char *param_nearest(const struct params *params, const char *word)
{
	const char *base = word + strcspn(word, "./"), *found = NULL;
	unsigned int d, best;
	size_t i;

	for (; *base; base = word + strcspn(word, "./"))
		word = base + 1;
	best = likeness_limit(word);
	for (i = 0; i < params->nr; i++) {
		d = likeness(without_tcp(word),
			     without_tcp(params->param[i].name));
		if (d < best) {
			best = d;
			found = params->param[i].name;
		}
	}
	return found;
}

/* --- text to numbers ----------------------------------------------------- */

/* far beyond every range, and far from overflow */
#define NUMBER_MAX 1000000000000000LL

/* sysctl(8) takes 0x as well; a leading zero would be octal there, so it is no
 * number here.
 */
static const char *digits(const char *s, __s64 *value)
{
	bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	const char *p = hex ? s + 2 : s, *start = p;
	int base = hex ? 16 : 10;

	if (!hex && p[0] == '0' && isdigit((unsigned char)p[1]))
		return NULL;
	for (*value = 0; isxdigit((unsigned char)*p); p++) {
		if (!hex && !isdigit((unsigned char)*p))
			break;
		*value = *value * base + (isdigit((unsigned char)*p) ?
			 *p - '0' : tolower((unsigned char)*p) - 'a' + 10);
		if (*value > NUMBER_MAX)
			return NULL;
	}
	return p > start ? p : NULL;
}

static __s64 factor(__u64 unit, const char *suffix)
{
	static const struct {
		__u64 unit;
		const char *suffix;
		__s64 factor;
	} suffixes[] = {
		{ TCPULSE_UNIT_NUMBER, "k", 1000 },
		{ TCPULSE_UNIT_NUMBER, "M", 1000000 },
		{ TCPULSE_UNIT_SECONDS, "s", 1 },
		{ TCPULSE_UNIT_SECONDS, "min", 60 },
		{ TCPULSE_UNIT_SECONDS, "h", 3600 },
		{ TCPULSE_UNIT_MILLISECONDS, "ms", 1 },
		{ TCPULSE_UNIT_MILLISECONDS, "s", 1000 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(suffixes); i++)
		if (suffixes[i].unit == unit &&
		    !strcmp(suffixes[i].suffix, suffix))
			return suffixes[i].factor;
	return 0;
}

static bool parse_number(__u64 unit, const char *text, bool plain, __s64 *value)
{
	bool minus = *text == '-';
	const char *end = digits(text + minus, value);
	__s64 times = 1;

	if (end && *end)
		times = plain ? 0 : factor(unit, end);
	if (!end || !times || __builtin_mul_overflow(*value, times, value))
		return false;
	if (minus)
		*value = -*value;
	return true;
}

static bool parse_ports(const char *text, bool plain, struct range *value)
{
	const char *end = digits(text, &value->low);

	if (!end)
		return false;
	if (*end == '-' && !plain)
		end++;
	else if (isblank((unsigned char)*end))
		end += strspn(end, " \t");
	else
		return false;
	end = digits(end, &value->high);
	return end && !*end;
}

bool value_parse(__u64 unit, const char *text, bool plain, struct range *value)
{
	memset(value, 0, sizeof(*value));
	if (unit == TCPULSE_UNIT_PORTS)
		return parse_ports(text, plain, value);
	return parse_number(unit, text, plain, &value->low);
}

const char *value_wanted(__u64 unit, bool plain)
{
	if (unit == TCPULSE_UNIT_PORTS)
		return plain ? "two ports, as in 32768 60999" :
			       "two ports, as in 32768-60999";
	if (plain)
		return "a whole number";
	if (unit == TCPULSE_UNIT_SECONDS)
		return "a whole number of seconds, as in 60, 60s, 5min or 2h";
	if (unit == TCPULSE_UNIT_MILLISECONDS)
		return "a whole number of milliseconds, as in 500, 500ms or 1s";
	return "a whole number, as in 4096, 4k or 1M";
}

/* --- numbers to text ----------------------------------------------------- */

void value_text(__u64 unit, const struct range *value, enum spelling spelling,
		char *text)
{
	const char *suffix = "";

	if (unit == TCPULSE_UNIT_PORTS) {
		snprintf(text, VALUE_TEXT, "%lld%c%lld", value->low,
			 spelling == FOR_SYSCTL ? ' ' : '-', value->high);
		return;
	}
	if (spelling == FOR_PEOPLE && unit == TCPULSE_UNIT_SECONDS)
		suffix = " s";
	if (spelling == FOR_PEOPLE && unit == TCPULSE_UNIT_MILLISECONDS)
		suffix = " ms";
	snprintf(text, VALUE_TEXT, "%lld%s", value->low, suffix);
}

bool value_same(__u64 unit, const struct range *a, const struct range *b)
{
	return a->low == b->low &&
	       (unit != TCPULSE_UNIT_PORTS || a->high == b->high);
}

bool param_differs(const struct param *param)
{
	return !value_same(param->unit, &param->value, &param->loaded);
}
