/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sentences that would not fit on a line of the terminal.
 */
#ifndef CLI_WRAP_H
#define CLI_WRAP_H

#include "base/compiler.h"
#include "base/out.h"

/* As out_line(), but on a terminal broken between words, further lines indented.
 * Elsewhere it stays one line, for those who search in it.
 */
void wrap_line(enum style style, const char *fmt, ...) __printf(2, 3);

#endif
