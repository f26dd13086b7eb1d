/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_ADDRFORM_H
#define _TCPULSE_ADDRFORM_H

#include <linux/types.h>

struct tcpulse_net;

void tcpulse_addrform_start(void);
s64 tcpulse_addrform_unseen(const struct tcpulse_net *tn);
bool tcpulse_addrform_follow(struct tcpulse_net *tn);

#endif /* _TCPULSE_ADDRFORM_H */
