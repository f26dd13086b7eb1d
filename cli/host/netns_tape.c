// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/foreign.h"
#include "base/mask.h"
#include "base/tape.h"
#include "base/xalloc.h"
#include "host/netns.h"
#include "host/netns_tape.h"

/* more than these is no recording of ours */
#define LIST_MAX 65536

void netns_mask(struct netns *ns)
{
	/* that of the host is everybody's */
	if (!mask_is_on() || !strcmp(ns->name.raw, "host"))
		return;
	mask_name(MASK_NETNS, ns->name.raw, sizeof(ns->name.raw));
	snprintf(ns->path.raw, sizeof(ns->path.raw), "%s", ns->name.raw);
}

/* A newline stands between name and path; a zero, if they have newlines. */
static void keep(const char *question, const struct netns *ns)
{
	struct netns shown = *ns;
	char *text, joint;
	size_t n;
	FILE *f = xmemstream(&text, &n);

	netns_mask(&shown);
	joint = strchr(shown.path.raw, '\n') || strchr(shown.name.raw, '\n') ?
		'\0' : '\n';
	fprintf(f, "%llu %llu %s%c%s", (unsigned long long)ns->dev,
		(unsigned long long)ns->ino, shown.name.raw, joint,
		shown.path.raw);
	fclose(f);
	tape_keep(question, text, n);
	free(text);
}

/* @text has a zero behind it. */
static void parse(char *text, size_t n, struct netns *ns)
{
	unsigned long long dev = 0, ino = 0;
	char *path = strlen(text) < n ? text + strlen(text) : strchr(text, '\n');
	int at = 0;

	memset(ns, 0, sizeof(*ns));
	if (!path)
		return;
	*path++ = '\0';
	if (sscanf(text, "%llu %llu %n", &dev, &ino, &at) < 2)
		return;
	ns->dev = dev;
	ns->ino = ino;
	snprintf(ns->name.raw, sizeof(ns->name.raw), "%s", at ? text + at : "");
	snprintf(ns->path.raw, sizeof(ns->path.raw), "%s", path);
}

bool netns_tape(const char *question, struct netns *ns)
{
	char *text;
	ssize_t n;

	if (tape_records())
		keep(question, ns);
	if (!tape_replays())
		return true;
	n = tape_answer(question, &text);
	if (n < 0)
		return false;
	parse(text, n, ns);
	free(text);
	return true;
}

/* Masked, a namespace is called by what stands for its name. */
bool netns_tape_word(const char *word, struct netns *ns)
{
	char question[TAPE_QUESTION];
	struct netns shown = *ns;

	netns_mask(&shown);
	snprintf(question, sizeof(question), "network namespace %.64s",
		 inside(mask_is_on() ? shown.name.raw : word));
	return netns_tape(question, ns);
}

static bool tape_rows(struct netns **list, size_t n)
{
	size_t i;

	if (tape_replays())
		*list = xcalloc(n + 1, sizeof(**list));
	for (i = 0; i < n; i++)
		if (!netns_tape("a network namespace", &(*list)[i]))
			return false;
	return true;
}

bool netns_tape_list(struct netns **list, size_t *n)
{
	__s64 number = tape_number("number of network namespaces", *n);

	*n = 0;
	if (number < 0 || (tape_replays() && number > LIST_MAX))
		return false;
	*n = number;
	return tape_rows(list, number);
}
