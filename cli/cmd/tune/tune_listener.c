// SPDX-License-Identifier: GPL-2.0
/*
 * tune listener: the limit of a running listener's queues, and what its next
 * listen(2) will make of it.
 */
#include <limits.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <linux/tcpulse.h>

#include "base/foreign.h"
#include "base/out.h"
#include "base/pool.h"
#include "base/shell.h"
#include "base/wrap.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/findings.h"
#include "cmd/tune/apply.h"
#include "cmd/tune/change.h"
#include "cmd/tune/listener_find.h"
#include "cmd/tune/refused.h"
#include "cmd/tune/subs.h"
#include "cmd/tune/tune.h"
#include "host/procs.h"
#include "module/nl_tune.h"
#include "reading/param_value.h"
#include "rules/param.h"

/**
 * struct job - a listener, and what it is to have
 * @limit: new limit of its queues
 * @found: which
 * @name: its address in text
 * @holders: the processes that hold it, in text; "" when not known
 * @application: the first of them
 */
struct job {
	__u64 limit;
	struct found found;
	char name[ENDPOINT_MAX], holders[PROCS_TEXT];
	struct comm application;
};

static const struct listener *first_of(const struct job *job)
{
	return &job->found.listeners.dump.list[job->found.member[0]];
}

static int parse_backlog(const char *arg, __u64 *limit)
{
	struct range value;

	if (strncmp(arg, "backlog=", 8)) {
		out_err("tune listener: '%s' is not backlog=N, as in backlog=4096",
			inside(arg));
		return ST_USAGE;
	}
	if (!value_parse(TCPULSE_UNIT_NUMBER, arg + 8, false, &value)) {
		out_err("backlog: '%s' is not %s", inside(arg + 8),
			value_wanted(TCPULSE_UNIT_NUMBER, false));
		return ST_USAGE;
	}
	if (value.low < 0 || value.low > INT_MAX) {
		out_err("backlog: %lld is out of range: it is 0 to %d",
			value.low, INT_MAX);
		return ST_USAGE;
	}
	*limit = value.low;
	return ST_OK;
}

static void name_it(struct job *job)
{
	const struct listeners *listeners = &job->found.listeners;
	struct procs *procs = procs_new();
	const struct holders *holders;
	size_t i;

	for (i = 0; i < job->found.n; i++)
		procs_want(procs, listeners->dump.list[job->found.member[i]].inode);
	procs_walk(procs, false);
	holders = procs_find(procs, first_of(job)->inode);
	if (holders) {
		procs_text(holders, job->holders, sizeof(job->holders));
		job->application = holders->holder[0].name;
	}
	listener_local(listeners, job->found.member[0], job->name);
	procs_free(procs);
}

/* --- what is said -------------------------------------------------------- */

/* Members may have had different limits. */
static void old_limits(const struct tuning *tuning, char text[VALUE_TEXT])
{
	__s64 least = tuning->change[0].before.low, most = least, old;
	size_t i;

	for (i = 1; i < tuning->nr; i++) {
		old = tuning->change[i].before.low;
		least = old < least ? old : least;
		most = old > most ? old : most;
	}
	if (least == most)
		snprintf(text, VALUE_TEXT, "%lld", least);
	else
		snprintf(text, VALUE_TEXT, "%lld..%lld", least, most);
}

static void say_change(const struct job *job, const struct tuning *tuning)
{
	char old[VALUE_TEXT], group[64] = "";

	if (!tuning->nr)
		return;
	old_limits(tuning, old);
	if (tuning->nr > 1)
		snprintf(group, sizeof(group), ", all %zu sockets of its SO_REUSEPORT group",
			 tuning->nr);
	if (!changes_made(tuning)) {
		wrap_line(PLAIN, "%s%s%s: accept queue limit was %s already%s",
			  job->name, *job->holders ? " " : "", job->holders,
			  old, group);
		return;
	}
	wrap_line(PLAIN,
		  "%s%s%s: accept queue limit %s -> %llu%s (live, until the socket closes or listens again)",
		  job->name, *job->holders ? " " : "", job->holders, old,
		  job->limit, group);
}

/* What listen(2) would do, and what has to be done for it to be this limit. */
static void judge_next(const struct tune *tune, const struct job *job,
		       struct next_listen *next, struct findings *findings)
{
	next->listener = first_of(job);
	next->limit = job->limit;
	next->somaxconn = job->found.listeners.overflow.somaxconn;
	next->application = *job->holders ? quoted(job->application) :
					    "the application";
	next->raise = "";
	if (job->limit > next->somaxconn)
		next->raise = pooled(xasprintf("%s set somaxconn=%llu%s",
					       tune->command, job->limit,
					       netns_is_own(&tune->ns) ?
					       " --save" : ""));
	next_listen_finding(next, findings);
}

static void say_next(const struct tune *tune, const struct job *job)
{
	struct finding finding;
	struct findings findings = { .list = &finding, .room = 1 };
	struct next_listen next;
	char *text;

	judge_next(tune, job, &next, &findings);
	findings_json(&findings);
	text = finding_text(&finding);
	if (!out_is_json() && tune->opts->header)
		wrap_line(DIM, "note: %s", text);
	free(text);
	free(next.next);
}

/* Members that had different limits cannot be given them back by one command. */
static char *undo_of(const struct tune *tune, const struct job *job,
		     const struct tuning *tuning)
{
	const char *word = job->found.word;
	char old[VALUE_TEXT] = "";

	if (tuning->nr)
		old_limits(tuning, old);
	if (strchr(old, '.'))
		return xasprintf("they had different limits, see: %s log",
				 tune->command);
	return xasprintf("%s listener %s backlog=%s", tune->command,
			 shell_word(word), old);
}

static int report(struct tune *tune, const struct job *job,
		  const struct tuning *tuning)
{
	char *undo = undo_of(tune, job, tuning);
	int st;

	tune_begin(tune);
	changes_tuning_json(tuning);
	if (!out_is_json())
		say_change(job, tuning);
	say_next(tune, job);
	st = apply_finish(tune, tuning, undo);
	free(undo);
	return st;
}

static int apply(struct tune *tune, struct job *job)
{
	const struct trial trial = {
		.confirm_s = tune->opts->tune.confirm_s,
		.dry_run = tune->opts->tune.dry_run,
	};
	struct tuning *tuning = xcalloc(1, sizeof(*tuning));
	struct refusal refusal;
	int st;

	name_it(job);
	st = conn_set_listener(tune->conn, first_of(job), job->found.n > 1,
			       job->limit, &trial, tuning, &refusal);
	if (st)
		st = refused_explain(tune, NULL, &refusal, st);
	else
		st = report(tune, job, tuning);
	free(tuning);
	return st;
}

int tune_listener(struct tune *tune)
{
	char **argv = tune->opts->argv;
	struct job job = { };
	int st = parse_backlog(argv[1], &job.limit);

	if (st)
		return st;
	st = listener_find(tune, argv[0], argv[1], &job.found);
	if (!st)
		st = apply(tune, &job);
	listener_find_drop(&job.found);
	return st;
}
