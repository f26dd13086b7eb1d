/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own counters that the module's are held against, of the network
 * namespace this thread is in.
 */
#ifndef CLI_MIB_H
#define CLI_MIB_H

#include <linux/types.h>

/**
 * struct mib - counters of /proc/net/netstat, snmp, snmp6 and sockstat
 * @tw: TW, minisocks created to live longer than 4 s
 * @tw_killed: TWKilled, minisocks created for less
 * @tw_overflow: TCPTimeWaitOverflow, minisocks not created
 * @syn_retrans: TCPSynRetrans, SYNs and SYN-ACKs sent again
 * @active_opens: ActiveOpens, SYNs sent for the first time
 * @estab_resets: EstabResets, connections that went from ESTAB or CLOSE-WAIT to CLOSED
 * @curr_estab: CurrEstab, connections in ESTAB and CLOSE-WAIT
 * @out_rsts: OutRsts, RSTs sent, or meant to be
 * @no_routes: OutNoRoutes and Ip6OutNoRoutes, packets that found no route, of any protocol
 * @tw_alive: sockstat's "tw", minisocks there are
 */
struct mib {
	__u64 tw, tw_killed, tw_overflow, tw_alive;
	__u64 syn_retrans, active_opens, estab_resets, curr_estab, out_rsts, no_routes;
};

/* Return: ST_OK, or ST_REFUSED after saying what cannot be read. */
int mib_read(struct mib *mib);

/* TCPAbortOnMemory alone: connections reset for too many orphans or no memory. @n stays
 * as it is when that cannot be read.
 */
void mib_read_aborted(__u64 *n);

#endif
