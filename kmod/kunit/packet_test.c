// SPDX-License-Identifier: GPL-2.0
/* What is taken for a TCP segment of ours, and each thing that it must have. */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>

#include "../packet.h"
#include "suites.h"

/* What hangs on a packet; its route is of either version, as its operations say. */
struct tcpulse_fake {
	struct sk_buff *skb;
	struct dst_ops ops;
	union {
		struct dst_entry dst;
		struct rtable v4;
		struct rt6_info v6;
	} route;
};

/* No reference is taken, none is given back. */
static void tcpulse_packet_route(struct tcpulse_fake *fake, bool there)
{
	fake->skb->_skb_refdst = there ? (unsigned long)&fake->route.dst |
					 SKB_DST_NOREF : 0;
}

static void tcpulse_packet_make(struct tcpulse_fake *fake, __be16 protocol)
{
	struct sk_buff *skb = fake->skb;

	skb_trim(skb, 0);
	memset(&fake->route, 0, sizeof(fake->route));
	fake->route.dst.dev = init_net.loopback_dev;
	fake->route.dst.ops = &fake->ops;
	fake->ops.family = protocol == htons(ETH_P_IPV6) ? AF_INET6 : AF_INET;
	skb->protocol = protocol;
	skb->skb_iif = 1;
	skb_reset_network_header(skb);
	if (protocol == htons(ETH_P_IPV6)) {
		struct ipv6hdr *ip6 = skb_put_zero(skb, sizeof(*ip6));

		ip6->nexthdr = IPPROTO_TCP;
	} else {
		struct iphdr *ip = skb_put_zero(skb, sizeof(*ip));

		ip->protocol = IPPROTO_TCP;
	}
	skb_set_transport_header(skb, skb->len);
	skb_put_zero(skb, sizeof(struct tcphdr));
	tcpulse_packet_route(fake, true);
}

/* As the probes do it: in a softirq. */
static bool tcpulse_packet_taken(struct tcpulse_fake *fake)
{
	const struct tcphdr *th;

	local_bh_disable();
	rcu_read_lock();
	th = tcpulse_packet_tcp(fake->skb);
	rcu_read_unlock();
	local_bh_enable();
	return th && (const u8 *)th == skb_transport_header(fake->skb);
}

static void tcpulse_packet_good(struct kunit *test)
{
	struct tcpulse_fake *fake = test->priv;

	tcpulse_packet_make(fake, htons(ETH_P_IP));
	KUNIT_EXPECT_TRUE(test, tcpulse_packet_taken(fake));
	tcpulse_packet_make(fake, htons(ETH_P_IPV6));
	KUNIT_EXPECT_TRUE(test, tcpulse_packet_taken(fake));
}

/* Behind one extension header, of @type, which says that @next comes. */
static void tcpulse_packet_make_far(struct tcpulse_fake *fake, u8 type, u8 next)
{
	u8 *header;

	tcpulse_packet_make(fake, htons(ETH_P_IPV6));
	ipv6_hdr(fake->skb)->nexthdr = type;
	header = skb_transport_header(fake->skb);
	header[0] = next;
	skb_set_transport_header(fake->skb, sizeof(struct ipv6hdr) + 8);
	skb_put_zero(fake->skb, 8);
}

static void tcpulse_packet_far(struct kunit *test)
{
	struct tcpulse_fake *fake = test->priv;

	tcpulse_packet_make_far(fake, NEXTHDR_HOP, IPPROTO_TCP);
	KUNIT_EXPECT_TRUE(test, tcpulse_packet_taken(fake));
	/* as TCP leaves it: what was read is not data any more */
	fake->skb->data += fake->skb->len;
	KUNIT_EXPECT_TRUE(test, tcpulse_packet_taken(fake));
	fake->skb->data -= fake->skb->len;

	tcpulse_packet_make_far(fake, NEXTHDR_HOP, IPPROTO_UDP);
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_taken(fake));

	/* not that far yet */
	tcpulse_packet_make_far(fake, NEXTHDR_HOP, IPPROTO_TCP);
	skb_set_transport_header(fake->skb, sizeof(struct ipv6hdr));
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_taken(fake));

	/* a chain without an end */
	tcpulse_packet_make_far(fake, NEXTHDR_HOP, NEXTHDR_HOP);
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_taken(fake));
}

/* Payload of another fragment is no header. */
static void tcpulse_packet_fragment(struct kunit *test)
{
	struct tcpulse_fake *fake = test->priv;

	tcpulse_packet_make(fake, htons(ETH_P_IP));
	ip_hdr(fake->skb)->frag_off = htons(IP_DF);
	KUNIT_EXPECT_TRUE(test, tcpulse_packet_taken(fake));
	ip_hdr(fake->skb)->frag_off = htons(IP_MF | 1);
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_taken(fake));

	tcpulse_packet_make_far(fake, NEXTHDR_FRAGMENT, IPPROTO_TCP);
	KUNIT_EXPECT_TRUE(test, tcpulse_packet_taken(fake));
	((u8 *)(ipv6_hdr(fake->skb) + 1))[3] = IP6_OFFSET & 0xff;
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_taken(fake));
}

