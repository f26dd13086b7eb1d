/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Replies of the module as plain structs, those of the spec. Members bear the names
 * of its attributes; their meaning, unit and kind are there.
 */
#ifndef CLI_ATTRS_H
#define CLI_ATTRS_H

#include "module/fields_gen.h"

/* The row of the same state and family as @like; NULL if @states is or has none. */
const struct state_row *states_find(const struct states *states,
				    const struct state_row *like);

/* The table of a command's reply; NULL of one that is not decoded here. */
const struct nest *attrs_nest(int cmd);

#endif
