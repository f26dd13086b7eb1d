// SPDX-License-Identifier: GPL-2.0
/*
 * The tables params, pending and changes of tcpulse_get.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/tcpulse.h>

#include "change.h"
#include "tcpulse_get.h"

static const char * const units[] = {
	[TCPULSE_UNIT_NUMBER] = "number",
	[TCPULSE_UNIT_SECONDS] = "seconds",
	[TCPULSE_UNIT_MILLISECONDS] = "milliseconds",
	[TCPULSE_UNIT_PORTS] = "ports",
};

static const char * const effects[] = {
	[TCPULSE_EFFECT_AT_ONCE] = "at-once",
	[TCPULSE_EFFECT_NEXT_LISTEN] = "next-listen",
	[TCPULSE_EFFECT_NEXT_CONNECT] = "next-connect",
	[TCPULSE_EFFECT_NEXT_HANDSHAKE] = "next-handshake",
	[TCPULSE_EFFECT_NEXT_CLOSE] = "next-close",
	[TCPULSE_EFFECT_NEXT_TIMER] = "next-timer",
};

static const char *name_of(unsigned int i, const char * const *names, size_t n)
{
	if (i >= n || !names[i])
		die(EX_REFUSED, "unit or effect %u in an answer", i);
	return names[i];
}

/* --- params ------------------------------------------------------------------ */

static const __u8 param_sizes[TCPULSE_A_PARAM_MAX + 1] = {
	[TCPULSE_A_PARAM_UNIT] = 1,
	[TCPULSE_A_PARAM_EFFECT] = 1,
	[TCPULSE_A_PARAM_VALUE] = 8,
	[TCPULSE_A_PARAM_VALUE_HIGH] = 8,
	[TCPULSE_A_PARAM_MINIMUM] = 8,
	[TCPULSE_A_PARAM_MAXIMUM] = 8,
	[TCPULSE_A_PARAM_LOADED] = 8,
	[TCPULSE_A_PARAM_LOADED_HIGH] = 8,
	[TCPULSE_A_PARAM_DEFAULT] = 8,
	[TCPULSE_A_PARAM_DEFAULT_HIGH] = 8,
};

/* upper ends: there for ports, all of them, and for nothing else */
static const bool is_high[TCPULSE_A_PARAM_MAX + 1] = {
	[TCPULSE_A_PARAM_VALUE_HIGH] = true,
	[TCPULSE_A_PARAM_LOADED_HIGH] = true,
	[TCPULSE_A_PARAM_DEFAULT_HIGH] = true,
};

/* one attribute each, by number; what is not there is NULL */
struct param {
	const struct nlattr *attr[TCPULSE_A_PARAM_MAX + 1];
};

static __s64 number(const struct param *p, unsigned int type)
{
	return get_uint(p->attr[type], param_sizes[type]);
}

static void check_param(const struct param *p)
{
	unsigned int type;
	bool ports;

	if (!p->attr[TCPULSE_A_PARAM_UNIT])
		die(EX_REFUSED, "a param without a unit");
	ports = number(p, TCPULSE_A_PARAM_UNIT) == TCPULSE_UNIT_PORTS;
	for (type = 1; type <= TCPULSE_A_PARAM_MAX; type++) {
		if (type != TCPULSE_A_PARAM_READ_ONLY &&
		    !p->attr[type] == (ports || !is_high[type]))
			die(EX_REFUSED, "attribute %u of a param missing, or too many", type);
	}
}

static void parse_param(const struct nlattr *nest, struct param *p)
{
	struct nlattr *attr;
	unsigned int type;

	memset(p, 0, sizeof(*p));
	mnl_attr_for_each_nested(attr, nest) {
		type = mnl_attr_get_type(attr);
		if (!type || type > TCPULSE_A_PARAM_MAX || p->attr[type])
			die(EX_REFUSED, "attribute %u of a param unknown or twice", type);
		p->attr[type] = attr;
	}
	check_param(p);
	if (mnl_attr_validate(p->attr[TCPULSE_A_PARAM_NAME], MNL_TYPE_NUL_STRING))
		die(EX_REFUSED, "a name without an end");
}

