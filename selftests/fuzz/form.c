// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <linux/genetlink.h>

#include "form.h"

bool form_is_plain(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = (const void *)(nlh + 1);
	const __u16 dump = nlh->nlmsg_flags & NLM_F_DUMP;

	return !(nlh->nlmsg_flags & ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP)) &&
	       (!dump || dump == NLM_F_DUMP) && !genl->reserved;
}

static bool are_right(const unsigned char *at, int left, const struct set *set);

/* Neither more nor less than a number has; an end to a string; nothing in a flag. */
static bool value_is_right(const struct field *f, const void *value, int len)
{
	switch (f->kind) {
	case KIND_NEST:
		return are_right(value, len, f->nested);
	case KIND_STRING:
		return len && memchr(value, 0, len);
	case KIND_FLAG:
		return !len;
	case KIND_BINARY:
		return true;
	default:
		return len == (int)kind_size(f->kind);
	}
}

static bool is_right(const struct nlattr *attr, const struct set *set)
{
	const struct field *f = field_of(set, attr->nla_type & NLA_TYPE_MASK);
	const bool nested = attr->nla_type & NLA_F_NESTED;
	const bool nest = f && f->kind == KIND_NEST;

	if (!f || nested != nest)
		return false;
	return value_is_right(f, attr + 1, attr->nla_len - NLA_HDRLEN);
}

/* What fills up the last attribute may be missing. */
static bool are_right(const unsigned char *at, int left, const struct set *set)
{
	while (left > 0) {
		const struct nlattr *attr = (const void *)at;

		if (left < NLA_HDRLEN || attr->nla_len < NLA_HDRLEN || attr->nla_len > left ||
		    !is_right(attr, set))
			return false;
		at += NLA_ALIGN(attr->nla_len);
		left -= NLA_ALIGN(attr->nla_len);
	}
	return true;
}

bool form_is_right(const struct nlmsghdr *nlh, const struct set *set)
{
	const int headers = NLMSG_HDRLEN + GENL_HDRLEN;

	return are_right((const unsigned char *)nlh + headers, nlh->nlmsg_len - headers, set);
}
