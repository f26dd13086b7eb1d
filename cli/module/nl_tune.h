/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to the module about tuning.
 */
#ifndef CLI_NL_TUNE_H
#define CLI_NL_TUNE_H

#include <stdbool.h>
#include <stddef.h>

#include "module/attrs_tune.h"
#include "module/request.h"

struct conn;
struct listener;

/* A parameter, and the value it is to have. */
struct setting {
	const struct param *param;
	struct range value;
};

/**
 * struct settings - what one request is to set
 * @n: how many
 * @setting: those
 */
struct settings {
	size_t n;
	struct setting setting[PARAMS_MAX];
};

/**
 * struct trial - how a change is made
 * @confirm_s: put back after so many seconds unless confirmed; 0: for good
 * @dry_run: check only
 */
struct trial {
	unsigned int confirm_s;
	bool dry_run;
};

/* Each asks for one reply and decodes it.
 * Return: ST_OK, ST_NOT_LOADED, ST_NOT_PERMITTED, ST_REFUSED.
 */
int conn_get_params(struct conn *conn, struct params *params);
int conn_get_changes(struct conn *conn, struct changes *changes);

/* As those; what the kernel refuses is left in @refusal to be explained. */
int conn_set_params(struct conn *conn, const struct settings *settings,
		    const struct trial *trial, struct tuning *tuning,
		    struct refusal *refusal);

/**
 * conn_set_listener() - the limit of a running listener
 * @conn: the module
 * @listener: which
 * @group: not only this one, but all that share its family, address and port
 * @limit: the new limit
 * @trial: how
 * @tuning: result, overwritten
 * @refusal: as above
 *
 * Return: as above.
 */
int conn_set_listener(struct conn *conn, const struct listener *listener,
		      bool group, __u64 limit, const struct trial *trial,
		      struct tuning *tuning, struct refusal *refusal);

/**
 * conn_settle() - confirm or revert the pending change
 * @conn: the module
 * @confirm: keep it; else put the old values back
 * @transaction: only if it is this one; 0: whichever
 * @tuning: result, overwritten
 * @refusal: as above
 *
 * Return: as above.
 */
int conn_settle(struct conn *conn, bool confirm, __u64 transaction,
		struct tuning *tuning, struct refusal *refusal);

#endif
