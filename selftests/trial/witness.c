// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <libmnl/libmnl.h>
#include <linux/membarrier.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/syscall.h>

#include "../client/kernel_socket.h"
#include "trial.h"
#include "witness.h"

void witness_barrier(void)
{
	syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

/* --- sock_diag -------------------------------------------------------------- */

/* Return: its number, 0 when it could not be sent. */
static __u32 send_dump(struct host *h, int family)
{
	struct inet_diag_req_v2 *req;
	struct nlmsghdr *nlh;
	char buf[256];

	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = kernel_number();
	req = mnl_nlmsg_put_extra_header(nlh, sizeof(*req));
	req->sdiag_family = family;
	req->sdiag_protocol = IPPROTO_TCP;
	req->idiag_states = (1u << STATES) - 2;
	req->idiag_ext = 1u << (INET_DIAG_SKMEMINFO - 1);
	return mnl_socket_sendto(h->diag, nlh, nlh->nlmsg_len) < 0 ? 0 : nlh->nlmsg_seq;
}

/* Only of a socket the kernel says which directions are shut down. */
static struct diag_extra take_extra(const struct nlmsghdr *nlh)
{
	struct diag_extra extra = { 0 };
	struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct inet_diag_msg)) {
		if (mnl_attr_get_type(attr) == INET_DIAG_SHUTDOWN)
			extra.full = true;
		if (mnl_attr_get_type(attr) == INET_DIAG_SKMEMINFO &&
		    mnl_attr_get_payload_len(attr) > SK_MEMINFO_DROPS * sizeof(__u32))
			extra.drops = ((const __u32 *)mnl_attr_get_payload(attr))[SK_MEMINFO_DROPS];
	}
	return extra;
}

static bool dump(struct host *h, int family, witness_cb cb, void *data)
{
	const struct nlmsghdr *nlh;
	struct diag_extra extra;
	char buf[64 * 1024];
	__u32 seq;
	int len;

	seq = send_dump(h, family);
	if (!seq)
		return false;
	for (;;) {
		len = kernel_mnl_receive(h->diag, buf, sizeof(buf));
		if (len < 0)
			return false;
		for (nlh = (void *)buf; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
			if (nlh->nlmsg_seq != seq)
				continue;
			if (nlh->nlmsg_type == NLMSG_DONE)
				return true;
			if (nlh->nlmsg_type == NLMSG_ERROR)
				return false;
			extra = take_extra(nlh);
			cb(mnl_nlmsg_get_payload(nlh), &extra, data);
		}
	}
}

bool witness_diag(struct host *h, witness_cb cb, void *data)
{
	return dump(h, AF_INET, cb, data) && dump(h, AF_INET6, cb, data);
}

static void take_listener(struct kernel *to, const struct inet_diag_msg *msg, __u32 drops)
{
	struct diag_listener *l = &to->listener[to->listeners];

	if (to->listeners == ROWS_MAX)
		return;
	to->listeners++;
	l->inode = msg->idiag_inode;
	l->depth = msg->idiag_rqueue;
	l->limit = msg->idiag_wqueue;
	l->drops = drops;
	l->port = ntohs(msg->id.idiag_sport);
}

static void take_socket(const struct inet_diag_msg *msg, const struct diag_extra *extra,
			void *data)
{
	struct kernel *to = data;
	unsigned int port = ntohs(msg->id.idiag_sport) - PORT_BASE;

	if (!msg->idiag_state || msg->idiag_state >= STATES) {
		to->strange++;
		return;
	}
	to->population[msg->idiag_family == AF_INET6][msg->idiag_state]++;
	if (msg->idiag_state == TCPULSE_STATE_LISTEN)
		take_listener(to, msg, extra->drops);
	else if (msg->idiag_state == TCPULSE_STATE_SYN_RECV && !extra->full && port < LISTENERS)
		to->half_open[port]++;
}

/* --- /proc/net ---------------------------------------------------------------- */

static const char * const mib_names[] = {
	[MIB_TW] = "TW", [MIB_TWKILLED] = "TWKilled", [MIB_TW_OVERFLOW] = "TCPTimeWaitOverflow",
	[MIB_LISTEN_OVERFLOWS] = "ListenOverflows", [MIB_LISTEN_DROPS] = "ListenDrops",
	[MIB_REQQ_DROP] = "TCPReqQFullDrop", [MIB_REQQ_COOKIES] = "TCPReqQFullDoCookies",
	[MIB_COOKIES_SENT] = "SyncookiesSent", [MIB_COOKIES_RECV] = "SyncookiesRecv",
	[MIB_COOKIES_FAILED] = "SyncookiesFailed", [MIB_SYN_RETRANS] = "TCPSynRetrans",
	[MIB_CURR_ESTAB] = "CurrEstab", [MIB_ESTAB_RESETS] = "EstabResets",
	[MIB_OUT_RSTS] = "OutRsts", [MIB_PASSIVE_OPENS] = "PassiveOpens",
	[MIB_ACTIVE_OPENS] = "ActiveOpens",
};

static unsigned int take_name(struct kernel *to, const char *name, const char *value)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mib_names); i++) {
		if (strcmp(mib_names[i], name))
			continue;
		to->mib[i] = strtoull(value, NULL, 10);
		return 1;
	}
	return 0;
}

/* two lines a group: its names, then its values; those of TCP only */
static unsigned int take_group(struct kernel *to, char *names, char *values)
{
	char *name, *value, *np, *vp;
	unsigned int found = 0;

	if (strncmp(names, "Tcp", 3))
		return 0;
	name = strtok_r(names, " ", &np);
	value = strtok_r(values, " ", &vp);
	while (name && value) {
		found += take_name(to, name, value);
		name = strtok_r(NULL, " ", &np);
		value = strtok_r(NULL, " ", &vp);
	}
	return found;
}

static unsigned int take_table(struct kernel *to, char *text)
{
	unsigned int found = 0;
	char *names, *values;

	while ((names = strsep(&text, "\n")) && (values = strsep(&text, "\n")))
		found += take_group(to, names, values);
	return found;
}

static bool read_text(int fd, char *buf, size_t size)
{
	size_t used = 0;
	ssize_t len;

	while ((len = pread(fd, buf + used, size - 1 - used, used)) > 0)
		used += len;
	buf[used] = '\0';
	return len == 0 && used;
}

bool witness_counters(struct host *h, struct kernel *to)
{
	unsigned int found = 0, i;
	char text[16 * 1024];
	const char *tw;

	for (i = 0; i < 2; i++) {
		if (!read_text(h->proc[i], text, sizeof(text)))
			return false;
		found += take_table(to, text);
	}
	if (!read_text(h->proc[2], text, sizeof(text)))
		return false;
	tw = strstr(text, " tw ");
	if (tw)
		to->mib[MIB_ALIVE] = strtoull(tw + 4, NULL, 10);
	return tw && found == ARRAY_SIZE(mib_names);
}

bool witness_read(struct host *h, struct kernel *to)
{
	memset(to, 0, sizeof(*to));
	if (!witness_counters(h, to) || !witness_diag(h, take_socket, to))
		return false;
	if (h->capture.fd >= 0)
		capture_read(&h->capture, h->at);
	return true;
}
