// SPDX-License-Identifier: GPL-2.0
/*
 * Segments of handshake and close, from netfilter: those that TCP gets, after all filters
 * (see received.c), and those it sends, before them (see sent.c). Every packet of the host comes
 * by, so what most of them do is one test of the flags.
 *
 * SYN and RST are never merged with other segments, and FIN is the last of those
 * it is merged with: a packet with one of these flags is one such segment, also
 * when GRO or GSO made it of many.
 */
#include <linux/ktime.h>
#include <linux/moduleparam.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/timekeeping.h>
#include <net/inet_connection_sock.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "blame.h"
#include "net.h"
#include "received.h"
#include "rst_state.h"
#include "segment.h"
#include "sent.h"

static bool tcpulse_segment_default = true;
module_param_named(segments, tcpulse_segment_default, bool, 0444);
MODULE_PARM_DESC(segments, "Count SYN, FIN and RST segments in each network namespace from load; this is the most expensive part (default: Y); later: tcpulse segments on|off");

#define TCPULSE_SEGMENT_FLAGS (TCPHDR_SYN | TCPHDR_FIN | TCPHDR_RST)

static __always_inline void
tcpulse_segment_add_to(struct tcpulse_cpu __percpu *pcpu, enum tcpulse_family f,
		       int attr, int by)
{
	this_cpu_add(pcpu->segment[f].count[attr - TCPULSE_SEGMENT_FIRST], by);
}

static void tcpulse_segment_count(struct tcpulse_cpu __percpu *pcpu,
				  enum tcpulse_family f, int attr)
{
	tcpulse_segment_add_to(pcpu, f, attr, 1);
}

/* --- one packet with SYN, FIN or RST --------------------------------- */

/* @by: 1, or -1 for one that was counted and did not come to TCP */
static __always_inline void
tcpulse_segment_receive(struct tcpulse_cpu __percpu *pcpu, enum tcpulse_family f,
			const struct tcphdr *th, int payload, int by)
{
	if (th->syn)
		tcpulse_segment_add_to(pcpu, f, th->ack ?
				       TCPULSE_A_SEGMENT_SYN_ACK_IN :
				       TCPULSE_A_SEGMENT_SYN_IN, by);
	if (th->syn && !th->ack && payload > 0)
		tcpulse_segment_add_to(pcpu, f, TCPULSE_A_SEGMENT_SYN_DATA_IN, by);
	if (th->fin)
		tcpulse_segment_add_to(pcpu, f, TCPULSE_A_SEGMENT_FIN_IN, by);
	if (th->rst)
		tcpulse_segment_add_to(pcpu, f, TCPULSE_A_SEGMENT_RST_IN, by);
}

/*
 * TCP counts a retransmission before it sends it, for whatever cause it does: the timer, or
 * an ICMP error that says the SYN was too large. Whoever sends a packet owns it: a raw or
 * packet socket, a tunnel's of UDP, or TCP's, as its type and protocol say, which no
 * socket changes.
 */
static bool tcpulse_segment_is_again(const struct sock *sk)
{
	return sk && sk_fullsock(sk) && sk_is_tcp(sk) &&
	       sk->sk_state == TCP_SYN_SENT && READ_ONCE(tcp_sk(sk)->total_retrans);
}

static void tcpulse_segment_send_syn(struct tcpulse_cpu __percpu *pcpu,
				     enum tcpulse_family f,
				     const struct sock *sk, int payload)
{
	tcpulse_segment_count(pcpu, f, TCPULSE_A_SEGMENT_SYN_OUT);
	if (payload > 0)
		tcpulse_segment_count(pcpu, f, TCPULSE_A_SEGMENT_SYN_DATA_OUT);
	if (tcpulse_segment_is_again(sk))
		tcpulse_segment_count(pcpu, f, TCPULSE_A_SEGMENT_SYN_RETRANS);
}

static void tcpulse_segment_send(struct tcpulse_cpu __percpu *pcpu,
				 enum tcpulse_family f, const struct sk_buff *skb,
				 const struct nf_hook_state *state,
				 const struct tcphdr *th, int payload)
{
	int from;

	if (th->syn && !th->ack)
		tcpulse_segment_send_syn(pcpu, f, state->sk, payload);
	else if (th->syn)
		tcpulse_segment_count(pcpu, f, TCPULSE_A_SEGMENT_SYN_ACK_OUT);
	if (th->fin)
		tcpulse_segment_count(pcpu, f, TCPULSE_A_SEGMENT_FIN_OUT);
	if (!th->rst)
		return;
	tcpulse_segment_count(pcpu, f, TCPULSE_A_SEGMENT_RST_OUT);
	from = tcpulse_rst_state(state->net, f, state->sk, skb, th);
	this_cpu_inc(pcpu->segment[f].reset[from < TCPULSE_STATES ? from :
					    TCP_CLOSE]);
}

