// SPDX-License-Identifier: GPL-2.0
/* What is taken for a TCP segment of ours, and each thing that it must have. */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>

#include "../packet.h"
#include "suites.h"

/* What hangs on a packet; its route is of either version. */
struct tcpulse_fake {
	struct sk_buff *skb;
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
	ipv6_hdr(fake->skb)->nexthdr = NEXTHDR_HOP;
	KUNIT_EXPECT_TRUE(test, tcpulse_packet_taken(fake));
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
	rcu_read_unlock();
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
	KUNIT_CASE(tcpulse_packet_protocol),
	KUNIT_CASE(tcpulse_packet_lacking),
	KUNIT_CASE(tcpulse_packet_short),
	KUNIT_CASE(tcpulse_packet_local),
	{}
};

struct kunit_suite tcpulse_packet_suite = {
	.name = "tcpulse_packet",
	.init = tcpulse_packet_begin,
	.exit = tcpulse_packet_end,
	.test_cases = tcpulse_packet_cases,
};
