/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Making one request of the module, or another family, and having it answered.
 */
#ifndef CLI_REQUEST_H
#define CLI_REQUEST_H

#include <stdbool.h>
#include <linux/types.h>

#include "base/netlink.h"

struct nest;
struct nl_msg;
struct nl_sock;

/**
 * struct conn - a connection to the module
 * @nl: the socket, bound to the namespace it was opened in
 * @open: it is; not so for a replay
 * @parser: what libnl takes messages apart with; it is never connected
 * @family: id of the generic netlink family, or a negative error number of libnl's
 * @began_us: when counting began, by the first reply that tells
 */
struct conn {
	struct netlink nl;
	bool open;
	struct nl_sock *parser;
	int family;
	__u64 began_us;
};

#define EXTACK_MAX 256

/* The kernel's own sentence, or "". It may have the name of a process in it. */
struct extack {
	char raw[EXTACK_MAX];
};

/**
 * struct refusal - why the kernel did not do it
 * @error: a positive errno; 0 while nothing was refused, or the reason was said
 * @text: what the kernel says
 */
struct refusal {
	int error;
	struct extack text;
};

/**
 * struct request - one request under way
 * @reply: what a reply consists of; NULL when none but the ack will come
 * @dst: a struct of @reply's size, or what @next is given
 * @next: there may be many replies, or none: room for the next one; or NULL
 * @refusal: where to leave a refusal that the caller will explain; or NULL
 * @done: the last message has come
 * @answered: a reply has come
 * @interrupted: what was dumped changed meanwhile
 * @error: the kernel's answer, a negative errno
 * @extack: what it had to say
 */
struct request {
	const struct nest *reply;
	void *dst;
	void *(*next)(void *dst);
	struct refusal *refusal;
	bool done, answered, interrupted;
	int error;
	struct extack extack;
};

/* A message for the module; NULL when memory is short. */
struct nl_msg *request_msg(struct conn *conn, int cmd, int flags);

/**
 * request_ask() - send, and wait for the answer
 * @conn: the module
 * @what: what is tried, for people
 * @msg: freed; NULL when there was no memory for it
 * @req: how to take the answer
 *
 * Return: ST_OK, ST_NOT_LOADED, ST_NOT_PERMITTED, ST_REFUSED; the reason has
 * been said unless it is in @req->refusal.
 */
int request_ask(struct conn *conn, const char *what, struct nl_msg *msg,
		struct request *req);

/**
 * request_other() - ask another family than ours; it is not recorded
 * @conn: the module's connection
 * @msg: the request, which stays the caller's
 * @valid: called with each reply; returns NL_OK
 * @arg: for @valid
 *
 * Return: 0, or a negative error number of libnl's.
 */
int request_other(struct conn *conn, struct nl_msg *msg,
		  int (*valid)(struct nl_msg *msg, void *arg), void *arg);

/* Says so. Return: ST_NOT_LOADED. */
int request_not_loaded(void);

#endif
