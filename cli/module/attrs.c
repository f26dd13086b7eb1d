// SPDX-License-Identifier: GPL-2.0
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
