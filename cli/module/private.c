// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <sys/socket.h>

#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "base/mask.h"
#include "module/attrs.h"
#include "module/attrs_tune.h"
#include "module/decode.h"
#include "module/private.h"

#define NAME_MAX 64

/* Has the same length after as before: what is too long for it is cut off. */
static void mask_string(struct nlattr *attr)
{
	char name[NAME_MAX] = "";
	size_t n = nla_len(attr);

	memcpy(name, nla_data(attr), n < sizeof(name) ? n : sizeof(name) - 1);
	mask_name(MASK_PROCESS, name, sizeof(name));
	memset(nla_data(attr), 0, n);
	memcpy(nla_data(attr), name, n < strlen(name) ? n : strlen(name));
}

static void mask_binary(struct nlattr *attr)
{
	if (nla_len(attr) == 4 || nla_len(attr) == 16)
		mask_address(nla_len(attr) == 4 ? AF_INET : AF_INET6,
			     nla_data(attr));
	else
		memset(nla_data(attr), 0, nla_len(attr));
}

static void mask_field(const struct field *field, struct nlattr *attr)
{
	if (field->encoding == AS_BINARY)
		mask_binary(attr);
	else if (field->private)
		mask_string(attr);
}

static void mask_nest(const struct nest *nest, struct nlattr *head, int len)
{
	const struct field *field;
	struct nlattr *attr;
	int rem, type;

	nla_for_each_attr(attr, head, len, rem) {
		type = nla_type(attr);
		field = nest && type <= nest->max ? &nest->fields[type] : NULL;
		if (!field || !field->encoding)
			memset(nla_data(attr), 0, nla_len(attr));
		else if (field->nest)
			mask_nest(field->nest, nla_data(attr), nla_len(attr));
		else
			mask_field(field, attr);
	}
}

static const struct nest *nest_of(int cmd)
{
	return attrs_nest(cmd) ?: attrs_tune_nest(cmd);
}

/* Nothing is left behind the @known bytes: a sentence may hold the name of a process. */
static void cut_sentence(struct nlmsghdr *nlh, int known)
{
	int n = nlmsg_datalen(nlh);

	if (n > known)
		memset((char *)nlmsg_data(nlh) + known, 0, n - known);
	nlh->nlmsg_flags &= ~NLM_F_ACK_TLVS;
}

static void mask_message(struct nlmsghdr *nlh)
{
	struct genlmsghdr *hdr = nlmsg_data(nlh);

	if (nlh->nlmsg_type == NLMSG_ERROR)
		cut_sentence(nlh, sizeof(struct nlmsgerr));
	else if (nlh->nlmsg_type == NLMSG_DONE)
		cut_sentence(nlh, sizeof(int));
	else if (nlh->nlmsg_type >= NLMSG_MIN_TYPE &&
		 nlmsg_datalen(nlh) >= (int)sizeof(*hdr))
		mask_nest(nest_of(hdr->cmd), genlmsg_attrdata(hdr, 0),
			  genlmsg_attrlen(hdr, 0));
}

void private_mask(void *bytes, int n)
{
	struct nlmsghdr *nlh = bytes;

	for (; mask_is_on() && nlmsg_ok(nlh, n); nlh = nlmsg_next(nlh, &n))
		mask_message(nlh);
}
