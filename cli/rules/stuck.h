/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which connections do not move, why, and what will end them. All of it is what the
 * kernel says of the socket: its state, queues, running timer and inode.
 */
#ifndef CLI_RULES_STUCK_H
#define CLI_RULES_STUCK_H

#include <stdbool.h>
#include <stddef.h>

#include "host/sockdiag.h"
#include "reading/retries.h"

/* What keeps it; the first that is true. */
enum stuck_why {
	STUCK_NOT,
	STUCK_QUEUE,	/* it waits for accept() */
	STUCK_WINDOW,	/* the peer takes no more, and is asked again and again */
	STUCK_AGAIN,	/* what was sent is sent again */
	STUCK_UNACKED,	/* it will be */
	STUCK_UNREAD,	/* the process does not read */
	STUCK_DEFERRED,	/* a request whose SYN-ACK is not sent again */
	STUCK_QUIET,	/* nothing is outstanding */
};

/* Who has it. */
enum stuck_owner {
	OWNER_PROCESS,	/* its inode is an open file there */
	OWNER_UNSEEN,	/* it has an inode, but no process in sight has it */
	OWNER_LISTENER,	/* none yet: in the queue of a listener */
	OWNER_KERNEL,	/* none any more: its process has closed it */
};

/**
 * struct stuck_after - how long a peer must have been silent
 * @quiet_ms: when the connection is established and nothing is outstanding but with
 *	      the process
 * @other_ms: else
 * @fin_timeout_ms: what a minisock in FIN-WAIT-2 begins with
 */
struct stuck_after {
	unsigned int quiet_ms, other_ms;
	__u64 fin_timeout_ms;
};

/* @quiet is set when STUCK_NOT is so for the time only: nothing is outstanding */
enum stuck_why stuck_why(const struct diag_socket *socket,
			 const struct stuck_after *after, bool *quiet);

/* OWNER_PROCESS stands for OWNER_UNSEEN as well. */
enum stuck_owner stuck_owner(const struct diag_socket *socket);

/**
 * struct stuck - connections of one state, reason, timer and owner
 * @state: of them
 * @why: the reason
 * @timer: which runs
 * @owner: whose
 * @count: how many
 * @retrans_max: the most often that anything was sent again
 * @expires_min: the first of their timers, ms
 * @expires_max: and the last
 * @bytes_max: the most that is unacknowledged or unread of one
 * @windows: how many of them have a peer that has told of no room
 * @full: the accept queue of their listener is full
 */
struct stuck {
	unsigned int state, timer;
	enum stuck_why why;
	enum stuck_owner owner;
	__u64 count, windows;
	__u32 retrans_max, expires_min, expires_max, bytes_max;
	bool full;
};

/* The reason in words, and for programs. */
const char *stuck_why_text(const struct stuck *stuck);
const char *stuck_why_name(enum stuck_why why);

/**
 * stuck_ends_text() - what will end them, and when
 * @stuck: them
 * @retries: the parameters of their namespace
 * @text: result
 * @size: room there; STUCK_TEXT is enough
 */
#define STUCK_TEXT 256
void stuck_ends_text(const struct stuck *stuck, const struct retries *retries,
		     char *text, size_t size);

#endif
