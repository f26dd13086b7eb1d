/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The independent witness: counts TCP sockets by walking all of them with
 * sock_diag(7), of the network namespace this thread is in.
 */
#ifndef CLI_SOCKDIAG_H
#define CLI_SOCKDIAG_H

#include <linux/types.h>

#include "parse.h"

/**
 * struct sockdiag - sockets of one address family
 * @state: how many in each state, as ss(8) shows them
 * @minisocks: of those, TIME_WAIT minisocks, of either substate
 */
struct sockdiag {
	__u64 state[STATE_SLOTS];
	__u64 minisocks;
};

/**
 * sockdiag_count() - walk the sockets of one family
 * @family: AF_INET or AF_INET6
 * @diag: result, overwritten
 *
 * Not a snapshot: what changes during the walk may be missed or met twice.
 *
 * Return: ST_OK, ST_NOT_PERMITTED, ST_REFUSED.
 */
int sockdiag_count(int family, struct sockdiag *diag);

#endif
