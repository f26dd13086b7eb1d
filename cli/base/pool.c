// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "base/pool.h"
#include "base/xalloc.h"

static struct {
	char **text;
	size_t n, room;
} pool;

const char *pooled(char *text)
{
	if (pool.n == pool.room) {
		pool.room = pool.room ? 2 * pool.room : 16;
		pool.text = xreallocarray(pool.text, pool.room,
					  sizeof(*pool.text));
	}
	pool.text[pool.n++] = text;
	return text;
}

void pool_empty(void)
{
	while (pool.n)
		free(pool.text[--pool.n]);
	free(pool.text);
	pool.text = NULL;
	pool.room = 0;
}
