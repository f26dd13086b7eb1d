// SPDX-License-Identifier: GPL-2.0
/*
 * Devices, addresses and what suffers on the way, by rtnetlink: a process of
 * ip(8) or tc(8) costs as much as a whole trial.
 *
 *	client eth0 <---> eth0 server
 *	192.0.2.2         192.0.2.1
 *	2001:db8::2       2001:db8::1
 *
 * 198.18.0.0/15 is behind the client, which swallows what is sent there.
 * Neighbours are written down: no ARP can be lost and keep a segment back.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/ipv6_route.h>
#include <linux/neighbour.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

#include "../client/kernel_socket.h"
#include "trial.h"

#define LINK_MS 60000
/* IF_OPER_UP of linux/if.h, which does not get along with libc's */
#define OPERSTATE_UP 6

struct link_message {
	char buf[1024];
	struct nlmsghdr *nlh;
};

static void *begin(struct link_message *m, __u16 type, __u16 flags, size_t size)
{
	static __u32 seq;

	m->nlh = mnl_nlmsg_put_header(m->buf);
	m->nlh->nlmsg_type = type;
	m->nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	m->nlh->nlmsg_seq = ++seq;
	return mnl_nlmsg_put_extra_header(m->nlh, size);
}

/* Sends it, and takes the one message that is the answer. */
static void exchange(struct trial *t, struct host *h, struct link_message *m, const char *what,
		     mnl_cb_t take, void *data)
{
	char buf[16384];
	ssize_t len;

	if (mnl_socket_sendto(h->route, m->nlh, m->nlh->nlmsg_len) < 0)
		trial_die(t, "%s: %s", what, strerror(errno));
	len = kernel_mnl_receive(h->route, buf, sizeof(buf));
	if (len < 0 || mnl_cb_run(buf, len, m->nlh->nlmsg_seq,
				  mnl_socket_get_portid(h->route), take, data) < 0)
		trial_die(t, "%s: %s", what, strerror(errno));
}

static void finish(struct trial *t, struct host *h, struct link_message *m, const char *what)
{
	exchange(t, h, m, what, NULL, NULL);
}

static unsigned int index_of(struct host *h, const char *name)
{
	world_enter(h);
	return if_nametoindex(name);
}

void link_up(struct trial *t, struct host *h, const char *name)
{
	struct link_message m;
	struct ifinfomsg *link = begin(&m, RTM_NEWLINK, 0, sizeof(*link));

	link->ifi_index = index_of(h, name);
	link->ifi_flags = IFF_UP;
	link->ifi_change = IFF_UP;
	finish(t, h, &m, name);
}

static const __u8 macs[2][6] = { { 2, 0, 0, 0, 0, 1 }, { 2, 0, 0, 0, 0, 2 } };

