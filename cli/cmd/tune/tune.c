// SPDX-License-Identifier: GPL-2.0
/*
 * What every subcommand of tune begins with, or ends with when a name is wrong.
 */
#include <string.h>

#include "base/compiler.h"
#include "base/foreign.h"
#include "base/out.h"
#include "base/status.h"
#include "cmd/run.h"
#include "cmd/tune/tune.h"
#include "reading/param_value.h"

void tune_begin(const struct tune *tune)
{
	out_begin(false);
	run_name(tune->opts, &tune->ns);
}

/* Those that people look for, and that no namespace has of its own. */
static bool is_whole_machine(const char *word)
{
	static const char * const names[] = { "tcp_max_orphans", "tcp_mem" };
	const char *name = strrchr(word, '.') ?: strrchr(word, '/');
	size_t i;

	name = name ? name + 1 : word;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

int tune_unknown(const struct tune *tune, const char *word)
{
	const char *near = param_nearest(&tune->params, word);

	if (is_whole_machine(word)) {
		out_err("%s is for the whole machine, not for one network namespace; tcpulse does not set it, see sysctl(8)",
			quoted_text(word));
		return ST_USAGE;
	}
	if (near)
		out_err("unknown parameter '%s'; did you mean '%s'? All are listed by: %s",
			inside(word), near, tune->command);
	else
		out_err("unknown parameter '%s'; all are listed by: %s",
			inside(word), tune->command);
	return ST_USAGE;
}
