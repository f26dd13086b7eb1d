// SPDX-License-Identifier: GPL-2.0
/*
 * Findings: collected, and put into words.
 */
#include <stdio.h>
#include <string.h>

#include "base/xalloc.h"
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
static void put_part(FILE *f, const struct finding *finding, char letter)
{
	switch (letter) {
	case 's':
		fprintf(f, "%s%s%s", finding->subject,
			*finding->holders ? " " : "", finding->holders);
		break;
	case '#':
		fprintf(f, "%llu", finding->count);
		break;
	case 'e':
		fputs(finding->evidence, f);
		break;
	case 'w':
		fputs(finding->when, f);
		break;
	case 'c':
		fputs(finding->cause, f);
		break;
	case 'n':
		fputs(finding->next ?: "", f);
		break;
	}
}

char *finding_text(const struct finding *finding)
{
	const char *p;
	char *text;
	size_t n;
	FILE *f = xmemstream(&text, &n);

	for (p = finding->form; *p; p++)
		if (*p == '$' && p[1])
			put_part(f, finding, *++p);
		else
			putc(*p, f);
	fclose(f);
	return text;
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
