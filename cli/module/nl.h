/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transport to the module: one request, one reply or a dump, the kernel's own
 * words when it refuses. Does not know what is in a reply.
 */
#ifndef CLI_NL_H
#define CLI_NL_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

struct conn;
struct info;
struct listener;
struct overflow;
struct segments;
struct states;
struct time_wait_info;
struct transitions;

/**
 * struct listener_dump - the listeners there are
 * @list: oldest first; for free()
 * @n: how many
 * @room: for how many there is memory at @list
 * @interrupted: one came or went meanwhile, and may be missing
 */
struct listener_dump {
	struct listener *list;
	size_t n, room;
	bool interrupted;
};

/**
 * conn_open() - connect to the module in the network namespace of this thread
 * @conn: result, for conn_close()
 *
 * Return: ST_OK, ST_NOT_LOADED when there is no such family, ST_REFUSED.
 */
int conn_open(struct conn **conn);
void conn_close(struct conn *conn);

/* When counting began, as all replies so far tell (began-us); 0 before the first. What
 * has another one must not be subtracted: it counts something else.
 */
__u64 conn_began_us(const struct conn *conn);

/* Each asks for one reply and decodes it; @family is AF_UNSPEC for both.
 * Return: ST_OK, ST_NOT_LOADED, ST_NOT_PERMITTED, ST_REFUSED.
 */
int conn_get_info(struct conn *conn, struct info *info);
int conn_get_states(struct conn *conn, int family, struct states *states);
int conn_get_transitions(struct conn *conn, int family, struct transitions *trans);
int conn_get_time_wait(struct conn *conn, struct time_wait_info *info);
int conn_get_overflow(struct conn *conn, struct overflow *overflow);
int conn_get_segments(struct conn *conn, int family, struct segments *segments);

/**
 * conn_dump_listeners() - all listeners
 * @conn: the module
 * @family: AF_UNSPEC for both
 * @overflowing: only those that ever dropped something, or are full now
 * @dump: result, overwritten; also after a failure its list is for free()
 *
 * Asks anew when one came or went meanwhile, but not for ever.
 *
 * Return: as those above.
 */
int conn_dump_listeners(struct conn *conn, int family, bool overflowing,
			struct listener_dump *dump);

/* Return: as those above. */
int conn_set_segments(struct conn *conn, bool enabled);

#endif
