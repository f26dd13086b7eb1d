/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own counters that say something of TIME_WAIT, of the network
 * namespace this thread is in.
 */
#ifndef CLI_MIB_H
#define CLI_MIB_H

#include <linux/types.h>

/**
 * struct mib - counters of /proc/net/netstat and sockstat
 * @tw: TW, minisocks created to live longer than 4 s
 * @tw_killed: TWKilled, minisocks created for less
 * @tw_overflow: TCPTimeWaitOverflow, minisocks not created
 * @tw_alive: sockstat's "tw", minisocks there are
 */
struct mib {
	__u64 tw, tw_killed, tw_overflow, tw_alive;
};

/* Return: ST_OK, or ST_REFUSED after saying what cannot be read. */
int mib_read(struct mib *mib);

#endif
