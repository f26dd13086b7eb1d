// SPDX-License-Identifier: GPL-2.0
/*
 * Reads what the effect of parameters depends on.
 */
#include <string.h>
#include <sys/socket.h>

#include "host/sysctl_value.h"
#include "module/nl.h"
#include "reading/params.h"

int params_reading_take(struct conn *conn, const struct params *params,
			struct params_reading *reading)
{
	static const struct wanted_listeners all = { .family = AF_UNSPEC };

	memset(reading, 0, sizeof(*reading));
	reading->params = params;
	reading->timestamps = sysctl_value("/proc/sys/net/ipv4/tcp_timestamps", 1);
	reading->linear_syns =
		sysctl_value("/proc/sys/net/ipv4/tcp_syn_linear_timeouts", 0);
	return listeners_take(conn, &all, &reading->listeners) ?:
	       conn_get_time_wait(conn, &reading->time_wait);
}

void params_reading_drop(struct params_reading *reading)
{
	listeners_drop(&reading->listeners);
}
