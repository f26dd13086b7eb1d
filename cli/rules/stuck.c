// SPDX-License-Identifier: GPL-2.0
/*
 * Which connections do not move, and why.
 */
#include "base/compiler.h"
#include "base/parse.h"
#include "rules/stuck.h"

/* The first timeout of a request. What waits for longer had it already. */
#define REQUEST_TIMEOUT_MS 1000

enum stuck_owner stuck_owner(const struct diag_socket *socket)
{
	if (socket->inode)
		return OWNER_PROCESS;
	switch (socket->state) {
	case TCPULSE_STATE_SYN_RECV:
	case TCPULSE_STATE_ESTABLISHED:
	case TCPULSE_STATE_CLOSE_WAIT:
		return OWNER_LISTENER;
	default:
		return OWNER_KERNEL;
	}
}

/* A handshake: the kernel has no clock for it, but counts what it sends. */
static enum stuck_why why_opening(const struct diag_socket *socket)
{
	if (socket->retrans)
		return STUCK_AGAIN;
	if (socket->state == TCPULSE_STATE_SYN_RECV && !socket->has_info &&
	    socket->expires_ms > REQUEST_TIMEOUT_MS)
		return STUCK_DEFERRED;
	return STUCK_NOT;
}

/* One with a timeout of its own (TCP_LINGER2) is taken for older than it is. */
static bool is_old_minisock(const struct diag_socket *socket,
			    const struct stuck_after *after)
{
	return socket->remaining_ms > after->fin_timeout_ms ||
	       socket->remaining_ms + after->other_ms <= after->fin_timeout_ms;
}

static enum stuck_why why_open(const struct diag_socket *socket)
{
	if (stuck_owner(socket) == OWNER_LISTENER)
		return STUCK_QUEUE;
	if (socket->timer == TIMER_WINDOW)
		return STUCK_WINDOW;
	if (socket->timer == TIMER_RETRANSMIT && socket->retrans)
		return STUCK_AGAIN;
	if (socket->wqueue)
		return STUCK_UNACKED;
	return socket->rqueue ? STUCK_UNREAD : STUCK_QUIET;
}

/* Nothing to do for TCP; a process that is busy, or has nothing to say. */
static bool is_idle(const struct diag_socket *socket, enum stuck_why why)
{
	return socket->state == TCPULSE_STATE_ESTABLISHED &&
	       (why == STUCK_UNREAD || why == STUCK_QUIET);
}

/* A peer whose window is closed answers each probe: what counts is our data. */
static __u32 still_ms(const struct diag_socket *socket, enum stuck_why why)
{
	return why == STUCK_WINDOW ? socket->sent_ms : socket->silent_ms;
}

enum stuck_why stuck_why(const struct diag_socket *socket,
			 const struct stuck_after *after, bool *quiet)
{
	enum stuck_why why;
	bool idle;

	*quiet = false;
	if (socket->state == TCPULSE_STATE_SYN_SENT ||
	    socket->state == TCPULSE_STATE_SYN_RECV)
		return why_opening(socket);
	if (socket->minisock)
		return is_old_minisock(socket, after) ? STUCK_QUIET : STUCK_NOT;
	why = why_open(socket);
	idle = is_idle(socket, why);
	if (!socket->heard ||
	    still_ms(socket, why) >= (idle ? after->quiet_ms : after->other_ms))
		return why;
	*quiet = idle;
	return STUCK_NOT;
}

/* --- in words ------------------------------------------------------------ */

static const char *again_text(const struct stuck *stuck)
{
	switch (stuck->state) {
	case TCPULSE_STATE_SYN_SENT:
		return "SYN not answered";
	case TCPULSE_STATE_SYN_RECV:
		return stuck->full ? "no last ACK taken; the accept queue is full" :
			"no last ACK taken; the accept queue has room";
	case TCPULSE_STATE_ESTABLISHED:
	case TCPULSE_STATE_CLOSE_WAIT:
		return "data sent again, not acknowledged";
	default:
		return stuck->bytes_max <= 1 ? "FIN sent again, not acknowledged" :
			"data and FIN sent again, not acknowledged";
	}
}

static const char *quiet_text(const struct stuck *stuck)
{
	switch (stuck->state) {
	case TCPULSE_STATE_ESTABLISHED:
		return "quiet, nothing outstanding";
	case TCPULSE_STATE_CLOSE_WAIT:
		return "its process has read the end, not closed";
	default:
		return "the peer has not closed";
	}
}

static const char *unread_text(const struct stuck *stuck)
{
	return stuck->state == TCPULSE_STATE_CLOSE_WAIT ?
	       "its process has not read the end" :
	       "quiet, received data not read";
}

const char *stuck_why_text(const struct stuck *stuck)
{
	switch (stuck->why) {
	case STUCK_QUEUE:
		return "waits in the accept queue";
	case STUCK_WINDOW:
		return stuck->windows == stuck->count ? "the peer's window is closed" :
							"the peer is asked for its window";
	case STUCK_AGAIN:
		return again_text(stuck);
	case STUCK_UNACKED:
		return "sent, not acknowledged yet";
	case STUCK_UNREAD:
		return unread_text(stuck);
	case STUCK_DEFERRED:
		return "SYN-ACK not sent again: deferred, or no route";
	default:
		return quiet_text(stuck);
	}
}

const char *stuck_why_name(enum stuck_why why)
{
	static const char * const names[] = {
		[STUCK_QUEUE] = "accept_queue",
		[STUCK_WINDOW] = "window",
		[STUCK_AGAIN] = "retransmitting",
		[STUCK_UNACKED] = "unacknowledged",
		[STUCK_UNREAD] = "unread",
		[STUCK_DEFERRED] = "deferred",
		[STUCK_QUIET] = "quiet",
	};

	return names[why];
}
