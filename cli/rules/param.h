/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the values of parameters mean: why one has no effect now, what one does
 * that may surprise, which make no sense, and for how long a listener's limit
 * lasts.
 */
#ifndef CLI_RULES_PARAM_H
#define CLI_RULES_PARAM_H

#include <stdbool.h>

#include "rules/finding.h"

struct listener;
struct param;
struct params_reading;
struct range;

/* At most so many of one parameter. */
#define PARAM_FINDINGS 8

/**
 * param_findings() - what is to be said of a parameter
 * @reading: what there is
 * @param: of @reading's
 * @named: it was asked for by name; else only what matters now is said
 * @findings: result; their subject is the parameter
 */
void param_findings(const struct params_reading *reading,
		    const struct param *param, bool named,
		    struct findings *findings);

/* The sentence of one of those without its subject; as finding_text(). */
char *param_finding_clause(const struct finding *finding);

/* Why the parameter cannot be set, for one that is read-only. */
const char *param_read_only_reason(const struct param *param);

/**
 * param_consequence() - what a senseless value would do
 * @param: the parameter
 * @value: a value
 *
 * Return: a part of a sentence, or NULL when the value makes sense.
 */
const char *param_consequence(const struct param *param,
			      const struct range *value);

/**
 * struct next_listen - a listener whose limit was set while it runs
 * @listener: it
 * @limit: what was set
 * @somaxconn: what listen(2) is given at most
 * @application: its name, for people: quoted()
 * @raise: command that raises @somaxconn to @limit; "" when it is high enough
 * @next: result, to which the finding's @next points; for free()
 */
struct next_listen {
	const struct listener *listener;
	__u64 limit, somaxconn;
	const char *application, *raise;
	char *next;
};

/* What its next listen(2) would make of that limit. Always one. */
void next_listen_finding(struct next_listen *listen, struct findings *findings);

#endif