/**
 * tcpulse_segment_handle() - a segment with SYN, FIN or RST
 * @tn: per-netns state; lives until the hooks are gone
 * @f: IP version
 * @skb: packet
 * @state: which hook
 * @th: TCP header
 * @offset: where that is in the packet
 */
static noinline void
tcpulse_segment_handle(const struct tcpulse_net *tn, enum tcpulse_family f,
		       const struct sk_buff *skb,
		       const struct nf_hook_state *state,
		       const struct tcphdr *th, int offset)
{
	const int payload = (int)skb->len - offset - th->doff * 4;

	if (state->hook == NF_INET_LOCAL_IN) {
		/* What was for others, or for all, TCP does not take. */
		if (skb->pkt_type != PACKET_HOST)
			return;
		if (unlikely(skb->sk) && th->syn && !th->ack)
			tcpulse_blame_give(state->net, skb);
		tcpulse_segment_receive(tn->pcpu, f, th, payload, 1);
	} else if (likely(tcpulse_sent_is_plain(f, skb, state)) ||
		   (!tcpulse_sent_before(f, skb, state) &&
		    tcpulse_sent_by_tcp(tn->pcpu, skb, state, th))) {
		tcpulse_segment_send(tn->pcpu, f, skb, state, th, payload);
	}
}

/* The header is not in the linear part, or comes after others. */
static noinline void
tcpulse_segment_fetch(const struct tcpulse_net *tn, enum tcpulse_family f,
		      const struct sk_buff *skb,
		      const struct nf_hook_state *state, int offset)
{
	struct tcphdr copy;
	const struct tcphdr *th = skb_header_pointer(skb, offset, sizeof(copy),
						     &copy);

	if (th && tcp_flag_byte(th) & TCPULSE_SEGMENT_FLAGS)
		tcpulse_segment_handle(tn, f, skb, state, th, offset);
}

/* --- every packet ---------------------------------------------------- */

static __always_inline unsigned int
tcpulse_segment_see(const struct tcpulse_net *tn, enum tcpulse_family f,
		    const struct sk_buff *skb,
		    const struct nf_hook_state *state, const struct tcphdr *th)
{
	const int offset = (const unsigned char *)th - skb->data;

	if (unlikely((const unsigned char *)(th + 1) > skb_tail_pointer(skb)))
		tcpulse_segment_fetch(tn, f, skb, state, offset);
	else if (unlikely(tcp_flag_byte(th) & TCPULSE_SEGMENT_FLAGS))
		tcpulse_segment_handle(tn, f, skb, state, th, offset);
	return NF_ACCEPT;
}

static unsigned int tcpulse_segment_hook4(void *priv, struct sk_buff *skb,
					  const struct nf_hook_state *state)
{
	const struct iphdr *iph = ip_hdr(skb);

	/* Fragments do not come here but from a raw socket. */
	if (iph->protocol != IPPROTO_TCP ||
	    unlikely(iph->frag_off & htons(IP_OFFSET)))
		return NF_ACCEPT;
	return tcpulse_segment_see(priv, TCPULSE_V4, skb, state,
				   (const void *)iph + iph->ihl * 4);
}

#if IS_ENABLED(CONFIG_IPV6)
static void tcpulse_segment_remember(const struct sk_buff *skb, struct net *net,
				     int offset)
{
	struct tcphdr copy;
	const struct tcphdr *th = skb_header_pointer(skb, offset, sizeof(copy),
						     &copy);

	if (th && skb->pkt_type == PACKET_HOST)
		tcpulse_received_remember(net, skb, th, (int)skb->len - offset -
					  th->doff * 4);
}

/* Extension headers come before TCP's. */
static noinline unsigned int
tcpulse_segment_find6(void *priv, struct sk_buff *skb,
		      const struct nf_hook_state *state)
{
	unsigned short frag_offset = 0;
	int offset = 0;

	if (state->hook == NF_INET_LOCAL_IN) {
		offset = tcpulse_received_behind(skb);
		if (offset < 0)
			return NF_ACCEPT;
		tcpulse_segment_remember(skb, state->net, offset);
	} else if (ipv6_find_hdr(skb, &offset, IPPROTO_TCP, &frag_offset, NULL) < 0 ||
		   frag_offset) {
		return NF_ACCEPT;
	}
	tcpulse_segment_fetch(priv, TCPULSE_V6, skb, state, offset);
	return NF_ACCEPT;
}

