/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the subcommands of tune share.
 */
#ifndef CLI_TUNE_H
#define CLI_TUNE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "host/netns.h"
#include "host/procs.h"
#include "module/attrs_tune.h"
#include "module/nl_tune.h"
#include "reading/param_value.h"

struct conn;
struct opts;

/* what takes longest: a process, its user and its command */
#define WHO_TEXT (2 * STRING_MAX + 32)

/**
 * struct tune - one run of a subcommand
 * @opts: the options; its arguments are those after the subcommand
 * @ns: the namespace
 * @conn: the module there
 * @params: all parameters; when some were changed, as they are then
 * @command: how to call us for the same namespace: "tcpulse -N blue tune"
 */
struct tune {
	const struct opts *opts;
	struct netns ns;
	struct conn *conn;
	struct params params;
	char command[PATH_MAX + 32];
};

int tune_show(struct tune *tune);
int tune_set(struct tune *tune);
int tune_listener(struct tune *tune);
int tune_confirm(struct tune *tune);
int tune_revert(struct tune *tune);
int tune_pending(struct tune *tune);
int tune_log(struct tune *tune);
int tune_save(struct tune *tune);
int tune_load(struct tune *tune);

/* The subcommand most like a word, or NULL if none is close. */
const char *tune_nearest(const char *word);

/* Offer names of parameters, or those with "=" behind them, for completion. */
void tune_offer_names(void);
void tune_offer_settings(void);

/* Begin what goes to stdout. */
void tune_begin(const struct tune *tune);

/* --- tune_change.c: rows of changes -------------------------------------- */

/* What was changed: a parameter, or the address of a listener. */
void change_what(const struct change *change, char text[ENDPOINT_MAX]);

void change_values(const struct params *params, const struct change *change,
		   char before[VALUE_TEXT], char after[VALUE_TEXT]);

/* Neither asked for nor done: old and new are the same. */
bool change_is_none(const struct change *change);

/* How many rows from here on say the same: sockets of one group. At least 1. */
size_t change_run(const struct change *change, size_t n);

/* "set", "confirm", ... */
const char *action_name(__u64 action);

/* What became of it, for people; "" for one that was set. */
const char *action_text(__u64 action);

/* "root tcpulse(812)", or without the number of the process */
void change_who(const struct change *change, bool pid, char text[WHO_TEXT]);

/* Text: a line each. */
void changes_text(const struct params *params, const struct change *change,
		  size_t n);

/* JSON: array "changes" in the current object; @log: with who and when. */
void changes_json(const struct change *change, size_t n, bool log);

/* --- tune_pending.c ------------------------------------------------------ */

/* Whole seconds, of which there is at least one. */
__u64 seconds_left(__u64 ms);

/* JSON: object or null at @key, or as all there is without one. */
void pending_json(const char *key, const struct pending *pending);

/* Text: whose change is pending and until when. */
void pending_text(const struct tune *tune, const struct pending *pending);

/* That on stderr, when it is in the way of another change. */
void pending_err(const struct tune *tune);

/* Keep or put back; says what became of each value. */
int settle(struct tune *tune, bool confirm, __u64 transaction);

/* --- tune_set.c ---------------------------------------------------------- */

/* Adds a value to set; ST_USAGE when it is there already. */
int settings_add(struct settings *settings, const struct param *param,
		 const struct range *value);

/* Sets, says what was changed, saves, waits: as the options say. */
int settings_apply(struct tune *tune, const struct settings *settings);

/* After a change was made: what there is to say, do and wait for. */
int tune_finish(struct tune *tune, const struct tuning *tuning,
		const char *undo);

/* Is any value another one than before? */
bool changed_any(const struct tuning *tuning);

/* JSON of what was done. */
void tuning_json(const struct tuning *tuning);

/* ST_USAGE after saying that there is no such parameter. */
int unknown_param(const struct tune *tune, const char *word);

/* --- tune_refused.c ------------------------------------------------------ */

/**
 * refused() - say why the kernel did not do it
 * @tune: what was run
 * @settings: what was to be set; NULL when it was something else
 * @refusal: the kernel's answer
 * @st: the status that goes with it
 *
 * Return: @st.
 */
int refused(const struct tune *tune, const struct settings *settings,
	    const struct refusal *refusal, int st);

/* --- tune_save.c --------------------------------------------------------- */

/* Can these be saved? Says so when not; before anything is changed. */
int save_check(const struct tune *tune);

/* Into the file, or with --dry-run only shown. */
int save_settings(const struct tune *tune, const struct settings *settings);

/* --- tune_wait.c --------------------------------------------------------- */

/* Is there somebody at a terminal who can answer? */
bool can_wait(const struct tune *tune);

/* Until the change is confirmed, put back, or left alone. */
int wait_for_answer(struct tune *tune, const struct tuning *tuning);

#endif