static void tcpulse_packet_protocol(struct kunit *test)
{
	struct tcpulse_fake *fake = test->priv;

	tcpulse_packet_make(fake, htons(ETH_P_ARP));
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_taken(fake));
	tcpulse_packet_make(fake, htons(ETH_P_IP));
	ip_hdr(fake->skb)->protocol = IPPROTO_UDP;
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_taken(fake));
	tcpulse_packet_make(fake, htons(ETH_P_IPV6));
	ipv6_hdr(fake->skb)->nexthdr = IPPROTO_UDP;
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_taken(fake));
}

/* A packet that was sent, was not routed, or has not got that far. */
static void tcpulse_packet_lacking(struct kunit *test)
{
	struct tcpulse_fake *fake = test->priv;

	tcpulse_packet_make(fake, htons(ETH_P_IP));
	fake->skb->skb_iif = 0;
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_taken(fake));

	tcpulse_packet_make(fake, htons(ETH_P_IP));
	tcpulse_packet_route(fake, false);
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_taken(fake));

	/* of a tunnel in metadata mode */
	tcpulse_packet_make(fake, htons(ETH_P_IP));
	fake->route.dst.flags = DST_METADATA;
	fake->route.dst.dev = NULL;
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_taken(fake));

	tcpulse_packet_make(fake, htons(ETH_P_IP));
	fake->skb->transport_header = (typeof(fake->skb->transport_header))~0U;
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_taken(fake));

	tcpulse_packet_make(fake, htons(ETH_P_IP));
	KUNIT_EXPECT_PTR_EQ(test, tcpulse_packet_tcp(fake->skb),
			    (const struct tcphdr *)NULL);
}

/* A header that is not all there is none, of whatever length. */
static void tcpulse_packet_short(struct kunit *test)
{
	struct tcpulse_fake *fake = test->priv;
	int missing;

	for (missing = 0; missing <= sizeof(struct tcphdr); missing++) {
		tcpulse_packet_make(fake, htons(ETH_P_IP));
		skb_trim(fake->skb, fake->skb->len - missing);
		KUNIT_EXPECT_EQ_MSG(test, tcpulse_packet_taken(fake), !missing,
				    "%d bytes missing", missing);
	}
}

static void tcpulse_packet_local(struct kunit *test)
{
	struct tcpulse_fake *fake = test->priv;
	const struct sk_buff *skb = fake->skb;

	rcu_read_lock();
	tcpulse_packet_make(fake, htons(ETH_P_IP));
	KUNIT_EXPECT_PTR_EQ(test, tcpulse_packet_net(skb), &init_net);
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_is_local(skb));
	fake->route.v4.rt_flags = RTCF_LOCAL;
	KUNIT_EXPECT_TRUE(test, tcpulse_packet_is_local(skb));

	tcpulse_packet_make(fake, htons(ETH_P_IPV6));
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_is_local(skb));
	fake->route.v6.rt6i_flags = RTF_LOCAL;
	KUNIT_EXPECT_TRUE(test, tcpulse_packet_is_local(skb));
	fake->route.v6.rt6i_flags = RTF_ANYCAST;
	KUNIT_EXPECT_TRUE(test, tcpulse_packet_is_local(skb));
	fake->route.v6.rt6i_flags = 0;
	ipv6_hdr(skb)->daddr.s6_addr[0] = 0xff;
	KUNIT_EXPECT_TRUE(test, tcpulse_packet_is_local(skb));
	/* of a bridge, which has a route of IPv4 for whatever comes */
	fake->ops.family = AF_INET;
	KUNIT_EXPECT_FALSE(test, tcpulse_packet_is_local(skb));
	rcu_read_unlock();
}

/* Its device has gone: it may have been in any namespace. */
static void tcpulse_packet_orphan(struct kunit *test)
{
	struct tcpulse_fake *fake = test->priv;
	const struct net *net;

	tcpulse_packet_make(fake, htons(ETH_P_IP));
	fake->route.dst.dev = blackhole_netdev;
	rcu_read_lock();
	net = tcpulse_packet_net(fake->skb);
	rcu_read_unlock();
	KUNIT_EXPECT_NULL(test, net);
}

static int tcpulse_packet_begin(struct kunit *test)
{
	struct tcpulse_fake *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);

	if (!fake)
		return -ENOMEM;
	fake->skb = alloc_skb(128, GFP_KERNEL);
	test->priv = fake;
	return fake->skb ? 0 : -ENOMEM;
}

/* tcpulse.ko, if it is loaded, looks at packets that are freed. */
static void tcpulse_packet_end(struct kunit *test)
{
	struct tcpulse_fake *fake = test->priv;

	if (!fake || !fake->skb)
		return;
	tcpulse_packet_route(fake, false);
	kfree_skb(fake->skb);
}

static struct kunit_case tcpulse_packet_cases[] = {
	KUNIT_CASE(tcpulse_packet_good),
	KUNIT_CASE(tcpulse_packet_far),
	KUNIT_CASE(tcpulse_packet_fragment),
	KUNIT_CASE(tcpulse_packet_protocol),
	KUNIT_CASE(tcpulse_packet_lacking),
	KUNIT_CASE(tcpulse_packet_short),
	KUNIT_CASE(tcpulse_packet_local),
	KUNIT_CASE(tcpulse_packet_orphan),
	{}
};

struct kunit_suite tcpulse_packet_suite = {
	.name = "tcpulse_packet",
	.init = tcpulse_packet_begin,
	.exit = tcpulse_packet_end,
	.test_cases = tcpulse_packet_cases,
};
