/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arguments that are states: what the commands that take them share.
 */
#ifndef CLI_STATE_ARGS_H
#define CLI_STATE_ARGS_H

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

/* Offers the states, for completion. */
void state_args_offer(const struct opts *opts);

#endif
