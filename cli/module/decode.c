// SPDX-License-Identifier: GPL-2.0
/*
 * Walks the attributes of a reply along a table. Knows no attribute itself.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include <linux/types.h>

#include "base/out.h"
#include "module/decode.h"

static int decode(const struct nest *nest, struct nlattr *head, int len,
		  void *dst);

static int bad(const struct nest *nest, const struct field *field,
	       const char *what)
{
	out_err("the module's reply is not understood: %s: attribute %s %s; %s",
		nest->name, field->name, what,
		"module and tool are of different versions");
	return -EBADMSG;
}

static int decode_row(const struct field *field, struct nlattr *attr, char *dst)
{
	size_t *nr = (size_t *)(dst + field->nr_offset);

	/* more than any version of the contract has: leave the rest out */
	if (*nr == field->max)
		return 0;
	dst += field->offset + *nr * field->nest->size;
	++*nr;
	return decode(field->nest, nla_data(attr), nla_len(attr), dst);
}

static bool right_size(enum encoding encoding, struct nlattr *attr)
{
	static const int size[] = {
		[AS_U8] = 1, [AS_U16] = 2, [AS_U32] = 4, [AS_U64] = 8,
		[AS_STRING] = 1, [AS_ROWS] = 0,
	};

	return nla_len(attr) >= size[encoding];
}

/* Copied, as a 64-bit attribute is only aligned to four bytes. */
static __u64 number(enum encoding encoding, struct nlattr *attr)
{
	__u64 v;

	switch (encoding) {
	case AS_U8:
		return nla_get_u8(attr);
	case AS_U16:
		return nla_get_u16(attr);
	case AS_U32:
		return nla_get_u32(attr);
	default:
		memcpy(&v, nla_data(attr), sizeof(v));
		return v;
	}
}

static int decode_binary(const struct nest *nest, const struct field *field,
			 struct nlattr *attr, char *dst)
{
	if (nla_len(attr) > (int)field->max)
		return bad(nest, field, "is too long");
	memcpy(dst, nla_data(attr), nla_len(attr));
	return 0;
}

static int decode_one(const struct nest *nest, const struct field *field,
		      struct nlattr *attr, void *base)
{
	char *dst = (char *)base + field->offset;

	if (!right_size(field->encoding, attr))
		return bad(nest, field, "is too short");
	switch (field->encoding) {
	case AS_STRING:
		snprintf(dst, STRING_MAX, "%.*s", nla_len(attr),
			 (char *)nla_data(attr));
		return 0;
	case AS_BINARY:
		return decode_binary(nest, field, attr, dst);
	case AS_FLAG:
		*(bool *)dst = true;
		return 0;
	case AS_NEST:
		return decode(field->nest, nla_data(attr), nla_len(attr), dst);
	case AS_ROWS:
		return decode_row(field, attr, base);
	default:
		*(__u64 *)dst = number(field->encoding, attr);
		return 0;
	}
}

/* Of a nest that is missing the counts are 0, and what may be absent is. */
static void decode_nothing(const struct nest *nest, char *dst)
{
	const struct field *field = NULL;

	while ((field = field_after(nest, field)))
		if (field->absent)
			*(__u64 *)(dst + field->offset) = ABSENT;
}

static bool may_be_missing(const struct field *field)
{
	return field->optional || field->encoding == AS_FLAG;
}

static int check_missing(const struct nest *nest, __u64 seen, char *dst)
{
	const struct field *field = NULL;

	while ((field = field_after(nest, field))) {
		if (seen & (1ULL << (field - nest->fields)))
			continue;
		if (field->encoding == AS_NEST && field->optional)
			decode_nothing(field->nest, dst + field->offset);
		if (may_be_missing(field))
			continue;
		if (!field->absent)
			return bad(nest, field, "is missing");
		*(__u64 *)(dst + field->offset) = ABSENT;
	}
	return 0;
}

static int decode(const struct nest *nest, struct nlattr *head, int len,
		  void *dst)
{
	struct nlattr *attr;
	__u64 seen = 0;
	int rem, type, err;

	nla_for_each_attr(attr, head, len, rem) {
		type = nla_type(attr);
		if (!type || type > nest->max || !nest->fields[type].encoding)
			continue;
		err = decode_one(nest, &nest->fields[type], attr, dst);
		if (err)
			return err;
		seen |= 1ULL << type;
	}
	return check_missing(nest, seen, dst);
}

int decode_reply(const struct nest *nest, struct nl_msg *msg, void *dst)
{
	struct genlmsghdr *hdr = nlmsg_data(nlmsg_hdr(msg));

	memset(dst, 0, nest->size);
	return decode(nest, genlmsg_attrdata(hdr, 0), genlmsg_attrlen(hdr, 0),
		      dst);
}
