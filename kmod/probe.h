/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_PROBE_H
#define _TCPULSE_PROBE_H

#include <linux/tracepoint.h>

/**
 * struct tcpulse_probe - one tracepoint the module needs
 * @name: name of the tracepoint
 * @purpose: what is counted there, for people
 * @func: called there; its prototype is checked where the table is filled
 * @tp: the tracepoint, once found
 * @attached: @func is registered with @tp
 */
struct tcpulse_probe {
	const char *name;
	const char *purpose;
	void *func;
	struct tracepoint *tp;
	bool attached;
};

int tcpulse_probe_init(void);
int tcpulse_probe_attach(void);
void tcpulse_probe_detach(void);

unsigned int tcpulse_probe_count(void);
const struct tcpulse_probe *tcpulse_probe_get(unsigned int i);

#endif /* _TCPULSE_PROBE_H */
