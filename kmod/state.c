// SPDX-License-Identifier: GPL-2.0
/*
 * inet_sock_set_state: transitions of full TCP sockets. What becomes of request
 * socks and TIME_WAIT minisocks is in minisock.c and timewait.c.
 *
 * The event comes before the store: sk->sk_state is still the old state.
 */
#include <linux/in.h>
#include <linux/tracepoint.h>
#include <net/sock.h>
#include <trace/events/sock.h>

#include "edge.h"
#include "ehash.h"
#include "handshake.h"
#include "known.h"
#include "listener.h"
#include "net.h"
#include "overflow.h"
#include "rst_state.h"
#include "state.h"
#include "transition.h"

/*
 * A socket in CLOSING goes to CLOSE, also when a minisock takes its place. That
 * one is in the table already and is looked for only here: of all others the
 * source is FIN_WAIT2.
 */
static noinline bool tcpulse_state_to_time_wait(const struct sock *sk)
{
	const __portpair ports = INET_COMBINED_PORTS(sk->sk_dport,
					ntohs(inet_sk(sk)->inet_sport));
	const struct sock *tw = tcpulse_ehash_successor(sk, ports);

	return tw && READ_ONCE(tw->sk_state) == TCP_TIME_WAIT;
}

/*
 * Events that are not just one socket going from one state to another: no
 * change at all, what may be the birth of a child or become a minisock, the end of a
 * handshake, and what makes a listener or ends it.
 */
static const bool tcpulse_state_special[TCPULSE_STATES][TCPULSE_STATES] = {
	[TCP_ESTABLISHED][TCP_ESTABLISHED] = true,
	[TCP_SYN_SENT][TCP_SYN_SENT] = true,
	[TCP_SYN_RECV][TCP_SYN_RECV] = true,
	[TCP_FIN_WAIT1][TCP_FIN_WAIT1] = true,
	[TCP_FIN_WAIT2][TCP_FIN_WAIT2] = true,
	[TCP_TIME_WAIT][TCP_TIME_WAIT] = true,
	[TCP_CLOSE][TCP_CLOSE] = true,
	[TCP_CLOSE_WAIT][TCP_CLOSE_WAIT] = true,
	[TCP_LAST_ACK][TCP_LAST_ACK] = true,
	[TCP_LISTEN][TCP_LISTEN] = true,
	[TCP_CLOSING][TCP_CLOSING] = true,

	[TCP_ESTABLISHED][TCP_SYN_RECV] = true,
	[TCP_SYN_SENT][TCP_SYN_RECV] = true,
	[TCP_FIN_WAIT1][TCP_SYN_RECV] = true,
	[TCP_FIN_WAIT2][TCP_SYN_RECV] = true,
	[TCP_TIME_WAIT][TCP_SYN_RECV] = true,
	[TCP_CLOSE][TCP_SYN_RECV] = true,
	[TCP_CLOSE_WAIT][TCP_SYN_RECV] = true,
	[TCP_LAST_ACK][TCP_SYN_RECV] = true,
	[TCP_LISTEN][TCP_SYN_RECV] = true,
	[TCP_CLOSING][TCP_SYN_RECV] = true,

	[TCP_CLOSING][TCP_CLOSE] = true,
	[TCP_SYN_SENT][TCP_ESTABLISHED] = !TCPULSE_STATE_ONLY,
	[TCP_SYN_SENT][TCP_CLOSE] = !TCPULSE_STATE_ONLY,
	[TCP_SYN_RECV][TCP_ESTABLISHED] = !TCPULSE_STATE_ONLY,
	[TCP_SYN_RECV][TCP_CLOSE] = !TCPULSE_STATE_ONLY,
	[TCP_SYN_RECV][TCP_FIN_WAIT1] = !TCPULSE_STATE_ONLY,
	[TCP_SYN_RECV][TCP_CLOSE_WAIT] = !TCPULSE_STATE_ONLY,
	[TCP_CLOSE][TCP_LISTEN] = true,
	[TCP_LISTEN][TCP_CLOSE] = true,
};

/* The listener stays; mostly a request sock makes room. */
static void tcpulse_state_count_birth(struct tcpulse_cpu __percpu *pcpu,
				      const struct sock *sk)
{
	struct tcpulse_counts __percpu *counts =
		tcpulse_counts(pcpu, sk->sk_family);

	tcpulse_edge_socket(counts, TCP_LISTEN, TCP_SYN_RECV, TCPULSE_EDGE_STAYS);
	tcpulse_overflow_child_born(pcpu, sock_net(sk), sk);
}

