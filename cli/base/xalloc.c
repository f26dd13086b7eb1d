// SPDX-License-Identifier: GPL-2.0
/*
 * Memory, or the end.
 */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static void *there(void *p)
{
	if (!p)
		abort();
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	return there(calloc(n, size));
}

void *xreallocarray(void *p, size_t n, size_t size)
{
	return there(reallocarray(p, n, size));
}

char *xstrdup(const char *text)
{
	return there(strdup(text));
}

char *xstrndup(const char *text, size_t n)
{
	return there(strndup(text, n));
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	return text;
}

char *xasprintf(const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return text;
}

FILE *xmemstream(char **text, size_t *size)
{
	return there(open_memstream(text, size));
}
