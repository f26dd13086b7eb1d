// SPDX-License-Identifier: GPL-2.0
/*
 * Request socks: connections in SYN_RECV that have no socket yet, the SYN
 * queue. One lives from the first arming of its timer to the last stop. Request
 * socks of SYN cookies and of TCP Fast Open have no timer and are in no queue:
 * there the child socket is the connection from the start.
 */
#include <net/request_sock.h>

#include "edge.h"
#include "ehash.h"
#include "known.h"
#include "listener.h"
#include "net.h"
#include "reqsk.h"

/*
 * The request last stopped on this CPU, if it was taken; compared only. Written
 * with interrupts off.
 */
static DEFINE_PER_CPU(const struct request_sock *, tcpulse_reqsk_last_taken);

/*
 * An accepted child takes the request's place in the table of connections, then
 * the request is dropped, on the same CPU and with the child still locked. A
 * request that dies leaves its place empty; one that times out is still in it.
 */
static bool tcpulse_reqsk_is_taken(const struct request_sock *req)
{
	const struct sock *old = (const struct sock *)req;
	const struct sock *sk;

	if (!sk_unhashed(old))
		return false;
	sk = tcpulse_ehash_successor(old, old->sk_portpair);
	return sk && !((1 << READ_ONCE(sk->sk_state)) &
		       (TCPF_NEW_SYN_RECV | TCPF_TIME_WAIT));
}

/*
 * A timer that expired just after the child had taken over arms itself again,
 * and is deleted when the request is dropped: only that is the end.
 */
static void tcpulse_reqsk_untake(struct tcpulse_counts __percpu *counts,
				 const struct request_sock *req)
{
	if (this_cpu_read(tcpulse_reqsk_last_taken) != req)
		return;
	this_cpu_write(tcpulse_reqsk_last_taken, NULL);
	tcpulse_edge_not_why(counts, TCPULSE_REQ_TAKEN);
}

/**
 * tcpulse_reqsk_armed() - the timer of a request sock was armed
 * @req: request; nobody can find it yet when this is the first time, and its
 *	reference count is then still 0. The clone made when a listener's
 *	requests migrate has one already: its connection goes on, it is no birth
 *
 * Context: hard interrupts off, timer base locked.
 */
void tcpulse_reqsk_armed(const struct request_sock *req)
{
	const bool birth = !refcount_read(&req->rsk_refcnt);
	const struct sock *sk = (const struct sock *)req;
	struct tcpulse_cpu __percpu *pcpu = tcpulse_net_cpu(sock_net(sk));
	struct tcpulse_counts __percpu *counts;

	if (unlikely(!pcpu))
		return;
	counts = tcpulse_counts(pcpu, sk->sk_family);
	switch (tcpulse_known_armed(req, birth)) {
	case TCPULSE_ARMED_KNOWN:
		return;
	case TCPULSE_ARMED_ADOPTED:
		tcpulse_count_adopted(counts, sk, TCP_SYN_RECV);
		return;
	case TCPULSE_ARMED:
		break;
	}
	if (birth) {
		tcpulse_edge_minisock(counts, TCPULSE_REQ_BORN, TCP_LISTEN,
				      TCP_SYN_RECV, TCPULSE_EDGE_BEGINS);
		tcpulse_listener_queues_syn(req->rsk_listener);
	} else {
		tcpulse_edge_minisock(counts, TCPULSE_REQ_RESTARTED, TCP_CLOSE,
				      TCP_SYN_RECV, TCPULSE_EDGE_STAYS);
		tcpulse_reqsk_untake(counts, req);
		tcpulse_listener_keeps_syn(req->rsk_listener);
	}
}

/**
 * tcpulse_reqsk_stopped() - the timer of a request sock expired or was deleted
 * @req: request; after an expiry its timer may be armed again
 *
 * Context: hard interrupts off, timer base locked.
 */
void tcpulse_reqsk_stopped(const struct request_sock *req)
{
	const struct sock *sk = (const struct sock *)req;
	struct tcpulse_cpu __percpu *pcpu = tcpulse_net_cpu(sock_net(sk));
	struct tcpulse_counts __percpu *counts;
	const struct request_sock *taken;

	if (unlikely(!pcpu) || !tcpulse_known_stopped(req))
		return;
	counts = tcpulse_counts(pcpu, sk->sk_family);
	taken = tcpulse_reqsk_is_taken(req) ? req : NULL;
	this_cpu_write(tcpulse_reqsk_last_taken, taken);
	if (taken) {
		tcpulse_edge_why(counts, TCPULSE_REQ_TAKEN);
		tcpulse_listener_queues_child(req->rsk_listener);
	}
	tcpulse_edge_minisock(counts, TCPULSE_REQ_STOPPED, TCP_SYN_RECV, TCP_CLOSE,
			      TCPULSE_EDGE_ENDS);
}