/* Out of SYN_SENT or SYN_RECV. */
static __always_inline void
tcpulse_state_count_opening(struct tcpulse_counts __percpu *counts,
			    const struct sock *sk, int oldstate, int newstate)
{
	if (oldstate == TCP_SYN_RECV &&
	    (newstate == TCP_ESTABLISHED || newstate == TCP_CLOSE))
		tcpulse_overflow_child_done(sk);
	if (newstate == TCP_ESTABLISHED)
		tcpulse_handshake_count(counts, sk, oldstate);
	else if (newstate != TCP_SYN_RECV)
		tcpulse_handshake_none(counts, sk, oldstate, newstate);
}

static noinline void
tcpulse_state_count_special(struct tcpulse_cpu __percpu *pcpu,
			    const struct sock *sk, int oldstate, int newstate)
{
	struct tcpulse_counts __percpu *counts;

	if (tcpulse_transition_is_birth(sk, newstate)) {
		tcpulse_state_count_birth(pcpu, sk);
		return;
	}
	if (oldstate == newstate)
		return;
	counts = tcpulse_counts(pcpu, sk->sk_family);
	tcpulse_edge_socket(counts, oldstate, newstate, TCPULSE_EDGE_ENDS);
	if (newstate == TCP_CLOSE)
		tcpulse_count_moved(counts, oldstate);
	else
		tcpulse_count_enter(counts, newstate);
	if (oldstate == TCP_SYN_SENT || oldstate == TCP_SYN_RECV)
		tcpulse_state_count_opening(counts, sk, oldstate, newstate);
	else if (newstate == TCP_LISTEN)
		tcpulse_listener_open(sk, false);
	else if (oldstate == TCP_LISTEN)
		tcpulse_listener_close(sk);
	else if (oldstate == TCP_CLOSING && tcpulse_state_to_time_wait(sk))
		tcpulse_edge_why(counts, TCPULSE_TW_FROM_CLOSING);
}

static __always_inline void
tcpulse_state_count(struct tcpulse_cpu __percpu *pcpu, const struct sock *sk,
		    unsigned long oldstate, unsigned long newstate)
{
	struct tcpulse_counts __percpu *counts;

	if (unlikely(oldstate >= TCPULSE_STATES || newstate >= TCPULSE_STATES)) {
		this_cpu_inc(pcpu->lost);
		return;
	}
	counts = tcpulse_counts(pcpu, sk->sk_family);
	if (newstate == TCP_CLOSE && !TCPULSE_STATE_ONLY)
		tcpulse_rst_state_closed(sk, oldstate);
	if (unlikely(tcpulse_state_special[oldstate][newstate])) {
		tcpulse_state_count_special(pcpu, sk, oldstate, newstate);
		return;
	}
	tcpulse_edge_socket(counts, oldstate, newstate, TCPULSE_EDGE_MOVES);
}

/* Out of the way of the common case, which then needs no stack. */
static noinline void
tcpulse_state_count_loading(struct tcpulse_cpu __percpu *pcpu,
			    const struct sock *sk, int oldstate, int newstate)
{
	if (tcpulse_known_socket(pcpu, sk, oldstate, newstate))
		tcpulse_state_count(pcpu, sk, oldstate, newstate);
}

/**
 * tcpulse_state_probe() - tracepoint inet_sock_set_state
 * @data: unused
 * @sk: socket, locked or not visible to others yet
 * @oldstate: state it leaves
 * @newstate: state it enters; the same one is a real event and means nothing
 *
 * Subflows of MPTCP are TCP sockets; the MPTCP socket above them, SCTP and DCCP
 * fire the event too and have protocols of their own.
 *
 * Context: softirq or process context; preemptible and outside RCU on 7.x.
 */
void tcpulse_state_probe(void *data, const struct sock *sk, const int oldstate,
			 const int newstate)
{
	struct tcpulse_cpu __percpu *pcpu;

	if (sk->sk_protocol != IPPROTO_TCP)
		return;

	tcpulse_probe_pin();
	pcpu = tcpulse_net_cpu(sock_net(sk));
	if (unlikely(!pcpu))
		;
	else if (static_branch_unlikely(&tcpulse_known_key))
		tcpulse_state_count_loading(pcpu, sk, oldstate, newstate);
	else
		tcpulse_state_count(pcpu, sk, oldstate, newstate);
	tcpulse_probe_unpin();
}
