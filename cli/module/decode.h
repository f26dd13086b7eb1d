/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decoding by tables: a reply becomes a plain struct.
 */
#ifndef CLI_DECODE_H
#define CLI_DECODE_H

#include "module/field.h"

struct nl_msg;

/**
 * decode_reply() - decode a message by a table
 * @nest: the table of its attributes
 * @msg: the message
 * @dst: a struct of @nest's size, overwritten
 *
 * Return: 0, or -EBADMSG after saying on stderr what is wrong.
 */
int decode_reply(const struct nest *nest, struct nl_msg *msg, void *dst);

#endif
