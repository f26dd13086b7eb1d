/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tcpulse timewait does on request: walks over sockets, which the module's
 * counters need not. Their cost grows with the number of sockets.
 */
#ifndef CLI_WALK_H
#define CLI_WALK_H

#include <stdbool.h>
#include <linux/types.h>

#include "cmd/cmd.h"

struct diag_socket;
struct option_row;
struct opts;

/**
 * struct walked - what a walk cost
 * @sockets: how many the kernel sent
 * @duration_ms: how long it took
 */
struct walked {
	__u64 sockets, duration_ms;
};

/**
 * walk_sockets() - see the sockets that the options are about
 * @opts: family and filter
 * @states: STATE_BIT() of those looked at; fewer if the filter names some
 * @silence: as of sockdiag_walk()
 * @each: called for each that fits the filter
 * @arg: for @each
 * @walked: result
 *
 * Return: ST_OK, ST_NOT_PERMITTED, ST_REFUSED.
 */
int walk_sockets(const struct opts *opts, unsigned int states, bool silence,
		 void (*each)(const struct diag_socket *socket, void *arg),
		 void *arg, struct walked *walked);

/* Says what it cost, for people and for programs. */
void show_walked(const struct walked *walked, bool header);

/* Of @n rows as many as the options want. */
size_t walk_rows(const struct opts *opts, size_t n);

#define WALK_BY_VALUES "port|peer|prefix[/LEN]|connection"

/* How their options are set; a walk that is set already is no other. */
int walk_set(struct opts *opts, enum walk_kind walk);
int walk_set_by(const struct option_row *row, struct opts *opts,
		const char *value);
int walk_set_top(const struct option_row *row, struct opts *opts,
		 const char *value);

/* Each walks and shows, as often as the options say. Return: the exit status. */
int run_minisocks(const struct opts *opts);
int run_headroom(const struct opts *opts);
int run_stuck(const struct opts *opts);

#endif
