// SPDX-License-Identifier: GPL-2.0
/*
 * Files of /proc that are not as they should be: each paragraph of the input, up
 * to a byte of zero, is the next file that is opened.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/mib.h"
#include "host/ports.h"
#include "tool.h"
#include "wrap.h"

static const __u8 *rest;
static size_t left;

FILE *__wrap_fopen(const char *path, const char *mode)
{
	const __u8 *end = left ? memchr(rest, 0, left) : NULL;
	const size_t len = end ? (size_t)(end - rest) : left;
	FILE *f = len ? fmemopen((void *)rest, len, "r") : NULL;

	(void)path;
	(void)mode;
	rest += end ? len + 1 : len;
	left -= end ? len + 1 : len;
	return f;
}

int fuzz_one(const __u8 *data, size_t size)
{
	__u8 *copy = malloc(size + !size);
	struct ports ports;
	struct mib mib;

	if (size)
		memcpy(copy, data, size);
	rest = copy;
	left = size;
	mib_read(&mib);
	if (!ports_read(&ports) && ports.capacity > 65536)
		abort();
	free(copy);
	return 0;
}
