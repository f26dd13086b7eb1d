// SPDX-License-Identifier: GPL-2.0
/*
 * Names of parameters, for completion: those the module says, if it is there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/offer.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/tune/tune_offer.h"
#include "module/nl.h"
#include "module/nl_tune.h"

static void offer_params(const struct params *params, const char *behind)
{
	char word[STRING_MAX + 2];
	size_t i;

	for (i = 0; i < params->nr; i++) {
		snprintf(word, sizeof(word), "%s%s", params->param[i].name,
			 behind);
		offer(word, NULL);
	}
}

/* Asking for a module that is not there would load it. */
static void ask(const char *behind)
{
	struct params *params;
	struct conn *conn;

	if (access("/sys/module/tcpulse", F_OK) || conn_open(&conn))
		return;
	params = xcalloc(1, sizeof(*params));
	if (!conn_get_params(conn, params))
		offer_params(params, behind);
	free(params);
	conn_close(conn);
}

void tune_offer_names(void)
{
	ask("");
}

void tune_offer_settings(void)
{
	ask("=");
}
