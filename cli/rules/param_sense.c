// SPDX-License-Identifier: GPL-2.0
/*
 * Values that the kernel takes and that make no sense.
 */
#include <limits.h>
#include <string.h>

#include "base/compiler.h"
#include "module/attrs_tune.h"
#include "rules/param.h"

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

/* clients, servers, data without a cookie, all listeners: see fastopen_finding() */
#define FASTOPEN_BITS 0x607

const char *param_consequence(const struct param *param,
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
