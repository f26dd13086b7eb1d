/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text that is put together in room that does not grow.
 */
#ifndef CLI_APPEND_H
#define CLI_APPEND_H

#include <stddef.h>

#include "base/compiler.h"

/**
 * append() - write behind the end of a text
 * @text: the text
 * @size: all of its room; not 0
 * @fmt: as printf
 *
 * What does not fit is left out, and the text then ends with "...".
 */
void append(char *text, size_t size, const char *fmt, ...) __printf(3, 4);

#endif
