// SPDX-License-Identifier: GPL-2.0
/*
 * What differs between kernels, asked of their headers: kernels are patched, so
 * a version number does not tell. Compiled, never linked, each time the module
 * is built for other headers or with another compiler. Of a YES and the NO of
 * the same name exactly one must compile; ask.awk makes of it a header that
 * says whether TCPULSE_HAVE_<name>. When both or none compile, no answer is
 * taken for granted, the build ends.
 *
 * The kernel's own headers are asked, not those that shadow them. The number in
 * a comment is the first kernel of the mainline that answers yes, or no more.
 */
#include <linux/hrtimer.h>
#include <net/genetlink.h>
#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/ip.h>
#include <net/net_namespace.h>
#include <net/netns/ipv4.h>
#include <net/tcp.h>
#include <trace/events/skb.h>
#include <trace/events/tcp.h>
#include <trace/events/timer.h>

/* Each is one line for the compiler, so that its complaints tell which it was. */
#define YES(name, ...) ANSWER(__PASTE(tcpulse_yes_##name##_, __LINE__), __VA_ARGS__)
#define NO(name, ...) ANSWER(__PASTE(tcpulse_no_##name##_, __LINE__), __VA_ARGS__)
#define ANSWER(function, ...) \
	static void __maybe_unused function(struct net *net) { __VA_ARGS__; }

/* A probe of @event is called with these, after its data. */
#define PASSES(event, ...) \
	check_trace_callback_type_##event((void (*)(void *, __VA_ARGS__))NULL)

/*
 * Two members of one name do not compile, one of them ours. No statement: in a
 * function the type would be another, for clang.
 */
#define LACKS(type, member) \
	struct tcpulse_lacks_##member { struct type; char member; }

#define HASHINFO (net->ipv4.tcp_death_row.hashinfo)
#define ADDR6 ((struct in6_addr *)NULL)

/* --- tracepoints ----------------------------------------------------- */

/* Not since 6.8: "tracing/timers: Enhance timer_start trace event" */
YES(TIMER_START_FLAGS, PASSES(timer_start, struct timer_list *, unsigned long,
			      unsigned int))
NO(TIMER_START_FLAGS, PASSES(timer_start, struct timer_list *, unsigned long))

/* 6.10: "rstreason: make it work in trace world" */
YES(SEND_RESET_REASON, PASSES(tcp_send_reset, const struct sock *,
			      const struct sk_buff *, const enum sk_rst_reason))
NO(SEND_RESET_REASON, PASSES(tcp_send_reset, const struct sock *,
			     const struct sk_buff *))

/* 6.18, where it comes for failed ones, too */
YES(RETRANSMIT_ERR, PASSES(tcp_retransmit_skb, const struct sock *,
			   const struct sk_buff *, int))
NO(RETRANSMIT_ERR, PASSES(tcp_retransmit_skb, const struct sock *,
			  const struct sk_buff *))

/* 6.11: "net: add rx_sk to trace_kfree_skb" */
YES(KFREE_SKB_RX_SK, PASSES(kfree_skb, struct sk_buff *, void *,
			    enum skb_drop_reason, struct sock *))
YES(KFREE_SKB_RX_SK, PASSES(kfree_skb, struct sk_buff *, void *,
			    enum skb_drop_reason, const struct sock *))
NO(KFREE_SKB_RX_SK, PASSES(kfree_skb, struct sk_buff *, void *,
			   enum skb_drop_reason))

/* By 7.2: that socket is const. */
YES(KFREE_SKB_RX_SK_CONST, PASSES(kfree_skb, struct sk_buff *, void *,
				  enum skb_drop_reason, const struct sock *))
NO(KFREE_SKB_RX_SK_CONST, PASSES(kfree_skb, struct sk_buff *, void *,
				 enum skb_drop_reason, struct sock *))
NO(KFREE_SKB_RX_SK_CONST, PASSES(kfree_skb, struct sk_buff *, void *,
				 enum skb_drop_reason))

