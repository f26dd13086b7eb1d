// SPDX-License-Identifier: GPL-2.0
/*
 * A sock_diag(7) dump of TCP by hand, for a socket costs nothing but a look at
 * its state. Bound sockets that are not connected are never asked for.
 */
#include <errno.h>
#include <arpa/inet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>

#include "base/mask.h"
#include "base/netlink.h"
#include "base/out.h"
#include "base/status.h"
#include "base/tape.h"
#include "host/sockdiag.h"

/* What is beyond is no error number. */
#define ERRNO_MAX 4095

/* What to ask for, and what to do with each answer. */
struct dump {
	int family, protocol;
	unsigned int states, extensions;
	void (*each)(const struct inet_diag_msg *msg, size_t len, void *arg);
	void *arg;
};

/* UDP is only looked at for a hint. */
static int failed(int err, const struct dump *dump)
{
	if (dump->protocol == IPPROTO_UDP)
		return ST_REFUSED;
	if (err == ENOENT)
		out_err("the kernel cannot list TCP sockets; load the modules: modprobe -a inet_diag tcp_diag");
	else
		out_err("cannot list TCP sockets with sock_diag: %s",
			strerror(err));
	return err == EPERM || err == EACCES ? ST_NOT_PERMITTED : ST_REFUSED;
}

static int request_dump(struct netlink *nl, const struct dump *dump)
{
	struct {
		struct nlmsghdr nlh;
		struct inet_diag_req_v2 req;
	} msg = {
		.nlh = {
			.nlmsg_len = sizeof(msg),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
		.req = {
			.sdiag_family = dump->family,
			.sdiag_protocol = dump->protocol,
			.idiag_ext = dump->extensions,
			.idiag_states = dump->states,
		},
	};

	return netlink_send(nl, &msg.nlh);
}

static int message_error(const struct nlmsghdr *nlh)
{
	const int *err = NLMSG_DATA(nlh);

	if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*err)))
		return 0;
	return *err <= 0 && *err >= -ERRNO_MAX ? *err : -EPROTO;
}

/* One datagram of the dump. Return: 0, a negative errno; @done at its end. */
static int take(const struct nlmsghdr *nlh, int len, const struct dump *dump,
		bool *done)
{
	/* below zero when what fills up the last one is missing */
	for (; len > 0 && NLMSG_OK(nlh, (unsigned int)len);
	     nlh = NLMSG_NEXT(nlh, len)) {
		if (nlh->nlmsg_type == NLMSG_DONE ||
		    nlh->nlmsg_type == NLMSG_ERROR) {
			*done = true;
			return message_error(nlh);
		}
		if (nlh->nlmsg_type == SOCK_DIAG_BY_FAMILY &&
		    nlh->nlmsg_len >= NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
			dump->each(NLMSG_DATA(nlh), NLMSG_PAYLOAD(nlh, 0),
				   dump->arg);
	}
	return 0;
}

/* --- recordings ------------------------------------------------------------ */

static void name_question(const struct dump *dump, char *question)
{
	snprintf(question, TAPE_QUESTION,
		 "sock_diag family %d protocol %d states %x extensions %x",
		 dump->family, dump->protocol, dump->states, dump->extensions);
}

/* Nobody is given more than we use: root is also told the keys of TCP-MD5. */
static void blank_unused(struct inet_diag_msg *msg, int len)
{
	struct rtattr *attr = (struct rtattr *)(msg + 1);

	for (; RTA_OK(attr, len); attr = RTA_NEXT(attr, len))
		if (attr->rta_type != INET_DIAG_INFO &&
		    attr->rta_type != INET_DIAG_SKMEMINFO &&
		    attr->rta_type != INET_DIAG_SKV6ONLY)
			memset(RTA_DATA(attr), 0, RTA_PAYLOAD(attr));
}

static void clean_message(struct nlmsghdr *nlh)
{
	struct inet_diag_msg *msg = NLMSG_DATA(nlh);

	if (nlh->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*msg)))
		return;
	mask_address(msg->idiag_family, msg->id.idiag_src);
	mask_address(msg->idiag_family, msg->id.idiag_dst);
	blank_unused(msg, NLMSG_PAYLOAD(nlh, NLMSG_ALIGN(sizeof(*msg))));
}

