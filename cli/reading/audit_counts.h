/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers of the module that the kernel's counters (mib.h) say again. */
#ifndef CLI_AUDIT_COUNTS_H
#define CLI_AUDIT_COUNTS_H

#include <stdbool.h>
#include <linux/types.h>

struct conn;

/**
 * struct counts - one reading of the module, both families together
 * @estab_resets: transitions from ESTAB and CLOSE-WAIT to CLOSED
 * @segments: segments are counted, which the others are made of
 * @first_syns: SYNs sent, but for those sent again
 * @syn_again: SYNs and SYN-ACKs sent again
 * @resets: RSTs sent
 */
struct counts {
	__u64 estab_resets;
	bool segments;
	__u64 first_syns, syn_again, resets;
};

/* Return: ST_OK; ST_* when the module does not answer. */
int counts_take(struct conn *conn, struct counts *counts);

#endif