/* hosts[0] is the server */
static void make_veth(struct trial *t)
{
	struct nlattr *info, *data, *peer;
	struct link_message m;

	begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(m.nlh, IFLA_IFNAME, "eth0");
	mnl_attr_put(m.nlh, IFLA_ADDRESS, 6, macs[0]);
	info = mnl_attr_nest_start(m.nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(m.nlh, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(m.nlh, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(m.nlh, VETH_INFO_PEER);
	memset(mnl_nlmsg_get_payload_tail(m.nlh), 0, sizeof(struct ifinfomsg));
	m.nlh->nlmsg_len += sizeof(struct ifinfomsg);
	mnl_attr_put_strz(m.nlh, IFLA_IFNAME, "eth0");
	mnl_attr_put(m.nlh, IFLA_ADDRESS, 6, macs[1]);
	mnl_attr_put_u32(m.nlh, IFLA_NET_NS_FD, t->client->ns);
	mnl_attr_nest_end(m.nlh, peer);
	mnl_attr_nest_end(m.nlh, data);
	mnl_attr_nest_end(m.nlh, info);
	finish(t, t->server, &m, "veth");
}

static void put_address(struct nlmsghdr *nlh, __u16 type, const union addr *a)
{
	if (a->sa.sa_family == AF_INET)
		mnl_attr_put(nlh, type, 4, &a->in.sin_addr);
	else
		mnl_attr_put(nlh, type, 16, &a->in6.sin6_addr);
}

static void add_address(struct trial *t, struct host *h, const union addr *a)
{
	struct link_message m;
	struct ifaddrmsg *ifa = begin(&m, RTM_NEWADDR, NLM_F_CREATE, sizeof(*ifa));

	ifa->ifa_family = a->sa.sa_family;
	ifa->ifa_prefixlen = a->sa.sa_family == AF_INET ? 24 : 64;
	ifa->ifa_flags = IFA_F_NODAD;
	ifa->ifa_index = index_of(h, "eth0");
	put_address(m.nlh, IFA_LOCAL, a);
	put_address(m.nlh, IFA_ADDRESS, a);
	finish(t, h, &m, "address");
}

static void add_neighbour(struct trial *t, struct host *h, const union addr *a, const __u8 *mac)
{
	struct link_message m;
	struct ndmsg *nd = begin(&m, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, sizeof(*nd));

	nd->ndm_family = a->sa.sa_family;
	nd->ndm_state = NUD_PERMANENT;
	nd->ndm_ifindex = index_of(h, "eth0");
	put_address(m.nlh, NDA_DST, a);
	mnl_attr_put(m.nlh, NDA_LLADDR, 6, mac);
	finish(t, h, &m, "neighbour");
}

static void add_default_route(struct trial *t, struct host *h, const union addr *via)
{
	struct link_message m;
	struct rtmsg *rt = begin(&m, RTM_NEWROUTE, NLM_F_CREATE, sizeof(*rt));

	rt->rtm_family = via->sa.sa_family;
	rt->rtm_table = RT_TABLE_MAIN;
	rt->rtm_protocol = RTPROT_STATIC;
	rt->rtm_scope = RT_SCOPE_UNIVERSE;
	rt->rtm_type = RTN_UNICAST;
	put_address(m.nlh, RTA_GATEWAY, via);
	mnl_attr_put_u32(m.nlh, RTA_OIF, index_of(h, "eth0"));
	finish(t, h, &m, "route");
}

static int take_operstate(const struct nlmsghdr *nlh, void *data)
{
	struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg))
		if (mnl_attr_get_type(attr) == IFLA_OPERSTATE)
			*(__u8 *)data = mnl_attr_get_u8(attr);
	return MNL_CB_OK;
}

/*
 * As the kernel has it that has looked at its carrier, and then lets its queue go. One
 * that it has not looked at yet is "unknown", which IFF_RUNNING takes for running.
 */
static bool is_up(struct trial *t, struct host *h)
{
	struct link_message m;
	struct ifinfomsg *link = begin(&m, RTM_GETLINK, 0, sizeof(*link));
	__u8 operstate = 0;

	link->ifi_index = index_of(h, "eth0");
	m.nlh->nlmsg_flags = NLM_F_REQUEST;
	exchange(t, h, &m, "state of eth0", take_operstate, &operstate);
	return operstate == OPERSTATE_UP;
}

/* IPv6 takes an address into use later than it says so, even without DAD. */
static bool has_tentative(struct host *h)
{
	unsigned int flags, found = 0;
	char line[128];
	FILE *f;

	world_enter(h);
	f = fopen("/proc/thread-self/net/if_inet6", "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %*x %*x %*x %x", &flags) == 1 &&
		    strstr(line, "20010db8"))
			found += flags & IFA_F_TENTATIVE ? 1 : 0x100;
	if (f)
		fclose(f);
	return found != 0x100;
}

