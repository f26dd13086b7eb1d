/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The independent witness: walks TCP sockets with sock_diag(7), of the network
 * namespace this thread is in.
 */
#ifndef CLI_SOCKDIAG_H
#define CLI_SOCKDIAG_H

#include <stdbool.h>
#include <linux/types.h>

#include "base/addr.h"
#include "base/parse.h"

/* idiag_timer: the kernel names one of those that run, the first of this order. */
enum sockdiag_timer {
	TIMER_NONE,
	TIMER_RETRANSMIT = 1,	/* of a request, its SYN-ACK */
	TIMER_WINDOW = 4,	/* asks a peer whose window is closed */
	TIMER_KEEPALIVE = 2,	/* or FIN-WAIT-2's, closed, of more than a minute */
	TIMER_MINISOCK = 3,
};

/**
 * struct diag_socket - one socket as sock_diag shows it
 * @state: of STATE_FIRST to STATE_LAST
 * @family: AF_INET or AF_INET6
 * @ifindex: interface it is bound to, or 0
 * @src: local address
 * @dst: address of the peer
 * @sport: local port
 * @dport: port of the peer
 * @inode: of the socket; 0 when none has been made of it yet (it is a request, or waits
 *         for accept()), or none is left (closed, or a minisock)
 * @rqueue: bytes not read; of a listener, connections to accept
 * @wqueue: bytes not acknowledged; of a listener, its backlog limit
 * @timer: which of its timers runs, enum sockdiag_timer
 * @retrans: what was sent again or asked by it, without an answer
 * @expires_ms: until it runs out
 * @v6only: of a listener of IPv6, it takes no IPv4
 * @minisock: it is a TIME_WAIT minisock, of either substate
 * @remaining_ms: of a minisock, until it ends
 * @heard: @silent_ms is known: it was asked for, and is no minisock
 * @silent_ms: since the last ACK of the peer
 * @sent_ms: since data was sent last, but for probes of a window; 0 when not known
 * @has_info: struct tcp_info came with it: a request and a minisock have none
 * @has_window: @window is known
 * @window: bytes that the peer last said to have room for
 * @has_drops: @drops is known: it was asked for
 * @drops: segments that the socket has dropped (sk_drops)
 */
struct diag_socket {
	unsigned int state, family, ifindex;
	struct addr src, dst;
	unsigned int sport, dport;
	__u64 inode;
	__u32 rqueue, wqueue;
	bool minisock, heard, has_drops, has_info, has_window, v6only;
	__u32 remaining_ms, silent_ms, sent_ms, drops, window;
	__u32 timer, retrans, expires_ms;
};

/* What to have besides; @SOCKDIAG_SILENCE costs a good deal more. */
enum sockdiag_extra { SOCKDIAG_PLAIN, SOCKDIAG_SILENCE, SOCKDIAG_DROPS };

/**
 * sockdiag_walk() - see every socket of one family
 * @family: AF_INET or AF_INET6
 * @states: STATE_BIT() each; the kernel leaves out all others
 * @extra: have @heard and @silent_ms, or @has_drops and @drops
 * @each: called for each
 * @arg: for @each
 *
 * The kernel sends a bounded number of sockets at a time and is not held up
 * in between, so this is not a snapshot: what changes during the walk may be
 * missed or met twice.
 *
 * Return: ST_OK, ST_NOT_PERMITTED, ST_REFUSED.
 */
int sockdiag_walk(int family, unsigned int states, enum sockdiag_extra extra,
		  void (*each)(const struct diag_socket *socket, void *arg),
		  void *arg);

/* As sockdiag_walk(), but UDP sockets, and silent when that cannot be done. */
int sockdiag_walk_udp(int family,
		      void (*each)(const struct diag_socket *socket, void *arg),
		      void *arg);

/**
 * struct sockdiag - sockets of one address family
 * @state: how many in each state, as ss(8) shows them
 * @minisocks: of those, TIME_WAIT minisocks, of either substate
 */
struct sockdiag {
	__u64 state[STATE_SLOTS];
	__u64 minisocks;
};

/**
 * sockdiag_count() - walk the sockets of one family
 * @family: AF_INET or AF_INET6
 * @diag: result, overwritten
 *
 * Not a snapshot either.
 *
 * Return: ST_OK, ST_NOT_PERMITTED, ST_REFUSED.
 */
int sockdiag_count(int family, struct sockdiag *diag);

#endif