static void keep(const char *question, struct nlmsghdr *nlh, ssize_t n)
{
	const void *bytes = nlh;
	int left = n;

	if (!tape_records())
		return;
	for (; left > 0 && NLMSG_OK(nlh, (unsigned int)left);
	     nlh = NLMSG_NEXT(nlh, left))
		clean_message(nlh);
	tape_keep(question, bytes, n);
}

/* --- receiving ----------------------------------------------------------------- */

/* Return: as take(). */
static int take_kept(const char *question, const struct dump *dump, bool *done)
{
	char *bytes;
	ssize_t n = tape_answer(question, &bytes);

	if (n >= 0)
		n = take((const void *)bytes, n, dump, done);
	free(bytes);
	return n;
}

static int take_next(struct netlink *nl, const char *question,
		     const struct dump *dump, bool *done)
{
	void *bytes;
	ssize_t n;

	if (tape_replays())
		return take_kept(question, dump, done);
	n = netlink_receive(nl, &bytes);
	keep(question, bytes, n);
	return n < 0 ? n : take(bytes, n, dump, done);
}

static int receive_dump(struct netlink *nl, const struct dump *dump)
{
	char question[TAPE_QUESTION];
	bool done = false;
	int err = 0;

	name_question(dump, question);
	while (!done && !err)
		err = take_next(nl, question, dump, &done);
	return err;
}

static int open_dump(struct netlink *nl, const struct dump *dump)
{
	int err = netlink_open(nl, NETLINK_SOCK_DIAG);

	if (err)
		return err;
	err = request_dump(nl, dump);
	if (err)
		netlink_close(nl);
	return err;
}

static int run_dump(const struct dump *dump)
{
	struct netlink nl = { .fd = -1 };
	int err = tape_replays() ? 0 : open_dump(&nl, dump);

	err = tape_number("sock_diag", err);
	if (!err)
		err = receive_dump(&nl, dump);
	if (nl.fd >= 0)
		netlink_close(&nl);
	return err ? failed(-err, dump) : ST_OK;
}

/* FIN_WAIT2 is of both kinds; only a minisock has this timer. */
static bool is_minisock(const struct inet_diag_msg *msg)
{
	return msg->idiag_timer == TIMER_MINISOCK && !msg->idiag_inode;
}

/* --- counting ------------------------------------------------------------ */

static void count(const struct inet_diag_msg *msg, size_t len, void *arg)
{
	struct sockdiag *diag = arg;

	(void)len;
	if (msg->idiag_state < STATE_SLOTS)
		diag->state[msg->idiag_state]++;
	if (is_minisock(msg))
		diag->minisocks++;
}

int sockdiag_count(int family, struct sockdiag *diag)
{
	const struct dump dump = {
		.family = family, .protocol = IPPROTO_TCP,
		.states = STATES_ALL,
		.each = count, .arg = diag,
	};

	memset(diag, 0, sizeof(*diag));
	return run_dump(&dump);
}

/* --- sockets ------------------------------------------------------------- */

struct walk {
	void (*each)(const struct diag_socket *socket, void *arg);
	void *arg;
};

/* struct tcp_info grows at its end, and may be shorter or longer than ours. */
static bool take_member(const struct rtattr *attr, size_t at, __u32 *member)
{
	if (RTA_PAYLOAD(attr) < at + sizeof(*member))
		return false;
	memcpy(member, (const char *)RTA_DATA(attr) + at, sizeof(*member));
	return true;
}

static void take_info(const struct rtattr *attr, struct diag_socket *socket)
{
	if (attr->rta_type != INET_DIAG_INFO)
		return;
	socket->has_info = true;
	socket->heard = take_member(attr, offsetof(struct tcp_info, tcpi_last_ack_recv),
				    &socket->silent_ms) && !socket->minisock;
	take_member(attr, offsetof(struct tcp_info, tcpi_last_data_sent), &socket->sent_ms);
	socket->has_window = take_member(attr, offsetof(struct tcp_info, tcpi_snd_wnd),
					 &socket->window);
}

