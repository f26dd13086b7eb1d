/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arguments that several commands take: states, and filters of sockets.
 */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

struct opts;

/* What STATE is, for people. */
extern const char state_args_help[];

/**
 * state_args_check() - are all arguments states
 * @opts: with the arguments
 * @mask: result, STATE_BIT() each
 *
 * Return: ST_OK, or ST_USAGE after saying which is not.
 */
int state_args_check(const struct opts *opts, unsigned int *mask);

/* Offers the states, or the words of a filter, for completion. */
void state_args_offer(const struct opts *opts);
void filter_args_offer(const struct opts *opts);

#endif
