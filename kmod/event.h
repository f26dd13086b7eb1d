/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_EVENT_H
#define _TCPULSE_EVENT_H

#include <linux/list.h>

#include "tune.h"

/* Rows a namespace remembers. */
#define TCPULSE_HISTORY_MAX 256

int tcpulse_event_alloc(struct list_head *spare, unsigned int n);
void tcpulse_event_free(struct list_head *rows);
void tcpulse_event_add(struct net *net, struct list_head *spare,
		       const struct tcpulse_change *change);

#endif /* _TCPULSE_EVENT_H */
