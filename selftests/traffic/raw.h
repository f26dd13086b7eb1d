/* SPDX-License-Identifier: GPL-2.0 */
/* Single TCP segments without a socket of theirs. */
#ifndef TRAFFIC_RAW_H
#define TRAFFIC_RAW_H

#include "sock.h"

enum { RAW_SYN = 0x02, RAW_RST = 0x04, RAW_ACK = 0x10 };

/* a raw socket for segments of that address family, -1 on failure */
int raw_open(int family);

/* v4-mapped addresses become what is on the wire */
void raw_unmap(union addr *a);

int raw_send(int fd, const union addr *from, const union addr *to,
	     __u32 seq, __u8 flags);

#endif
