// SPDX-License-Identifier: GPL-2.0
/*
 * Findings: collected, and put into words.
 */
#include <stdio.h>
#include <string.h>

#include "rules/finding.h"

void finding_add(struct findings *findings, const struct finding *finding)
{
	if (findings->n < findings->room)
		findings->list[findings->n++] = *finding;
}

void finding_held_by(struct finding *finding, const struct holders *holders)
{
	if (holders)
		procs_text(holders, finding->holders, sizeof(finding->holders));
}

/* What stands for a letter of a form. */
static void part_text(const struct finding *finding, char letter, char *text)
{
	const char *what = "";

	switch (letter) {
	case 's':
		snprintf(text, FINDING_TEXT, "%s%s%s", finding->subject,
			 *finding->holders ? " " : "", finding->holders);
		return;
	case '#':
		snprintf(text, FINDING_TEXT, "%llu", finding->count);
		return;
	case 'e':
		what = finding->evidence;
		break;
	case 'c':
		what = finding->cause;
		break;
	case 'n':
		what = finding->next ?: "";
		break;
	}
	snprintf(text, FINDING_TEXT, "%s", what);
}

void finding_text(const struct finding *finding, char *text)
{
	char part[FINDING_TEXT];
	const char *p;
	size_t n = 0;

	for (p = finding->form; *p && n < FINDING_TEXT; p++) {
		if (*p == '$' && p[1])
			part_text(finding, *++p, part);
		else
			snprintf(part, sizeof(part), "%c", *p);
		n += snprintf(text + n, FINDING_TEXT - n, "%s", part);
	}
}

void rate_text(__u64 now, __u64 old, __u64 ms, char *text, size_t size)
{
	__u64 delta = now > old ? now - old : 0;
	double rate = ms ? (double)delta * 1000 / ms : 0;

	if (!ms)
		*text = '\0';
	else if (delta && rate < 0.05)
		snprintf(text, size, " (+<0.1/s)");
	else
		snprintf(text, size, " (+%.1f/s)", rate);
}