/* Nor is what comes for it known to be ours before there is a route that says so. */
static bool has_local_route(struct host *h)
{
	char line[256], to[33];
	unsigned int length, flags;
	bool found = false;
	FILE *f;

	world_enter(h);
	f = fopen("/proc/thread-self/net/ipv6_route", "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%32s %x %*s %*x %*s %*x %*x %*x %x", to, &length, &flags) == 3 &&
		    !strncmp(to, "20010db8", 8) && length == 128 && flags & RTF_LOCAL)
			found = true;
	if (f)
		fclose(f);
	return found;
}

static bool is_ready(struct trial *t, struct host *h)
{
	return is_up(t, h) && !has_tentative(h) && has_local_route(h);
}

/*
 * Until then the devices swallow what is sent, and IPv6 what is received. Setting it
 * up again waits for who holds the lock that both are done under.
 */
static void await_link(struct trial *t, struct host *h)
{
	int ms;

	for (ms = 0; ms < scaled_ms(LINK_MS) && !is_ready(t, h); ms += 5)
		nap_us(5000);
	if (ms >= scaled_ms(LINK_MS))
		trial_die(t, "%s: the link does not come up", h->name);
	link_up(t, h, "eth0");
}

void link_pair(struct trial *t)
{
	struct host *h, *peer;
	unsigned int i, f;

	make_veth(t);
	for (i = 0; i < 2; i++) {
		link_up(t, &t->hosts[i], "eth0");
		for (f = 0; f < 2; f++)
			add_address(t, &t->hosts[i], &t->hosts[i].at[f]);
	}
	for (i = 0; i < 2; i++) {
		h = &t->hosts[i];
		peer = &t->hosts[!i];
		for (f = 0; f < 2; f++) {
			add_neighbour(t, h, &peer->at[f], macs[!i]);
			add_default_route(t, h, &peer->at[f]);
		}
	}
	for (i = 0; i < 2; i++)
		await_link(t, &t->hosts[i]);
}

static __u32 share(unsigned int percent)
{
	return 0xffffffffu / 100 * percent;
}

void link_hamper(struct trial *t, struct host *h, const char *name)
{
	static const struct {
		unsigned int loss, duplicate, reorder, delay_ms, jitter_ms;
	} ways[] = {
		[HAMPER_LOSS] = { 5, 0, 0, 0, 0 },
		[HAMPER_DELAY] = { 0, 0, 0, 15, 5 },
		[HAMPER_REORDER] = { 0, 0, 25, 5, 0 },
		[HAMPER_DUPLICATE] = { 0, 10, 0, 0, 0 },
		[HAMPER_ALL] = { 3, 3, 10, 10, 5 },
	};
	struct tc_netem_qopt qopt = {
		.limit = 1000,
		.loss = share(ways[t->d.hamper].loss),
		.duplicate = share(ways[t->d.hamper].duplicate),
		.gap = ways[t->d.hamper].reorder ? 1 : 0,
	};
	struct tc_netem_reorder reorder = { .probability = share(ways[t->d.hamper].reorder) };
	struct link_message m;
	struct tcmsg *tc = begin(&m, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, sizeof(*tc));
	struct nlattr *options;

	tc->tcm_ifindex = index_of(h, name);
	tc->tcm_parent = TC_H_ROOT;
	mnl_attr_put_strz(m.nlh, TCA_KIND, "netem");
	options = mnl_attr_nest_start(m.nlh, TCA_OPTIONS);
	memcpy(mnl_nlmsg_get_payload_tail(m.nlh), &qopt, sizeof(qopt));
	m.nlh->nlmsg_len += MNL_ALIGN(sizeof(qopt));
	mnl_attr_put_u64(m.nlh, TCA_NETEM_LATENCY64, ways[t->d.hamper].delay_ms * 1000000ull);
	mnl_attr_put_u64(m.nlh, TCA_NETEM_JITTER64, ways[t->d.hamper].jitter_ms * 1000000ull);
	if (reorder.probability)
		mnl_attr_put(m.nlh, TCA_NETEM_REORDER, sizeof(reorder), &reorder);
	mnl_attr_nest_end(m.nlh, options);
	finish(t, h, &m, "netem");
}
