// SPDX-License-Identifier: GPL-2.0
/*
 * Ports between a source and a destination, or of a source, that run out.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/append.h"
#include "reading/headroom.h"
#include "rules/rules.h"

/* Less than a fifth is left, at the most. */
static bool is_scarce(const struct free_ports *left, __u64 capacity)
{
	return left->high * 5 < capacity;
}

void free_text(const struct free_ports *left, char *text, size_t size)
{
	if (left->low == left->high)
		snprintf(text, size, "%llu", left->high);
	else
		snprintf(text, size, "%llu-%llu", left->low, left->high);
}

/* ", 3 of listeners, 2 bound by hand" */
static void refused_text(const struct headroom *headroom, char *text, size_t size)
{
	*text = '\0';
	if (headroom->n_listening)
		append(text, size, ", %u of listeners", headroom->n_listening);
	if (headroom->n_bound)
		append(text, size, ", %u bound by hand", headroom->n_bound);
}

static void route_subject(const struct route *route, char *text)
{
	char src[ENDPOINT_MAX], dst[ENDPOINT_MAX];

	addr_text(&route->src, src);
	addr_endpoint(&route->dst, NULL, route->dport, false, dst);
	snprintf(text, SUBJECT_TEXT, "%s to %s", src, dst);
}

bool ports_finding(const struct headroom *headroom,
		   const struct route_ports *route, struct findings *findings)
{
	struct free_ports left = headroom_connect(headroom, route);
	struct finding finding = {
		.id = left.high ? "ports_scarce" : "ports_used_up",
		.severity = left.high ? WARNING : PROBLEM,
		.form = "$s: $e",
		.count = route->used,
	};
	char free[FREE_TEXT], refused[FREE_TEXT * 2];

	if (!is_scarce(&left, headroom->ports.capacity))
		return false;
	free_text(&left, free, sizeof(free));
	refused_text(headroom, refused, sizeof(refused));
	route_subject(&route->key, finding.subject);
	snprintf(finding.evidence, EVIDENCE_TEXT,
		 "%llu of %u ports used%s, %s free", route->used,
		 headroom->ports.capacity, refused, free);
	finding_add(findings, &finding);
	return true;
}

/* Where connect(2) chooses, some ports are mostly in common: it begins with the same half
 * of the range for each destination.
 */
static bool binds_first(const struct source_ports *source)
{
	return source->routes > 1 && !source->shared;
}

bool source_finding(const struct headroom *headroom,
		    const struct source_ports *source, struct findings *findings)
{
	struct free_ports left = headroom_bind(headroom, source);
	struct finding finding = {
		.id = left.high ? "source_ports_scarce" : "source_ports_used_up",
		.severity = left.high ? WARNING : PROBLEM,
		.form = "$s: $e; $n",
		.count = source->used,
		.next = "IP_BIND_ADDRESS_NO_PORT before bind(2) lets destinations share ports",
	};
	char free[FREE_TEXT];

	if (!binds_first(source) || !is_scarce(&left, headroom->ports.capacity))
		return false;
	free_text(&left, free, sizeof(free));
	addr_text(&source->src, finding.subject);
	snprintf(finding.evidence, EVIDENCE_TEXT,
		 "%llu of %u ports used to %llu destinations, none of them to two; who calls bind(2) with port 0 before connect(2) finds %s free",
		 source->used, headroom->ports.capacity, source->routes, free);
	finding_add(findings, &finding);
	return true;
}

void sources_findings(const struct headroom *headroom, struct findings *findings)
{
	size_t i;

	for (i = 0; i < headroom->n_sources; i++)
		source_finding(headroom, &headroom->sources[i], findings);
}

bool ports_may_be_scarce(const struct ports *ports, __u64 sockets)
{
	return sockets >= ports->capacity / 2;
}

void ports_findings(const struct headroom *headroom, struct findings *findings)
{
	struct route_ports **list;
	size_t n, i;

	list = headroom_sorted(headroom, &n);
	for (i = 0; i < n && i < PORTS_FINDINGS; i++)
		ports_finding(headroom, list[i], findings);
	free(list);
	sources_findings(headroom, findings);
}
