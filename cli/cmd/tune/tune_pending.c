// SPDX-License-Identifier: GPL-2.0
/*
 * tune pending, confirm, revert: the change that is put back unless somebody
 * confirms it.
 */
#include "base/out.h"
#include "cmd/cmd.h"
#include "cmd/tune/pending.h"
#include "cmd/tune/save.h"
#include "cmd/tune/settle.h"
#include "cmd/tune/subs.h"
#include "cmd/tune/tune.h"

int tune_pending(struct tune *tune)
{
	const struct pending *pending = &tune->params.pending;

	if (!out_is_json()) {
		pending_text(tune, pending);
		if (!pending->transaction)
			out_line(PLAIN, "no change is pending");
		return out_end();
	}
	if (pending->transaction)
		tune_begin(tune);
	pending_json(NULL, pending);
	return out_end();
}

int tune_confirm(struct tune *tune)
{
	int st = tune->opts->tune.save ? save_check(tune) : ST_OK;

	return st ?: settle_pending(tune, true, 0);
}

int tune_revert(struct tune *tune)
{
	return settle_pending(tune, false, 0);
}
