// SPDX-License-Identifier: GPL-2.0
#include <linux/tcpulse.h>

#include "base/compiler.h"
#include "module/attrs.h"

const struct state_row *states_find(const struct states *states,
				    const struct state_row *like)
{
	size_t i;

	for (i = 0; states && i < states->nr; i++)
		if (states->state[i].state == like->state &&
		    states->state[i].family == like->family)
			return &states->state[i];
	return NULL;
}

const struct nest *attrs_nest(int cmd)
{
	static const struct nest * const nests[] = {
		[TCPULSE_CMD_INFO_GET] = &info_nest,
		[TCPULSE_CMD_STATE_GET] = &states_nest,
		[TCPULSE_CMD_TRANSITION_GET] = &transitions_nest,
		[TCPULSE_CMD_TIME_WAIT_GET] = &time_wait_info_nest,
		[TCPULSE_CMD_LISTENER_GET] = &listener_nest,
		[TCPULSE_CMD_OVERFLOW_GET] = &overflow_nest,
		[TCPULSE_CMD_SEGMENT_GET] = &segments_nest,
	};

	return cmd < (int)ARRAY_SIZE(nests) ? nests[cmd] : NULL;
}
