/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the values of parameters mean: why one has no effect now, what one does
 * that may surprise, and which make no sense.
 */
#ifndef CLI_PARAM_NOTES_H
#define CLI_PARAM_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "module/attrs_tune.h"
#include "reading/listeners.h"

struct conn;

/* Room for any note. */
#define NOTE_TEXT 512

/**
 * struct around - what notes depend on
 * @params: all parameters; their values may be changed in between
 * @listeners: those running
 * @time_wait: minisocks alive
 * @timestamps: net.ipv4.tcp_timestamps is not 0
 * @linear_syns: net.ipv4.tcp_syn_linear_timeouts, 0 where there is none
 */
struct around {
	struct params *params;
	struct listeners listeners;
	struct time_wait_info time_wait;
	bool timestamps;
	__s64 linear_syns;
};

/**
 * around_take() - look around
 * @conn: the module, in the namespace this thread is in
 * @params: all parameters there
 * @around: result, for around_drop(), also after a failure
 *
 * Return: ST_OK, ST_NOT_LOADED, ST_REFUSED.
 */
int around_take(struct conn *conn, struct params *params, struct around *around);
void around_drop(struct around *around);

/**
 * param_note() - what is to be said of a parameter
 * @around: what there is
 * @param: of @around's
 * @named: it was asked for by name; else only what matters now is said
 * @text: result, at least NOTE_TEXT; "" when there is nothing to say
 */
void param_note(const struct around *around, const struct param *param,
		bool named, char *text);

/**
 * value_consequence() - what a senseless value would do
 * @param: the parameter
 * @value: a value
 *
 * Return: a part of a sentence, or NULL when the value makes sense.
 */
const char *value_consequence(const struct param *param,
			      const struct range *value);

/* Why the parameter cannot be set, for one that is read-only. */
const char *read_only_reason(const struct param *param);

#endif
