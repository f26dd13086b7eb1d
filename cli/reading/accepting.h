/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose accept queue holds a connection that has no inode yet. The kernel does not say;
 * its rules of lookup do, but for listeners that share address and port.
 */
#ifndef CLI_READING_ACCEPTING_H
#define CLI_READING_ACCEPTING_H

#include <stddef.h>

#include "base/foreign.h"
#include "host/sockdiag.h"

/**
 * struct accepting - the listeners there are, of both families
 * @list: by port, family, interface and address
 * @n: how many
 * @room: for how many there is memory at @list
 * @ifname: names of the interfaces they are bound to, as many
 */
struct accepting {
	struct diag_socket *list;
	struct interface_name *ifname;
	size_t n, room;
};

/**
 * accepting_take() - read them, of the network namespace this thread is in
 * @accepting: result, for accepting_drop(), also after a failure
 *
 * Return: ST_OK, ST_NOT_PERMITTED, ST_REFUSED.
 */
int accepting_take(struct accepting *accepting);
void accepting_drop(struct accepting *accepting);

/**
 * accepting_find() - the listeners that the kernel would have given a connection to
 * @accepting: those there are
 * @child: the connection, or a request for one
 * @first: result, when there is one: the first of them in @accepting->list
 *
 * That bound to its address before that bound to none. A child has the family of its
 * listener, and its interface if that is bound to one.
 *
 * Return: how many. More than one share address and port (SO_REUSEPORT), and which of
 * them it was nobody knows.
 */
size_t accepting_find(const struct accepting *accepting,
		      const struct diag_socket *child, size_t *first);

#endif
