// SPDX-License-Identifier: GPL-2.0
/*
 * Which command a word means.
 */
#include <string.h>

#include "base/foreign.h"
#include "base/out.h"
#include "base/parse.h"
#include "cmd/cmd.h"

const struct cmd *cmd_find(const struct opts *opts, const char *name)
{
	const struct cmd * const *cmd;

	for (cmd = opts->commands; *cmd; cmd++)
		if (!strcmp((*cmd)->name, name))
			return *cmd;
	return NULL;
}

/* How far a word is from a command; 0 when it is how that begins. */
static unsigned int distance(const char *word, const struct cmd *cmd)
{
	size_t len = strlen(word);

	if (len && !strncmp(word, cmd->name, len))
		return 0;
	return likeness(word, cmd->name);
}

int cmd_unknown(const struct opts *opts, const char *name)
{
	unsigned int d, best = likeness_limit(name);
	const struct cmd * const *cmd;
	const char *near = NULL;

	for (cmd = opts->commands; *cmd; cmd++) {
		d = (*cmd)->hidden ? best : distance(name, *cmd);
		if (d < best) {
			best = d;
			near = (*cmd)->name;
		}
	}
	if (near)
		out_err("unknown command '%s'; did you mean '%s'? See: tcpulse help",
			inside(name), near);
	else
		out_err("unknown command '%s'; see: tcpulse help", inside(name));
	return ST_USAGE;
}
