/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text that a terminal shows, and does not obey: UTF-8 without control characters,
 * and without those that are not seen or change the order of what is.
 */
#ifndef CLI_PLAIN_H
#define CLI_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

/* Room for an escape: "\U000e0001". */
#define ESCAPE_TEXT 11

/**
 * rune_at() - the character that a text begins with
 * @text: the text
 * @rune: result; of what is no UTF-8, the byte
 *
 * Return: its length; 0 when it is no UTF-8.
 */
size_t rune_at(const char *text, __u32 *rune);

/* May it be printed as it is? */
bool rune_is_plain(__u32 rune);

/* "\x1b", "\u202e", "\U000e0001"; @length: that of rune_at() */
void rune_escape(__u32 rune, size_t length, char text[ESCAPE_TEXT]);

bool is_plain(const char *text);

/* For free(): all that is not plain is an escape. What is plain stays as it is, also
 * a backslash, so that it may be done twice.
 */
char *plain(const char *text);

/* For free(): of JSON, where an escape means the character. Newlines stay. */
char *plain_json(const char *json);

/* For free(): valid UTF-8, with U+FFFD for each byte that is none. */
char *plain_utf8(const char *text);

#endif