static unsigned int tcpulse_segment_hook6(void *priv, struct sk_buff *skb,
					  const struct nf_hook_state *state)
{
	const struct ipv6hdr *iph = ipv6_hdr(skb);

	if (likely(iph->nexthdr == IPPROTO_TCP))
		return tcpulse_segment_see(priv, TCPULSE_V6, skb, state,
					   (const void *)(iph + 1));
	if (iph->nexthdr == IPPROTO_UDP || iph->nexthdr == IPPROTO_ICMPV6)
		return NF_ACCEPT;
	return tcpulse_segment_find6(priv, skb, state);
}
#endif

/**
 * tcpulse_segment_refused() - IPv6 frees what may be a segment that was counted
 * @pcpu: counters of the namespace
 * @net: namespace
 * @skb: packet
 *
 * Context: softirq.
 */
noinline void tcpulse_segment_refused(struct tcpulse_cpu __percpu *pcpu,
				      const struct net *net,
				      const struct sk_buff *skb)
{
	const struct tcpulse_received *received = tcpulse_received_take(net, skb);

	if (received)
		tcpulse_segment_receive(pcpu, TCPULSE_V6, &received->th,
					received->payload, -1);
}

static const struct nf_hook_ops tcpulse_segment_ops[TCPULSE_SEGMENT_HOOKS] = {
	{ .hook = tcpulse_segment_hook4, .pf = NFPROTO_IPV4,
	  .hooknum = NF_INET_LOCAL_IN, .priority = NF_IP_PRI_LAST },
	{ .hook = tcpulse_segment_hook4, .pf = NFPROTO_IPV4,
	  .hooknum = NF_INET_LOCAL_OUT, .priority = NF_IP_PRI_FIRST },
#if IS_ENABLED(CONFIG_IPV6)
	{ .hook = tcpulse_segment_hook6, .pf = NFPROTO_IPV6,
	  .hooknum = NF_INET_LOCAL_IN, .priority = NF_IP6_PRI_LAST },
	{ .hook = tcpulse_segment_hook6, .pf = NFPROTO_IPV6,
	  .hooknum = NF_INET_LOCAL_OUT, .priority = NF_IP6_PRI_FIRST },
#endif
};

/* --- tracepoints ----------------------------------------------------- */

static void tcpulse_segment_synack_again(const struct net *net,
					 unsigned short af)
{
	struct tcpulse_cpu __percpu *pcpu;

	tcpulse_probe_pin();
	pcpu = tcpulse_net_cpu(net);
	if (pcpu && READ_ONCE(tcpulse_net(net)->segments.enabled))
		tcpulse_segment_count(pcpu, tcpulse_family(af),
				      TCPULSE_A_SEGMENT_SYN_ACK_RETRANS);
	tcpulse_probe_unpin();
}

/**
 * tcpulse_segment_retransmit_synack() - tracepoint tcp_retransmit_synack
 * @data: unused
 * @sk: listener, or the child of a fast open
 * @req: request sock; its operations are of the IP version of the packets
 *
 * Context: softirq or process context; preemptible and outside RCU on 7.x.
 */
void tcpulse_segment_retransmit_synack(void *data, const struct sock *sk,
				       const struct request_sock *req)
{
	tcpulse_segment_synack_again(sock_net(sk), req->rsk_ops->family);
}

/*
 * Tracepoint tcp_retransmit_skb: after a simultaneous open the SYN-ACK is the
 * socket's own. Context: as above.
 */
TCPULSE_PROBE_RETRANSMIT(tcpulse_segment_retransmit)
{
	unsigned short af = sk->sk_family;

	if (likely(!(TCP_SKB_CB(skb)->tcp_flags & TCPHDR_SYN)) ||
	    !(TCP_SKB_CB(skb)->tcp_flags & TCPHDR_ACK) ||
	    TCPULSE_RETRANSMIT_ERR)
		return;
#if IS_ENABLED(CONFIG_IPV6)
	if (af == AF_INET6 && ipv6_addr_v4mapped(&sk->sk_v6_daddr))
		af = AF_INET;
#endif
	tcpulse_segment_synack_again(sock_net(sk), af);
}

