/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory, which there is: without it the tool can do nothing, and aborts.
 * All are as those without the x.
 */
#ifndef CLI_XALLOC_H
#define CLI_XALLOC_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "base/compiler.h"

void *xcalloc(size_t n, size_t size);

/* @n of @size each, of which those that were there stay. */
void *xreallocarray(void *p, size_t n, size_t size);

char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t n);

/* For free(). */
char *xvasprintf(const char *fmt, va_list ap) __printf(1, 0);

char *xasprintf(const char *fmt, ...) __printf(1, 2);

/* @text: for free(), once the result is closed. */
FILE *xmemstream(char **text, size_t *size);

#endif
