// SPDX-License-Identifier: GPL-2.0
/*
 * inet_sock_set_state: transitions of full TCP sockets. What becomes of request
 * socks and TIME_WAIT minisocks is in minisock.c and timewait.c.
 *
 * The event comes before the store: sk->sk_state is still the old state.
 */
#include <linux/in.h>
#include <linux/preempt.h>
#include <net/sock.h>
#include <trace/events/sock.h>

#include "baseline.h"
#include "counters.h"
#include "ehash.h"
#include "pernet.h"
#include "state.h"

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

/* A child is born in SYN_RECV; its listener stays what it is. */
static __always_inline bool tcpulse_state_is_birth(int oldstate, int newstate)
{
	return oldstate == TCP_LISTEN && newstate == TCP_SYN_RECV;
}

static __always_inline void
tcpulse_state_count(struct tcpulse_cpu __percpu *pcpu, const struct sock *sk,
		    unsigned int oldstate, unsigned int newstate)
{
	const enum tcpulse_family f = tcpulse_family(sk->sk_family);

	if (unlikely(oldstate >= TCPULSE_STATES || newstate >= TCPULSE_STATES)) {
		this_cpu_inc(pcpu->lost);
		return;
	}
	this_cpu_inc(pcpu->edge[f][oldstate][newstate]);
	if (tcpulse_state_is_birth(oldstate, newstate)) {
		/* Mostly from a request sock, so nothing grows. */
		tcpulse_count_stay(pcpu, f, newstate);
		return;
	}
	tcpulse_count_leave(pcpu, f, oldstate);
	tcpulse_count_enter(pcpu, f, newstate);
	if (unlikely(oldstate == TCP_CLOSING && newstate == TCP_CLOSE) &&
	    tcpulse_state_to_time_wait(sk))
		tcpulse_count_minisock(pcpu, f, TCPULSE_TW_FROM_CLOSING);
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

	if (sk->sk_protocol != IPPROTO_TCP || oldstate == newstate)
		return;

	preempt_disable_notrace();
	pcpu = tcpulse_pernet_cpu(sock_net(sk));
	if (likely(pcpu) &&
	    tcpulse_baseline_socket(pcpu, sk, oldstate, newstate))
		tcpulse_state_count(pcpu, sk, oldstate, newstate);
	preempt_enable_notrace();
}
