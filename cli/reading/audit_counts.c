// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <sys/socket.h>

#include <linux/tcpulse.h>

#include "base/status.h"
#include "module/attrs.h"
#include "module/nl.h"
#include "reading/audit_counts.h"

static void add_transitions(struct counts *counts,
			    const struct transitions *transitions)
{
	const struct transition_row *row;
	size_t i;

	for (i = 0; i < transitions->nr; i++) {
		row = &transitions->transition[i];
		if (row->to == TCPULSE_STATE_CLOSED &&
		    (row->from == TCPULSE_STATE_ESTABLISHED ||
		     row->from == TCPULSE_STATE_CLOSE_WAIT))
			counts->estab_resets += row->count;
	}
}

static void add_segments(struct counts *counts, const struct segments *segments)
{
	const struct segment *segment;
	size_t i;

	counts->segments = segments->enabled;
	for (i = 0; i < segments->nr; i++) {
		segment = &segments->segment[i];
		counts->first_syns += segment->syn_out - segment->syn_retrans;
		counts->syn_again += segment->syn_retrans + segment->syn_ack_retrans;
		counts->resets += segment->rst_out;
	}
}

int counts_take(struct conn *conn, struct counts *counts)
{
	static struct transitions transitions;
	static struct segments segments;
	int st;

	memset(counts, 0, sizeof(*counts));
	st = conn_get_transitions(conn, AF_UNSPEC, &transitions) ?:
	     conn_get_segments(conn, AF_UNSPEC, &segments);
	if (st)
		return st;
	add_transitions(counts, &transitions);
	add_segments(counts, &segments);
	return ST_OK;
}
