// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps a pending change, or puts it back, and says what became of each value.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/tcpulse.h>

#include "base/out.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/tune/change.h"
#include "cmd/tune/refused.h"
#include "cmd/tune/save.h"
#include "cmd/tune/settings.h"
#include "cmd/tune/settle.h"
#include "cmd/tune/tune.h"
#include "module/nl_tune.h"
#include "reading/param_value.h"

/* What was to be confirmed, also when it was so before; but no listeners, as no
 * file gives them their limit.
 */
static void confirmed(const struct tune *tune, const struct tuning *tuning,
		      struct settings *settings)
{
	const struct change *change;
	const struct param *param;
	size_t i;

	memset(settings, 0, sizeof(*settings));
	for (i = 0; i < tuning->nr; i++) {
		change = &tuning->change[i];
		param = param_find(&tune->params, change->param);
		if (*change->param && param &&
		    (change->action == TCPULSE_ACTION_CONFIRM ||
		     change_is_none(change)))
			settings_add(settings, param, &change->after);
	}
}

static int save_confirmed(const struct tune *tune, const struct tuning *tuning)
{
	struct settings *settings = xcalloc(1, sizeof(*settings));
	int st = ST_OK;

	confirmed(tune, tuning, settings);
	if (settings->n)
		st = save_settings(tune, settings);
	else
		out_line(PLAIN,
			 "nothing to save: the limit of a running listener stands in no file");
	free(settings);
	return st;
}

/* What there was nothing to do for is left out. */
static void show_settled(const struct tune *tune, struct tuning *tuning)
{
	struct tuning *some = xcalloc(1, sizeof(*some));
	size_t i;

	for (i = 0; i < tuning->nr; i++)
		if (!change_is_none(&tuning->change[i]) ||
		    tuning->change[i].action == TCPULSE_ACTION_GONE)
			some->change[some->nr++] = tuning->change[i];
	changes_text(&tune->params, some->change, some->nr);
	free(some);
}

int settle_pending(struct tune *tune, bool confirm, __u64 transaction)
{
	struct tuning *tuning = xcalloc(1, sizeof(*tuning));
	struct refusal refusal;
	int st;

	st = conn_settle(tune->conn, confirm, transaction, tuning, &refusal);
	if (st) {
		free(tuning);
		return refused_explain(tune, NULL, &refusal, st);
	}
	tune_begin(tune);
	changes_tuning_json(tuning);
	show_settled(tune, tuning);
	if (tune->opts->tune.save && confirm)
		st = save_confirmed(tune, tuning);
	if (st)
		out_err("what was confirmed is in force, but it is not saved");
	free(tuning);
	return out_end() ?: st;
}
