/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What netns.c and netns_enter.c share: where this thread is, and crossing over.
 */
#ifndef CLI_NETNS_ENTER_H
#define CLI_NETNS_ENTER_H

#include <stdbool.h>

struct netns;

#define NETNS_SELF "/proc/thread-self/ns/net"

/* As netns_enter(), but not of a recording. */
int netns_cross(struct netns *ns, bool *gone);

/* From here on netns_here() is this one. */
void netns_now_in(const struct netns *ns);

#endif