/* 6.3 */
YES(CONSUME_SKB_LOCATION, PASSES(consume_skb, struct sk_buff *, void *))
NO(CONSUME_SKB_LOCATION, PASSES(consume_skb, struct sk_buff *))

/* --- functions ------------------------------------------------------- */

/* Not since 6.18: "tcp: Remove inet_hashinfo arguments after DCCP removal" */
YES(LOOKUP_HASHINFO, __inet_lookup_established(net, HASHINFO, 0, 0, 0, 0, 0, 0))
NO(LOOKUP_HASHINFO, __inet_lookup_established(net, 0, 0, 0, 0, 0, 0))
YES(LOOKUP_LISTENER_HASHINFO, __inet_lookup_listener(net, HASHINFO, NULL, 0, 0,
						     0, 0, 0, 0, 0))
NO(LOOKUP_LISTENER_HASHINFO, __inet_lookup_listener(net, NULL, 0, 0, 0, 0, 0, 0,
						    0))
#if IS_ENABLED(CONFIG_IPV6)
YES(LOOKUP6_HASHINFO, __inet6_lookup_established(net, HASHINFO, ADDR6, 0, ADDR6,
						 0, 0, 0))
NO(LOOKUP6_HASHINFO, __inet6_lookup_established(net, ADDR6, 0, ADDR6, 0, 0, 0))
YES(LOOKUP6_LISTENER_HASHINFO, inet6_lookup_listener(net, HASHINFO, NULL, 0,
						     ADDR6, 0, ADDR6, 0, 0, 0))
NO(LOOKUP6_LISTENER_HASHINFO, inet6_lookup_listener(net, NULL, 0, ADDR6, 0,
						    ADDR6, 0, 0, 0))
#endif

/* 6.13: "hrtimers: Introduce hrtimer_setup() to replace hrtimer_init()" */
YES(HRTIMER_SETUP, (void)hrtimer_setup)
NO(HRTIMER_SETUP, extern struct net hrtimer_setup)

/* --- members --------------------------------------------------------- */

/* Not since 6.8: "tcp: Use READ/WRITE_ONCE() for IP local_port_range." */
YES(LOCAL_PORTS_LOCK, read_seqbegin(&net->ipv4.ip_local_ports.lock))
NO(LOCAL_PORTS_LOCK, u32 *range = &net->ipv4.ip_local_ports.range; (void)range)

/* 6.14: "tcp: Add sysctl to configure TIME-WAIT reuse delay" */
YES(TW_REUSE_DELAY, net->ipv4.sysctl_tcp_tw_reuse_delay = 1000)
NO(TW_REUSE_DELAY) LACKS(netns_ipv4, sysctl_tcp_tw_reuse_delay);

/* 6.6: "genetlink: push the dump info into struct genl_info" */
YES(DUMPIT_INFO_INFO, ((struct genl_dumpit_info *)NULL)->info.attrs[0])
NO(DUMPIT_INFO_INFO, ((struct genl_dumpit_info *)NULL)->attrs[0])

/* --- what a tracepoint does for its probes --------------------------- */

/*
 * How it keeps them on their CPU, in two spellings, and from being freed. What
 * the answer does not allow has no name here. Last, as it takes words away from
 * the headers.
 */
#undef guard
#undef preempt_disable_notrace

static inline void tcpulse_pins_preempt_notrace(void) {}
static inline void tcpulse_unpinned_srcu_fast_notrace(struct srcu_struct *srcu) {}

/* Since 7.0: "tracing: Guard __DECLARE_TRACE() use of __DO_TRACE_CALL() with SRCU-fast" */
#define guard(class) tcpulse_unpinned_##class
#define preempt_disable_notrace() tcpulse_unpinned_preempt_disable()
YES(PROBE_UNPINNED) DECLARE_TRACE(tcpulse_unpinned, TP_PROTO(int i), TP_ARGS(i));

#undef guard
#undef preempt_disable_notrace
#define guard(class) tcpulse_pins_##class
#define preempt_disable_notrace() tcpulse_pins_preempt_notrace()
NO(PROBE_UNPINNED) DECLARE_TRACE(tcpulse_pinned, TP_PROTO(int i), TP_ARGS(i));
