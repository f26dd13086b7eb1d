/* SPDX-License-Identifier: GPL-2.0 */
/* Whether all is well when all is over. */
#ifndef FUZZ_SETTLE_H
#define FUZZ_SETTLE_H

#include <stdbool.h>

#include "params.h"

bool module_is_there(void);

/* After the last message: ends the run when what works always does not. */
void settle(void);

#endif
