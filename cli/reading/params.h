/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parameters, with what their effect depends on.
 */
#ifndef CLI_READING_PARAMS_H
#define CLI_READING_PARAMS_H

#include <stdbool.h>

#include "module/attrs_tune.h"
#include "reading/listeners.h"

struct conn;

/**
 * struct params_reading - parameters, and what their effect depends on
 * @params: all parameters; their values may be changed in between
 * @listeners: those running
 * @time_wait: minisocks alive
 * @timestamps: net.ipv4.tcp_timestamps is not 0
 * @linear_syns: net.ipv4.tcp_syn_linear_timeouts, 0 where there is none
 */
struct params_reading {
	const struct params *params;
	struct listeners listeners;
	struct time_wait_info time_wait;
	bool timestamps;
	__s64 linear_syns;
};

/**
 * params_reading_take() - read what the effect of parameters depends on
 * @conn: the module, in the namespace this thread is in
 * @params: all parameters there
 * @reading: result, for params_reading_drop(), also after a failure
 *
 * Return: ST_OK, ST_NOT_LOADED, ST_REFUSED.
 */
int params_reading_take(struct conn *conn, const struct params *params,
			struct params_reading *reading);
void params_reading_drop(struct params_reading *reading);

#endif
