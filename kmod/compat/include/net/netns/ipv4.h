/* SPDX-License-Identifier: GPL-2.0 */
/* Shadows <net/netns/ipv4.h>: where a parameter is that not all kernels have. */
#ifndef _TCPULSE_COMPAT_NET_NETNS_IPV4_H
#define _TCPULSE_COMPAT_NET_NETNS_IPV4_H

#include_next <net/netns/ipv4.h>
#include <tcpulse/answers.h>

/* The variable of init_net, or NULL. */
#if TCPULSE_HAVE_TW_REUSE_DELAY
#define TCPULSE_TW_REUSE_DELAY (&init_net.ipv4.sysctl_tcp_tw_reuse_delay)
#else
#define TCPULSE_TW_REUSE_DELAY NULL
#endif

#endif /* _TCPULSE_COMPAT_NET_NETNS_IPV4_H */
