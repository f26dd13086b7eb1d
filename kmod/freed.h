/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_FREED_H
#define _TCPULSE_FREED_H

#include <trace/events/skb.h>

TCPULSE_PROBE_KFREE_SKB(tcpulse_freed_kfree_skb);
TCPULSE_PROBE_CONSUME_SKB(tcpulse_freed_consume_skb);

#endif /* _TCPULSE_FREED_H */
