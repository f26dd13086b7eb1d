// SPDX-License-Identifier: GPL-2.0
/*
 * The attributes of a change, one table for how long each is, where it goes and
 * what it is called.
 */
#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "change.h"

static const char * const actions[] = {
	"?",
	[TCPULSE_ACTION_SET] = "set",
	[TCPULSE_ACTION_CONFIRM] = "confirm",
	[TCPULSE_ACTION_REVERT] = "revert",
	[TCPULSE_ACTION_EXPIRE] = "expire",
	[TCPULSE_ACTION_UNLOAD] = "unload",
	[TCPULSE_ACTION_KEEP] = "keep",
	[TCPULSE_ACTION_GONE] = "gone",
};

enum kind { FLAG, U8, U16, U32, U64, S64, TEXT, ADDRESS };

/* of numbers exactly, of texts at most */
static const size_t sizes[] = {
	[FLAG] = 0,
	[U8] = 1,
	[U16] = 2,
	[U32] = 4,
	[U64] = 8,
	[S64] = 8,
	[TEXT] = sizeof(((struct change *)0)->param),
};

#define FIELD(member, kind, name) { offsetof(struct change, member), kind, name }

/* where each attribute goes */
static const struct field {
	size_t at;
	enum kind kind;
	const char *name;
} fields[TCPULSE_A_CHANGE_MAX + 1] = {
	[TCPULSE_A_CHANGE_SEQUENCE] = FIELD(sequence, U64, "sequence"),
	[TCPULSE_A_CHANGE_TRANSACTION] = FIELD(transaction, U64, "transaction"),
	[TCPULSE_A_CHANGE_ACTION] = FIELD(action, U8, "action"),
	[TCPULSE_A_CHANGE_PARAM] = FIELD(param, TEXT, "param"),
	[TCPULSE_A_CHANGE_LISTENER_ID] = FIELD(listener_id, U64, "listener-id"),
	[TCPULSE_A_CHANGE_FAMILY] = FIELD(family, U16, "family"),
	[TCPULSE_A_CHANGE_ADDRESS] = FIELD(address, ADDRESS, "address"),
	[TCPULSE_A_CHANGE_PORT] = FIELD(port, U16, "port"),
	[TCPULSE_A_CHANGE_ASKED] = FIELD(asked, U32, "asked"),
	[TCPULSE_A_CHANGE_OLD] = FIELD(old, S64, "old"),
	[TCPULSE_A_CHANGE_OLD_HIGH] = FIELD(old_high, S64, "old-high"),
	[TCPULSE_A_CHANGE_NEW] = FIELD(new, S64, "new"),
	[TCPULSE_A_CHANGE_NEW_HIGH] = FIELD(new_high, S64, "new-high"),
	[TCPULSE_A_CHANGE_TIME_MS] = FIELD(time_ms, U64, "time-ms"),
	[TCPULSE_A_CHANGE_PID] = FIELD(pid, U32, "pid"),
	[TCPULSE_A_CHANGE_UID] = FIELD(uid, U32, "uid"),
	[TCPULSE_A_CHANGE_COMMAND] = FIELD(command, TEXT, "command"),
	[TCPULSE_A_CHANGE_IFINDEX] = FIELD(ifindex, U32, "ifindex"),
	[TCPULSE_A_CHANGE_V6ONLY] = { 0, FLAG, "v6only" },
};

const char *change_action(const struct change *c)
{
	return c->action < sizeof(actions) / sizeof(*actions) ? actions[c->action] : "?";
}

static const char *take(const struct nlattr *attr, const struct field *f, struct change *c)
{
	size_t len = mnl_attr_get_payload_len(attr);

	if (f->kind == TEXT) {
		if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) || len > sizes[TEXT])
			return "a text without an end";
	} else if (f->kind == ADDRESS) {
		if (len != 4 && len != 16)
			return "an address that is none";
	} else if (len != sizes[f->kind]) {
		return "a number of another size";
	}
	memcpy((char *)c + f->at, mnl_attr_get_payload(attr), len);
	return NULL;
}

/* What every row has, and what comes together. */
static const char *check(const struct change *c)
{
	bool listener = change_has(c, TCPULSE_A_CHANGE_LISTENER_ID);

	if (!change_has(c, TCPULSE_A_CHANGE_ACTION) || *change_action(c) == '?')
		return "no action";
	if (change_has(c, TCPULSE_A_CHANGE_PARAM) == listener)
		return "neither a parameter nor a listener, or both";
	if (listener != change_has(c, TCPULSE_A_CHANGE_ADDRESS) ||
	    listener != change_has(c, TCPULSE_A_CHANGE_FAMILY) ||
	    listener != change_has(c, TCPULSE_A_CHANGE_PORT))
		return "a listener's address goes with its id";
	if (!change_has(c, TCPULSE_A_CHANGE_OLD) || !change_has(c, TCPULSE_A_CHANGE_NEW))
		return "no old or no new value";
	if (!listener && (change_has(c, TCPULSE_A_CHANGE_IFINDEX) ||
			  change_has(c, TCPULSE_A_CHANGE_V6ONLY)))
		return "a parameter with what only a listener has";
	if (change_has(c, TCPULSE_A_CHANGE_OLD_HIGH) != change_has(c, TCPULSE_A_CHANGE_NEW_HIGH))
		return "only one upper end";
	return NULL;
}

const char *change_parse(const struct nlattr *nest, struct change *c)
{
	const char *wrong;
	struct nlattr *attr;
	unsigned int type;

	memset(c, 0, sizeof(*c));
	mnl_attr_for_each_nested(attr, nest) {
		type = mnl_attr_get_type(attr);
		if (!type || type > TCPULSE_A_CHANGE_MAX || change_has(c, type))
			return "an attribute unknown or twice";
		c->seen |= 1u << type;
		wrong = take(attr, &fields[type], c);
		if (wrong)
			return wrong;
	}
	return check(c);
}

static void print_number(const void *at, enum kind kind)
{
	if (kind == S64)
		printf("%lld", *(const __s64 *)at);
	else if (kind == U64)
		printf("%llu", *(const __u64 *)at);
	else if (kind == U32)
		printf("%u", *(const __u32 *)at);
	else
		printf("%u", kind == U16 ? *(const __u16 *)at : *(const __u8 *)at);
}

static void print_value(const struct change *c, unsigned int type)
{
	const void *at = (const char *)c + fields[type].at;
	char text[INET6_ADDRSTRLEN];

	if (type == TCPULSE_A_CHANGE_ACTION)
		printf("%s", change_action(c));
	else if (type == TCPULSE_A_CHANGE_FAMILY)
		printf("%s", c->family == AF_INET ? "inet" : "inet6");
	else if (fields[type].kind == ADDRESS)
		printf("%s", inet_ntop(c->family, c->address, text, sizeof(text)));
	else if (fields[type].kind == TEXT)
		printf("%s", (const char *)at);
	else if (fields[type].kind == FLAG)
		printf("1");
	else
		print_number(at, fields[type].kind);
}

void change_print(const struct change *c)
{
	const char *separator = "";
	unsigned int i;

	for (i = 1; i <= TCPULSE_A_CHANGE_MAX; i++) {
		if (!change_has(c, i) || i == TCPULSE_A_CHANGE_COMMAND)
			continue;
		printf("%s%s=", separator, fields[i].name);
		print_value(c, i);
		separator = " ";
	}
	if (change_has(c, TCPULSE_A_CHANGE_COMMAND))
		printf("%scommand=%s", separator, c->command);
	putchar('\n');
}
