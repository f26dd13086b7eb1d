/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ports to connect that run out, for the screen: sockets are walked only when so
 * many are there that they could.
 */
#ifndef CLI_SCREEN_PORTS_H
#define CLI_SCREEN_PORTS_H

#include <stdbool.h>

#include "reading/headroom.h"

struct findings;
struct states;

/**
 * struct screen_ports - what was found worth a look
 * @walked: @headroom is there
 * @headroom: the reading
 */
struct screen_ports {
	bool walked;
	struct headroom headroom;
};

/* @states: the module's, which say whether it is worth a walk. What cannot be read is said,
 * and then nothing is found: the screen is there without.
 */
void screen_ports_take(const struct states *states, struct screen_ports *ports);
void screen_ports_drop(struct screen_ports *ports);
void screen_ports_findings(const struct screen_ports *ports,
			   struct findings *findings);

#endif