/*
 * Tracepoint tcp_send_reset: up to 6.9 of full sockets only. Context: as above; @skb is
 * NULL for an abort, which the socket sends itself. The answer goes by the dst of
 * @skb, when there is no socket.
 */
TCPULSE_PROBE_SEND_RESET(tcpulse_segment_send_reset)
{
	const struct net *net;

	if (!skb)
		return;
	tcpulse_probe_pin();
	net = sk ? sock_net(sk) : dev_net(READ_ONCE(skb_dst(skb)->dev));
	if (tcpulse_net_cpu(net) &&
	    READ_ONCE(tcpulse_net(net)->segments.enabled))
		tcpulse_rst_state_announce(net, sk, skb);
	tcpulse_probe_unpin();
}

/* --- on and off ------------------------------------------------------ */

static int tcpulse_segment_attach(struct net *net, struct tcpulse_net *tn)
{
	struct tcpulse_segments *segments = &tn->segments;
	int i, err;

	for (i = 0; i < TCPULSE_SEGMENT_HOOKS; i++) {
		segments->ops[i] = tcpulse_segment_ops[i];
		segments->ops[i].priv = tn;
	}
	tcpulse_sent_start(tn, net);
	err = nf_register_net_hooks(net, segments->ops, TCPULSE_SEGMENT_HOOKS);
	if (err)
		return err;
	segments->since = ktime_get_boottime_ns();
	WRITE_ONCE(segments->enabled, true);
	return 0;
}

static void tcpulse_segment_detach(struct net *net,
				   struct tcpulse_segments *segments)
{
	WRITE_ONCE(segments->enabled, false);
	nf_unregister_net_hooks(net, segments->ops, TCPULSE_SEGMENT_HOOKS);
	segments->ns += ktime_get_boottime_ns() - segments->since;
}

/**
 * tcpulse_segment_enable() - begin or end counting segments in a namespace
 * @net: namespace, pinned by the caller
 * @enable: which
 *
 * Context: Process context, may sleep.
 * Return: 0, also when it is so already, or a negative errno.
 */
int tcpulse_segment_enable(struct net *net, bool enable)
{
	struct tcpulse_net *tn = tcpulse_net(net);
	int err = 0;

	mutex_lock(&tn->segments.mutex);
	if (enable && !tn->segments.enabled)
		err = tcpulse_segment_attach(net, tn);
	else if (!enable && tn->segments.enabled)
		tcpulse_segment_detach(net, &tn->segments);
	mutex_unlock(&tn->segments.mutex);
	return err;
}

/* For how long segments have been counted. Context: Process context. */
u64 tcpulse_segment_ns(struct tcpulse_net *tn, bool *enabled)
{
	u64 ns;

	mutex_lock(&tn->segments.mutex);
	*enabled = tn->segments.enabled;
	ns = tn->segments.ns;
	if (*enabled)
		ns += ktime_get_boottime_ns() - tn->segments.since;
	mutex_unlock(&tn->segments.mutex);
	return ns;
}

/* The counters are there already. Context: Process context, may sleep. */
int tcpulse_segment_init_net(struct net *net)
{
	mutex_init(&tcpulse_net(net)->segments.mutex);
	return tcpulse_segment_enable(net, tcpulse_segment_default);
}

void tcpulse_segment_pre_exit_net(struct net *net)
{
	tcpulse_segment_enable(net, false);
}

/* --- reading --------------------------------------------------------- */

static void tcpulse_segment_add(u64 *to, const unsigned long *from, size_t n)
{
	while (n--)
		to[n] += READ_ONCE(from[n]);
}

/**
 * tcpulse_segment_read() - sum of all CPUs
 * @tn: per-netns state, pinned by the caller
 * @f: family
 * @view: result, overwritten
 *
 * Context: Process context. Runs concurrently with every hook.
 */
void tcpulse_segment_read(const struct tcpulse_net *tn, enum tcpulse_family f,
			  struct tcpulse_segment_view *view)
{
	const struct tcpulse_cpu *c;
	int cpu;

	memset(view, 0, sizeof(*view));
	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(tn->pcpu, cpu);
		tcpulse_segment_add(view->count, c->segment[f].count,
				    ARRAY_SIZE(view->count));
		tcpulse_segment_add(view->reset, c->segment[f].reset,
				    ARRAY_SIZE(view->reset));
		tcpulse_segment_add(view->handshake[0],
				    c->family[f].handshake[0],
				    TCPULSE_HANDSHAKES *
				    TCPULSE_HANDSHAKE_COUNTS);
	}
}
