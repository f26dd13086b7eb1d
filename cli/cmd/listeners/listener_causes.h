/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_LISTENER_CAUSES_H
#define CLI_LISTENER_CAUSES_H

struct listeners;

/* The table of causes; nothing if nothing was refused. Text only. */
void listener_causes(const struct listeners *listeners);

#endif
