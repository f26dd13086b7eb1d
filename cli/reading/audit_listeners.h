/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of an audit that is about listeners.
 */
#ifndef CLI_AUDIT_LISTENERS_H
#define CLI_AUDIT_LISTENERS_H

#include <linux/types.h>

#include "module/attrs.h"

struct conn;
struct listener_audit;

/**
 * struct listener_verdict - listeners of one sample
 * @low: least number of listeners there can have been
 * @high: greatest
 * @witness: how many sock_diag lists
 * @compared: of how many the module and sock_diag both told
 * @depth: of those, how many once had the same accept queue depth in both
 * @limit: how many once had the same limit
 * @too_many: how many have refused more than they have dropped (sk_drops)
 * @unattributed: what no listener was found for
 */
struct listener_verdict {
	__s64 low, high, witness;
	__s64 compared, depth, limit, too_many;
	struct kernel_counters unattributed;
};

struct listener_audit *listener_audit_new(void);
void listener_audit_free(struct listener_audit *audit);

/**
 * listener_audit_sample() - ask the module, sock_diag, and the module again
 * @audit: remembers which listener agreed in an earlier sample
 * @conn: the module
 * @verdict: result, overwritten
 *
 * Return: ST_OK; ST_* when a source cannot be read.
 */
int listener_audit_sample(struct listener_audit *audit, struct conn *conn,
			  struct listener_verdict *verdict);

#endif
