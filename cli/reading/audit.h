/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Compares the module with the kernel's own tables and counters. Takes samples
 * and judges them; shows nothing.
 */
#ifndef CLI_AUDIT_H
#define CLI_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "base/parse.h"
#include "module/attrs.h"

struct conn;

/* The better, the greater. */
enum verdict { DIFFERS, BRACKETED, EQUAL };

/**
 * struct comparison - one number of the module and its witness
 * @low: least the module's number can have been while the witness was asked
 * @high: greatest; the same as @low when nothing moved
 * @witness: what the witness says
 * @verdict: EQUAL, or BRACKETED by two different bounds, or neither
 */
struct comparison {
	__s64 low, high, witness;
	enum verdict verdict;
};

struct population {
	unsigned int state, family;
	struct comparison cmp;
};

/* what is compared besides populations */
enum check_id {
	CHECK_CONSERVED,
	CHECK_SOCKSTAT,
	CHECK_MINISOCKS,
	CHECK_CREATED,
	CHECK_REFUSED,
	CHECK_CURR_ESTAB,
	CHECK_ESTAB_RESETS,
	CHECK_ACTIVE_OPENS,
	CHECK_SYN_RETRANS,
	CHECK_OUT_RSTS,
	CHECK_LISTENERS,
	CHECK_DEPTHS,
	CHECK_LIMITS,
	CHECK_TOO_MANY,
	CHECK_LOST,
	CHECK_UNEXPECTED,
	CHECK_BELOW_ZERO,
	N_CHECKS
};

#define N_POPULATIONS_MAX (2 * STATE_SLOTS)

/**
 * struct audit - how all numbers compare
 * @population: each state and family, @n_populations of them
 * @check: by enum check_id
 * @segments: segments are counted; else what is made of them is not compared
 * @unattributed: refusals that no listener was found for
 * @samples: how many were taken
 * @duration_ms: how long that took
 */
struct audit {
	struct population population[N_POPULATIONS_MAX];
	size_t n_populations;
	struct comparison check[N_CHECKS];
	bool segments;
	struct kernel_counters unattributed;
	unsigned int samples;
	__u64 duration_ms;
};

/**
 * audit_run() - take samples until all agrees
 * @conn: the module, in the namespace this thread is in
 * @timeout_ms: when to stop trying
 * @audit: result, overwritten
 *
 * Populations that move while sock_diag walks are known between two bounds
 * only. A few more samples are taken in the hope of a quiet one; as many as
 * fit into @timeout_ms while anything lies outside of its bounds.
 *
 * Return: ST_OK, whatever the result; ST_* when a source cannot be read.
 */
int audit_run(struct conn *conn, unsigned int timeout_ms, struct audit *audit);

/* Whether it was compared. */
bool audit_compares(const struct audit *audit, enum check_id id);

/* By how much the module's number is too great; 0 within the bounds. */
__s64 audit_difference(const struct comparison *cmp);

#endif
