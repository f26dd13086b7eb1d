// SPDX-License-Identifier: GPL-2.0
/*
 * One question to the family tcpulse, and its answer taken apart: what all tables of
 * tcpulse_get need.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/tcpulse.h>

#include "tcpulse_get.h"

struct mnl_socket *nl;
__u16 family_id;
__u16 want_family;
int want_enabled = -1;
const char *want_param;

void die(int status, const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	va_start(args, fmt);
	fputs("tcpulse_get: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	exit(status);
}

const char *family_name(unsigned int family)
{
	if (family != AF_INET && family != AF_INET6)
		die(EX_REFUSED, "address family %u in an answer", family);
	return family == AF_INET ? "inet" : "inet6";
}

void transact(__u16 type, __u8 cmd, const char *name, mnl_cb_t cb, void *data)
{
	char buf[64 * 1024];
	static __u32 seq;
	struct genlmsghdr *genl;
	struct nlmsghdr *nlh;
	ssize_t len;
	int ret;

	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = ++seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	if (name)
		mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, name);
	else if (want_family && cmd == TCPULSE_CMD_STATE_GET)
		mnl_attr_put_u16(nlh, TCPULSE_A_STATES_FAMILY, want_family);
	else if (want_family && cmd == TCPULSE_CMD_TRANSITION_GET)
		mnl_attr_put_u16(nlh, TCPULSE_A_TRANSITIONS_FAMILY, want_family);
	else if (want_family && cmd == TCPULSE_CMD_SEGMENT_GET)
		mnl_attr_put_u16(nlh, TCPULSE_A_SEGMENTS_FAMILY, want_family);
	else if (cmd == TCPULSE_CMD_SEGMENT_SET)
		mnl_attr_put_u8(nlh, TCPULSE_A_SEGMENTS_ENABLED, want_enabled);
	else if (want_param && cmd == TCPULSE_CMD_PARAM_GET)
		mnl_attr_put_strz(nlh, TCPULSE_A_PARAMS_NAME, want_param);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		die(EX_REFUSED, "sendto: %s", strerror(errno));
	do {
		len = kernel_mnl_receive(nl, buf, sizeof(buf));
		if (len < 0)
			die(EX_REFUSED, "recvfrom: %s", strerror(errno));
		ret = mnl_cb_run(buf, len, seq, mnl_socket_get_portid(nl), cb, data);
	} while (ret > 0);
	if (ret < 0 && errno == ENOENT && name)
		die(EX_ABSENT, "the tcpulse kernel module is not loaded");
	if (ret < 0)
		die(EX_REFUSED, "command %u: %s", cmd, strerror(errno));
}

static int family_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			*(__u16 *)data = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

void resolve(void)
{
	nl = kernel_mnl_socket(NETLINK_GENERIC);
	if (!nl)
		die(EX_REFUSED, "netlink socket: %s", strerror(errno));
	transact(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, TCPULSE_GENL_NAME,
		 family_cb, &family_id);
}

__u64 get_uint(const struct nlattr *attr, size_t size)
{
	if (mnl_attr_get_payload_len(attr) != size)
		die(EX_REFUSED, "attribute %u is %u bytes, not %zu",
		    mnl_attr_get_type(attr), mnl_attr_get_payload_len(attr), size);
	switch (size) {
	case 1:
		return mnl_attr_get_u8(attr);
	case 2:
		return mnl_attr_get_u16(attr);
	case 4:
		return mnl_attr_get_u32(attr);
	default:
		return mnl_attr_get_u64(attr);
	}
}

unsigned int parse_nest(const struct nlattr *nest, const __u8 *sizes,
			unsigned int max, unsigned int optional, __u64 *values)
{
	unsigned int seen = 0, type, i;
	struct nlattr *attr;

	memset(values, 0, (max + 1) * sizeof(*values));
	mnl_attr_for_each_nested(attr, nest) {
		type = mnl_attr_get_type(attr);
		if (!type || type > max || seen & 1u << type)
			die(EX_REFUSED, "attribute %u unknown or twice", type);
		seen |= 1u << type;
		values[type] = sizes[type] ? get_uint(attr, sizes[type]) : 1;
	}
	for (i = 1; i <= max; i++)
		if (!(seen & 1u << i) && i != optional && sizes[i])
			die(EX_REFUSED, "attribute %u missing", i);
	return seen;
}