static void print_number(const struct param *p, unsigned int type)
{
	if (p->attr[type])
		printf(" %lld", number(p, type));
	else
		printf(" -");
}

static void print_param(const struct nlattr *nest)
{
	struct param p;

	parse_param(nest, &p);
	printf("%s %s %s", mnl_attr_get_str(p.attr[TCPULSE_A_PARAM_NAME]),
	       name_of(number(&p, TCPULSE_A_PARAM_UNIT), units, ARRAY_SIZE(units)),
	       name_of(number(&p, TCPULSE_A_PARAM_EFFECT), effects, ARRAY_SIZE(effects)));
	print_number(&p, TCPULSE_A_PARAM_VALUE);
	print_number(&p, TCPULSE_A_PARAM_VALUE_HIGH);
	print_number(&p, TCPULSE_A_PARAM_MINIMUM);
	print_number(&p, TCPULSE_A_PARAM_MAXIMUM);
	print_number(&p, TCPULSE_A_PARAM_LOADED);
	print_number(&p, TCPULSE_A_PARAM_LOADED_HIGH);
	print_number(&p, TCPULSE_A_PARAM_DEFAULT);
	print_number(&p, TCPULSE_A_PARAM_DEFAULT_HIGH);
	puts(p.attr[TCPULSE_A_PARAM_READ_ONLY] ? " read-only" : " -");
}

/* --- changes --------------------------------------------------------------- */

static void print_change(const struct nlattr *nest)
{
	const char *wrong;
	struct change c;

	wrong = change_parse(nest, &c);
	if (wrong)
		die(EX_REFUSED, "a row of a change: %s", wrong);
	change_print(&c);
}

static void print_pending(const struct nlattr *nest)
{
	unsigned int seen = 0;
	struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		seen |= 1u << mnl_attr_get_type(attr);
		switch (mnl_attr_get_type(attr)) {
		case TCPULSE_A_PENDING_TRANSACTION:
			printf("transaction=%llu\n", get_uint(attr, 8));
			break;
		case TCPULSE_A_PENDING_REMAINING_MS:
			printf("remaining-ms=%llu\n", get_uint(attr, 8));
			break;
		case TCPULSE_A_PENDING_CHANGE:
			print_change(attr);
			break;
		default:
			die(EX_REFUSED, "attribute %u of a pending", mnl_attr_get_type(attr));
		}
	}
	if (seen != (1u << (TCPULSE_A_PENDING_MAX + 1)) - 2)
		die(EX_REFUSED, "attributes of a pending missing, got %#x", seen);
}

/* data: the attribute that is wanted, the others are not printed */
static int params_cb(const struct nlmsghdr *nlh, void *data)
{
	unsigned int want = *(unsigned int *)data, type;
	struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		type = mnl_attr_get_type(attr);
		if (type != TCPULSE_A_PARAMS_PARAM && type != TCPULSE_A_PARAMS_PENDING)
			die(EX_REFUSED, "attribute %u unknown", type);
		if (type != want)
			continue;
		if (type == TCPULSE_A_PARAMS_PARAM)
			print_param(attr);
		else
			print_pending(attr);
	}
	return MNL_CB_OK;
}

static int changes_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nlattr *attr;

	(void)data;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != TCPULSE_A_CHANGES_CHANGE)
			die(EX_REFUSED, "attribute %u unknown", mnl_attr_get_type(attr));
		print_change(attr);
	}
	return MNL_CB_OK;
}

void get_params(void)
{
	unsigned int want = TCPULSE_A_PARAMS_PARAM;

	transact(family_id, TCPULSE_CMD_PARAM_GET, NULL, params_cb, &want);
}

void get_pending(void)
{
	unsigned int want = TCPULSE_A_PARAMS_PENDING;

	transact(family_id, TCPULSE_CMD_PARAM_GET, NULL, params_cb, &want);
}

void get_changes(void)
{
	transact(family_id, TCPULSE_CMD_CHANGE_GET, NULL, changes_cb, NULL);
}
