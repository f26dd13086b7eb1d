// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/append.h"

static const char more[] = "...";

void append(char *text, size_t size, const char *fmt, ...)
{
	size_t n = strnlen(text, size - 1), room = size - n;
	va_list ap;
	int need;

	va_start(ap, fmt);
	need = vsnprintf(text + n, room, fmt, ap);
	va_end(ap);
	if (need >= 0 && (size_t)need < room)
		return;
	if (size > sizeof(more))
		memcpy(text + size - sizeof(more), more, sizeof(more));
	else
		text[n] = '\0';
}
