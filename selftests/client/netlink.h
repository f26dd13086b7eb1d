/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One request to the family tcpulse and what came back, for the C tests. The
 * message is built by hand, so that it can be wrong.
 */
#ifndef SELFTESTS_NETLINK_H
#define SELFTESTS_NETLINK_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/tcpulse.h>

#include "kernel_socket.h"

#define NETLINK_BUF (128 * 1024)

/**
 * struct request - a request and its answer
 * @nl: socket, of the namespace it was opened in
 * @family: id of the family
 * @alert: id of its multicast group
 * @nlh: the request, in @buf
 * @error: errno of the answer, 0 when it was not refused
 * @offset: of the attribute that the refusal points at, 0 if none
 * @text: words of the refusal, empty if none
 * @at_end: a dump had begun when it was refused; before 6.3 there is no @offset
 * @reply: the answer, in @answer, NULL when refused
 */
struct request {
	struct mnl_socket *nl;
	__u16 family;
	__u32 alert;
	struct nlmsghdr *nlh;
	int error;
	unsigned int offset;
	char text[256];
	bool at_end;
	const struct nlmsghdr *reply;
	char buf[NETLINK_BUF];
	char answer[NETLINK_BUF];
};

static inline void request_begin(struct request *r, __u16 type, __u8 cmd)
{
	struct genlmsghdr *genl;

	memset(r->buf, 0, sizeof(r->buf));
	r->nlh = mnl_nlmsg_put_header(r->buf);
	r->nlh->nlmsg_type = type;
	r->nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	r->nlh->nlmsg_seq = kernel_number();
	genl = mnl_nlmsg_put_extra_header(r->nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = TCPULSE_GENL_VERSION;
}

static inline void request_read_words(struct request *r, const struct nlmsghdr *nlh,
				      size_t skip)
{
	struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	mnl_attr_for_each(attr, nlh, skip) {
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			snprintf(r->text, sizeof(r->text), "%s", mnl_attr_get_str(attr));
		else if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS)
			r->offset = mnl_attr_get_u32(attr);
	}
}

static inline void request_read_extack(struct request *r, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	size_t skip = sizeof(*e);

	r->error = -e->error;
	/* the request is echoed unless the flag says otherwise */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += mnl_nlmsg_get_payload_len(&e->msg);
	request_read_words(r, nlh, skip);
}

/* A dump that is refused by its handler ends with an errno. */
static inline void request_read_done(struct request *r, const struct nlmsghdr *nlh)
{
	const int *error = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*error))
		return;
	r->error = -*error;
	r->at_end = true;
	request_read_words(r, nlh, sizeof(*error));
}

/* Send it; -1 when it could not be sent or no answer came, else 0. */
static inline int request_send(struct request *r)
{
	const struct nlmsghdr *nlh;
	ssize_t got;
	int len;

	r->error = 0;
	r->offset = 0;
	r->at_end = false;
	r->reply = NULL;
	memset(r->text, 0, sizeof(r->text));
	if (mnl_socket_sendto(r->nl, r->nlh, r->nlh->nlmsg_len) < 0)
		return -1;
	for (;;) {
		/* a reply stays where it is while the ACK behind it is read */
		size_t used = r->reply ? MNL_ALIGN(r->reply->nlmsg_len) : 0;

		got = kernel_mnl_receive(r->nl, r->answer + used, sizeof(r->answer) - used);
		if (got <= 0)
			return -1;
		len = got;
		for (nlh = (void *)(r->answer + used); mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			if (nlh->nlmsg_seq != r->nlh->nlmsg_seq)
				continue;
			if (nlh->nlmsg_type == NLMSG_ERROR) {
				request_read_extack(r, nlh);
				return 0;
			}
			if (nlh->nlmsg_type == NLMSG_DONE) {
				request_read_done(r, nlh);
				return 0;
			}
			r->reply = nlh;
		}
	}
}

/* The family has one group. */
static inline void request_read_groups(struct request *r, const struct nlattr *groups)
{
	struct nlattr *group, *attr;

	mnl_attr_for_each_nested(group, groups)
		mnl_attr_for_each_nested(attr, group)
			if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
				r->alert = mnl_attr_get_u32(attr);
}

static inline int request_open(struct request *r)
{
	struct nlattr *attr;
	int on = 1;

	r->nl = kernel_mnl_socket(NETLINK_GENERIC);
	if (!r->nl)
		return -1;
	mnl_socket_setsockopt(r->nl, NETLINK_EXT_ACK, &on, sizeof(on));
	request_begin(r, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(r->nlh, CTRL_ATTR_FAMILY_NAME, TCPULSE_GENL_NAME);
	if (request_send(r))
		return -1;
	if (r->error) {
		errno = r->error;
		return -1;
	}
	mnl_attr_for_each(attr, r->reply, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			r->family = mnl_attr_get_u16(attr);
		else if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GROUPS)
			request_read_groups(r, attr);
	return 0;
}

/* Hear what the module announces; -1 with errno. */
static inline int request_join(struct request *r)
{
	return mnl_socket_setsockopt(r->nl, NETLINK_ADD_MEMBERSHIP, &r->alert,
				     sizeof(r->alert));
}

/* Allocated: too large for a harness's stack frame. NULL with errno. */
static inline struct request *request_new(void)
{
	struct request *r = calloc(1, sizeof(*r));

	if (!r || !request_open(r))
		return r;
	free(r);
	return NULL;
}

static inline void request_free(struct request *r)
{
	mnl_socket_close(r->nl);
	free(r);
}

/* a request that is right, answered */
static inline bool request_works(struct request *r, __u8 cmd)
{
	request_begin(r, r->family, cmd);
	return !request_send(r) && !r->error && r->reply;
}

#endif
