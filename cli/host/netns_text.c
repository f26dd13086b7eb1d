// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "base/shell.h"
#include "base/xalloc.h"
#include "host/netns.h"

/* How much of the name is that of the process, when one gave it. */
static bool is_of_process(const struct netns *ns, char number[32], size_t *length)
{
	size_t n = strlen(ns->name.raw), tail;
	char pid[21];
	int end = 0;

	if (sscanf(ns->path.raw, "/proc/%20[0-9]/ns/net%n", pid, &end) < 1 ||
	    !end || ns->path.raw[end])
		return false;
	tail = snprintf(number, 32, "(%s)", pid);
	*length = n - tail;
	return n >= tail && !strcmp(ns->name.raw + n - tail, number);
}

static bool is_host(const struct netns *ns)
{
	return !strcmp(ns->path.raw, "/proc/1/ns/net") ||
	       !strcmp(ns->path.raw, "host");
}

static const char *of_process(const struct netns *ns, size_t length,
			      const char *number)
{
	const char *comm = pooled(xstrndup(ns->name.raw, length));
	const char *shown = quoted_text(comm);
	char *text;

	text = xcalloc(1, strlen(shown) + strlen(number) + 1);
	stpcpy(stpcpy(text, shown), number);
	return pooled(text);
}

static const char *name_text(const struct netns *ns)
{
	char number[32];
	size_t length;

	if (!*ns->name.raw)
		return "";
	if (is_of_process(ns, number, &length))
		return of_process(ns, length, number);
	if (!strcmp(ns->name.raw, "host") && !is_host(ns))
		return "\"host\"";
	return quoted(ns->name);
}

const char *netns_text(const struct netns *ns)
{
	return *ns->mark ? pooled(xasprintf("%s%s", name_text(ns), ns->mark)) :
			   name_text(ns);
}

const char *netns_word(const struct netns *ns)
{
	return shell_word(ns->path.raw);
}
