// SPDX-License-Identifier: GPL-2.0
/*
 * Why the kernel refused, with what is not in its own sentence: on older kernels
 * that has no numbers.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/tcpulse.h>

#include "base/foreign.h"
#include "base/out.h"
#include "cmd/cmd.h"
#include "cmd/tune/pending.h"
#include "cmd/tune/refused.h"
#include "cmd/tune/tune.h"
#include "module/nl_tune.h"
#include "rules/param.h"

static void out_of_range(const struct param *param, const struct range *value)
{
	__s64 bad = value->low;
	bool below;

	if (param->unit == TCPULSE_UNIT_PORTS && bad >= param->minimum &&
	    bad <= param->maximum)
		bad = value->high;
	below = bad < param->minimum;
	out_err("%s: %lld is %s %lld: it takes %lld to %lld; nothing was changed (%s)",
		param->name, bad,
		below ? "below the minimum" : "above the maximum",
		below ? param->minimum : param->maximum,
		param->minimum, param->maximum, strerror(ERANGE));
}

static __s64 unprivileged_start(void)
{
	FILE *f = fopen("/proc/sys/net/ipv4/ip_unprivileged_port_start", "re");
	__s64 start = -1;

	if (f) {
		if (fscanf(f, "%lld", &start) != 1)
			start = -1;
		fclose(f);
	}
	return start;
}

static void bad_ports(const struct param *param, const struct range *value,
		      const struct extack *text)
{
	__s64 start = unprivileged_start();

	if (value->high < value->low)
		out_err("%s: the last port, %lld, is below the first, %lld; nothing was changed (%s)",
			param->name, value->high, value->low, strerror(ERANGE));
	else if (value->low < start)
		out_err("%s: %lld is below net.ipv4.ip_unprivileged_port_start, %lld; nothing was changed (%s)",
			param->name, value->low, start, strerror(ERANGE));
	else
		out_err("%s; nothing was changed (%s)", inside(text->raw),
			strerror(ERANGE));
}

static bool fits(const struct param *param, const struct range *value)
{
	if (value->low < param->minimum || value->low > param->maximum)
		return false;
	return param->unit != TCPULSE_UNIT_PORTS ||
	       (value->high >= param->minimum && value->high <= param->maximum);
}

/* The first that does not fit; else it is about the two ends of a range. */
static bool say_range(const struct settings *settings, const struct extack *text)
{
	const struct setting *ports = NULL, *setting;
	size_t i;

	for (i = 0; i < settings->n; i++) {
		setting = &settings->setting[i];
		if (!fits(setting->param, &setting->value)) {
			out_of_range(setting->param, &setting->value);
			return true;
		}
		if (setting->param->unit == TCPULSE_UNIT_PORTS)
			ports = setting;
	}
	if (ports)
		bad_ports(ports->param, &ports->value, text);
	return ports;
}

static bool say_read_only(const struct settings *settings)
{
	const struct param *param;
	size_t i;

	for (i = 0; i < settings->n; i++) {
		param = settings->setting[i].param;
		if (!param->read_only)
			continue;
		out_err("%s is read-only: %s; nothing was changed", param->name,
			param_read_only_reason(param));
		return true;
	}
	return false;
}

static void say_not_permitted(const struct tune *tune, const struct extack *text)
{
	bool user = geteuid();

	if (*text->raw)
		out_err("not permitted: %s (%s)", inside(text->raw),
			strerror(EPERM));
	else
		out_err("not permitted: it takes CAP_NET_ADMIN in the user namespace that owns this network namespace%s%s%s (%s)",
			user ? "; as in: sudo " : "", user ? tune->command : "",
			user ? " ..." : "", strerror(EPERM));
}

static void say_plainly(const struct refusal *refusal)
{
	if (*refusal->text.raw)
		out_err("refused: %s (%s)", inside(refusal->text.raw),
			strerror(refusal->error));
	else
		out_err("refused by the kernel: %s", strerror(refusal->error));
}

int refused_explain(const struct tune *tune, const struct settings *settings,
		    const struct refusal *refusal, int st)
{
	switch (refusal->error) {
	case 0:
		return st;
	case EPERM:
	case EACCES:
		if (!settings || !say_read_only(settings))
			say_not_permitted(tune, &refusal->text);
		return st;
	case ERANGE:
		if (settings && say_range(settings, &refusal->text))
			return st;
		break;
	case EROFS:
		if (settings && say_read_only(settings))
			return st;
		break;
	default:
		break;
	}
	say_plainly(refusal);
	if (refusal->error == EBUSY || refusal->error == ESTALE)
		pending_err(tune);
	return st;
}
