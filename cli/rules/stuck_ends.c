// SPDX-License-Identifier: GPL-2.0
/*
 * What will end connections that do not move: first what a process must do, then what
 * the kernel's timer does.
 */
#include <stdio.h>

#include "base/append.h"
#include "base/parse.h"
#include "rules/stuck.h"

#define ORPHAN_RETRIES 8	/* tcp_orphan_retries(), when that is 0 */

static void act_text(const struct stuck *stuck, char *text, size_t size)
{
	bool close_wait = stuck->state == TCPULSE_STATE_CLOSE_WAIT;

	if (stuck->why == STUCK_QUEUE)
		append(text, size, "its process must accept(2)%s it; ",
		       close_wait ? " and close(2)" : "");
	else if (stuck->owner == OWNER_KERNEL)
		return;
	else if (close_wait)
		append(text, size, "its process must close(2) it; ");
	else if (stuck->state == TCPULSE_STATE_FIN_WAIT_2)
		append(text, size, "the peer's FIN, or close(2); ");
}

static void next_text(const struct stuck *stuck, char *text, size_t size)
{
	append(text, size, ", next in %.1f s", stuck->expires_min / 1000.0);
}

/* Who has closed a connection is not told of its end: fewer retries do. */
static void limit_text(const struct stuck *stuck, const struct retries *retries,
		       char *text, size_t size)
{
	if (stuck->owner != OWNER_KERNEL)
		append(text, size, "given up by tcp_retries2 = %lld",
		       retries->retries2);
	else if (retries->orphan)
		append(text, size, "given up by tcp_orphan_retries = %lld",
		       retries->orphan);
	else
		append(text, size,
		       "given up by tcp_orphan_retries = 0, which means %d",
		       ORPHAN_RETRIES);
}

static void syn_text(const struct stuck *stuck, const struct retries *retries,
		     char *text, size_t size)
{
	append(text, size, "SYN sent again %u of %lld times", stuck->retrans_max,
	       retries->syn + retries->linear_syns);
	next_text(stuck, text, size);
	append(text, size, " (tcp_syn_retries = %lld", retries->syn);
	if (retries->linear_syns)
		append(text, size, " and tcp_syn_linear_timeouts = %lld",
		       retries->linear_syns);
	append(text, size, ")");
}

/* One may be sent for a SYN that came again as well, so they are no part of a limit. */
static void synack_text(const struct stuck *stuck, const struct retries *retries,
			char *text, size_t size)
{
	append(text, size, "SYN-ACK sent again %u times", stuck->retrans_max);
	next_text(stuck, text, size);
	append(text, size, "; given up by tcp_synack_retries = %lld",
	       retries->synack);
}

static void retransmit_text(const struct stuck *stuck,
			    const struct retries *retries, char *text, size_t size)
{
	if (stuck->state == TCPULSE_STATE_SYN_SENT) {
		syn_text(stuck, retries, text, size);
	} else if (stuck->state == TCPULSE_STATE_SYN_RECV) {
		synack_text(stuck, retries, text, size);
	} else {
		append(text, size, "sent again %u times", stuck->retrans_max);
		next_text(stuck, text, size);
		append(text, size, "; ");
		limit_text(stuck, retries, text, size);
	}
}

static void window_text(const struct stuck *stuck, const struct retries *retries,
			char *text, size_t size)
{
	append(text, size, "the peer's window; asked %u times without an answer",
	       stuck->retrans_max);
	next_text(stuck, text, size);
	append(text, size, "; ");
	limit_text(stuck, retries, text, size);
}

static void keepalive_text(const struct stuck *stuck,
			   const struct retries *retries, char *text, size_t size)
{
	if (stuck->owner == OWNER_KERNEL) {
		append(text, size, "its timer (tcp_fin_timeout = %lld s)",
		       retries->fin_timeout);
		next_text(stuck, text, size);
		return;
	}
	append(text, size, "keepalive: %u of %lld probes without an answer",
	       stuck->retrans_max, retries->keepalive_probes);
	next_text(stuck, text, size);
}

static void minisock_text(const struct stuck *stuck,
			  const struct retries *retries, char *text, size_t size)
{
	append(text, size, "by itself in ");
	if (stuck->expires_max >= stuck->expires_min + 100)
		append(text, size, "%.1f to ", stuck->expires_min / 1000.0);
	append(text, size, "%.1f s (tcp_fin_timeout = %lld s)",
	       stuck->expires_max / 1000.0, retries->fin_timeout);
}

void stuck_ends_text(const struct stuck *stuck, const struct retries *retries,
		     char *text, size_t size)
{
	*text = '\0';
	act_text(stuck, text, size);
	switch (stuck->timer) {
	case TIMER_RETRANSMIT:
		retransmit_text(stuck, retries, text, size);
		break;
	case TIMER_WINDOW:
		window_text(stuck, retries, text, size);
		break;
	case TIMER_KEEPALIVE:
		keepalive_text(stuck, retries, text, size);
		break;
	case TIMER_MINISOCK:
		minisock_text(stuck, retries, text, size);
		break;
	default:
		append(text, size, "keepalive is off: no timer ends it");
	}
}
