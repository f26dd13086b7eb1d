/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that is written on stdout and stderr. Text is made plain here whatever it is
 * made of, so that nobody else's reaches a terminal as anything but text; escape
 * sequences and newlines are the sink's own. Style sees to it that nobody else writes.
 */
#ifndef CLI_SINK_H
#define CLI_SINK_H

#include <stdbool.h>

enum style { PLAIN, BOLD, DIM, GOOD, WARN, BAD };

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

void sink_color(enum color color);

/* Without a newline; @width: as many columns at least, filled at the left or right. */
void sink_text(enum style style, const char *text, int width, bool left);

void sink_newline(void);

/* Several lines that are all our own words: their newlines stay. */
void sink_lines(const char *text);

/* For completion: WORD, a tab, what it means. */
void sink_offer(const char *word, const char *help);

/* What jansson wrote, and a newline. */
void sink_json(const char *json);

/* To stderr, a line: after the program's name. */
void sink_error(const char *text);

/* To stderr, a line that the next one overwrites; NULL takes it away. Nothing unless
 * it is a terminal.
 */
void sink_progress(const char *text);

/* Return: 0, or a positive errno: what was written so far has not all arrived. */
int sink_flush(void);

#endif
