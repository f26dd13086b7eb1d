/* SPDX-License-Identifier: GPL-2.0 */
/* SYN, FIN and RST as a host's own device shows them. */
#ifndef TRIAL_CAPTURE_H
#define TRIAL_CAPTURE_H

#include <stdbool.h>
#include <linux/types.h>

#include "../traffic/sock.h"

enum seen { SEEN_SYN, SEEN_SYN_ACK, SEEN_FIN, SEEN_RST, SEEN_SYN_DATA, SEEN_KINDS };

/**
 * struct capture - what was seen of one device
 * @fd: packet socket, -1 when nothing is captured
 * @n: by family, out or in
 * @lost: packets there was no room for: nothing can be said
 */
struct capture {
	int fd;
	__u64 n[2][2][SEEN_KINDS];
	bool lost;
};

int capture_open(struct capture *c, const char *device);
void capture_read(struct capture *c, const union addr at[2]);

#endif
