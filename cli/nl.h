/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transport to the module: one request, one reply, the kernel's own words when
 * it refuses. Does not know what is in a reply.
 */
#ifndef CLI_NL_H
#define CLI_NL_H

struct info;
struct conn;
struct states;
struct transitions;

/**
 * conn_open() - connect to the module in the network namespace of this thread
 * @conn: result, for conn_close()
 *
 * Return: ST_OK, ST_NOT_LOADED when there is no such family, ST_REFUSED.
 */
int conn_open(struct conn **conn);
void conn_close(struct conn *conn);

/* Each asks for one reply and decodes it; @family is AF_UNSPEC for both.
 * Return: ST_OK, ST_NOT_LOADED, ST_NOT_PERMITTED, ST_REFUSED.
 */
int conn_get_info(struct conn *conn, struct info *info);
int conn_get_states(struct conn *conn, int family, struct states *states);
int conn_get_transitions(struct conn *conn, int family, struct transitions *trans);

#endif
