// SPDX-License-Identifier: GPL-2.0
/*
 * For how long the limit of a running listener lasts.
 */
#include <limits.h>
#include <stdio.h>

#include "base/xalloc.h"
#include "reading/listeners.h"
#include "rules/param.h"
#include "rules/rules.h"

static void unknown(struct next_listen *listen, struct finding *finding)
{
	finding->id = "next_listen_unknown";
	finding->form = *listen->raise ? "$e; $c. To raise that: $n" : "$e; $c";
	snprintf(finding->evidence, EVIDENCE_TEXT,
		 "what %s asked for is not known", listen->application);
	snprintf(finding->cause, CAUSE_TEXT,
		 "its next listen(2) gives it that again, and no more than somaxconn, %llu",
		 listen->somaxconn);
	listen->next = xasprintf("%s", listen->raise);
}

static void clipped(struct next_listen *listen, struct finding *finding)
{
	finding->id = "next_listen_clipped";
	finding->form = "$e; $c, which is somaxconn. For good: $n";
	listen->next = xasprintf("%s, then reload %s", listen->raise,
				 listen->application);
}

static void asks_less(struct next_listen *listen, struct finding *finding)
{
	finding->id = "next_listen_less";
	finding->form = "$e; $c. For good: $n";
	listen->next = xasprintf("have it ask for %llu%s%s", listen->limit,
				 *listen->raise ? ", and: " : "", listen->raise);
}

/* What it will ask for, and get. */
static void known(struct next_listen *listen, struct finding *finding)
{
	__u64 asked = listen->listener->asked;
	__u64 next = listener_next_limit(listen->listener, listen->somaxconn);

	if (asked > INT_MAX)
		snprintf(finding->evidence, EVIDENCE_TEXT,
			 "%s asked for as much as it may have",
			 listen->application);
	else
		snprintf(finding->evidence, EVIDENCE_TEXT, "%s asked for %llu",
			 listen->application, asked);
	snprintf(finding->cause, CAUSE_TEXT,
		 "its next listen(2) gives it %llu", next);
	if (next >= listen->limit)
		return;
	if (asked >= listen->limit)
		clipped(listen, finding);
	else
		asks_less(listen, finding);
}

void next_listen_finding(struct next_listen *listen, struct findings *findings)
{
	struct finding finding = {
		.id = "next_listen_same",
		.severity = NOTE,
		.form = "$e; $c",
	};

	listen->next = NULL;
	if (listen->listener->asked == ABSENT)
		unknown(listen, &finding);
	else
		known(listen, &finding);
	finding.next = listen->next;
	finding_add(findings, &finding);
}