static void take_v6only(const struct rtattr *attr, struct diag_socket *socket)
{
	if (attr->rta_type == INET_DIAG_SKV6ONLY && RTA_PAYLOAD(attr))
		socket->v6only = *(const __u8 *)RTA_DATA(attr);
}

static void take_drops(const struct rtattr *attr, struct diag_socket *socket)
{
	const __u32 *meminfo = RTA_DATA(attr);

	if (attr->rta_type != INET_DIAG_SKMEMINFO ||
	    RTA_PAYLOAD(attr) <= SK_MEMINFO_DROPS * sizeof(*meminfo))
		return;
	socket->drops = meminfo[SK_MEMINFO_DROPS];
	socket->has_drops = true;
}

static void take_attribute(const struct rtattr *attr, struct diag_socket *socket)
{
	take_info(attr, socket);
	take_drops(attr, socket);
	take_v6only(attr, socket);
}

static void take_attributes(const struct inet_diag_msg *msg, size_t size,
			    struct diag_socket *socket)
{
	const struct rtattr *attr = (const struct rtattr *)(msg + 1);
	int len = size - NLMSG_ALIGN(sizeof(*msg));

	for (; RTA_OK(attr, len); attr = RTA_NEXT(attr, len))
		take_attribute(attr, socket);
}

/* One that runs out just now may be behind already: it is negative then. */
static __u32 take_expiry(const struct inet_diag_msg *msg)
{
	return (__s32)msg->idiag_expires > 0 ? msg->idiag_expires : 0;
}

static void take_socket(const struct inet_diag_msg *msg, size_t len, void *arg)
{
	struct diag_socket socket = {
		.state = msg->idiag_state,
		.family = msg->idiag_family,
		.ifindex = msg->id.idiag_if,
		.sport = ntohs(msg->id.idiag_sport),
		.dport = ntohs(msg->id.idiag_dport),
		.inode = msg->idiag_inode,
		.rqueue = msg->idiag_rqueue,
		.wqueue = msg->idiag_wqueue,
		.timer = msg->idiag_timer,
		.retrans = msg->idiag_retrans,
		.expires_ms = take_expiry(msg),
		.minisock = is_minisock(msg),
	};
	const struct walk *walk = arg;

	if (msg->idiag_state >= STATE_SLOTS)
		return;
	addr_init(&socket.src, msg->idiag_family, msg->id.idiag_src);
	addr_init(&socket.dst, msg->idiag_family, msg->id.idiag_dst);
	if (socket.minisock)
		socket.remaining_ms = msg->idiag_expires;
	take_attributes(msg, len, &socket);
	walk->each(&socket, walk->arg);
}

int sockdiag_walk(int family, unsigned int states, enum sockdiag_extra extra,
		  void (*each)(const struct diag_socket *socket, void *arg),
		  void *arg)
{
	static const unsigned int extensions[] = {
		[SOCKDIAG_SILENCE] = 1 << (INET_DIAG_INFO - 1),
		[SOCKDIAG_DROPS] = 1 << (INET_DIAG_SKMEMINFO - 1),
	};
	struct walk walk = { .each = each, .arg = arg };
	const struct dump dump = {
		.family = family, .protocol = IPPROTO_TCP, .states = states,
		.extensions = extensions[extra],
		.each = take_socket, .arg = &walk,
	};

	return run_dump(&dump);
}

int sockdiag_walk_udp(int family,
		      void (*each)(const struct diag_socket *socket, void *arg),
		      void *arg)
{
	struct walk walk = { .each = each, .arg = arg };
	const struct dump dump = {
		.family = family, .protocol = IPPROTO_UDP, .states = ~0U,
		.each = take_socket, .arg = &walk,
	};

	return run_dump(&dump);
}
