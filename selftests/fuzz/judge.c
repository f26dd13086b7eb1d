// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <linux/genetlink.h>

#include "judge.h"
#include "run.h"

/* bytes that an attribute stands in, as nla_total_size() has it */
#define SPAN(len) (((len) + 3U) & ~3U)

static const void *data_of(const struct nlattr *attr)
{
	return attr + 1;
}

static void judge_number(const struct field *f, const struct nlattr *attr, unsigned int len)
{
	const unsigned char value = *(const unsigned char *)data_of(attr);

	if (len != kind_size(f->kind))
		complain("reply: %s has %u bytes", f->name, len);
	if (f->high && (value < f->low || value > f->high))
		complain("reply: %s is %u, not one of its enum", f->name, value);
}

static void judge_string(const struct field *f, const struct nlattr *attr, unsigned int len)
{
	if (!len || strnlen(data_of(attr), len) != len - 1)
		complain("reply: string %s does not end where it should", f->name);
}

static void judge_attrs(const unsigned char *at, size_t left, const struct set *set);

static void judge_value(const struct field *f, const struct nlattr *attr)
{
	const unsigned int len = attr->nla_len - NLA_HDRLEN;

	switch (f->kind) {
	case KIND_NEST:
		if (!len)
			complain("reply: nest %s is empty", f->name);
		judge_attrs(data_of(attr), len, f->nested);
		break;
	case KIND_STRING:
		judge_string(f, attr, len);
		break;
	case KIND_FLAG:
		if (len)
			complain("reply: flag %s has %u bytes", f->name, len);
		break;
	case KIND_BINARY:
		if (f->address && len != 4 && len != 16)
			complain("reply: address %s has %u bytes", f->name, len);
		break;
	default:
		judge_number(f, attr, len);
	}
}

static const struct field *judge_type(const struct nlattr *attr, const struct set *set)
{
	const struct field *f = field_of(set, attr->nla_type & NLA_TYPE_MASK);

	if (!f)
		complain("reply: %s has no attribute %u here", set->name,
			 attr->nla_type & NLA_TYPE_MASK);
	if ((attr->nla_type & ~NLA_TYPE_MASK) != (f->kind == KIND_NEST ? NLA_F_NESTED : 0))
		complain("reply: %s has the flags %#x", f->name, attr->nla_type);
	return f;
}

static void judge_attrs(const unsigned char *at, size_t left, const struct set *set)
{
	unsigned long long seen = 0;

	while (left) {
		const struct nlattr *attr = (const void *)at;
		const struct field *f;
		size_t span;

		if (left < NLA_HDRLEN || attr->nla_len < NLA_HDRLEN || SPAN(attr->nla_len) > left)
			complain("reply: %s: %zu bytes that are no attribute", set->name, left);
		f = judge_type(attr, set);
		if (!f->multi && (seen & (1ULL << f->type % 64)))
			complain("reply: %s is there twice", f->name);
		seen |= 1ULL << f->type % 64;
		judge_value(f, attr);
		span = SPAN(attr->nla_len);
		at += span;
		left -= span;
	}
}

void judge_reply(const struct nlmsghdr *nlh, const struct set *set)
{
	const size_t headers = NLMSG_HDRLEN + GENL_HDRLEN;

	if (nlh->nlmsg_len < headers)
		complain("reply of %u bytes", nlh->nlmsg_len);
	judge_attrs((const unsigned char *)nlh + headers, nlh->nlmsg_len - headers, set);
}

/* --- errnos ------------------------------------------------------------------- */

static bool is_described(const struct op *op, int error)
{
	unsigned int i;

	for (i = 0; i < OP_ERRORS; i++)
		if (op->error[i] == error)
			return true;
	return false;
}

/* What it is asked for by name need not exist. */
static bool takes_name(const struct op *op)
{
	unsigned int i;

	for (i = 0; op->do_request && i < op->do_request->n; i++)
		if (op->do_request->field[i].kind == KIND_STRING)
			return true;
	return false;
}

/* It takes values that can be right in form and wrong all the same. */
static bool takes_choice(const struct set *set)
{
	unsigned int i;

	for (i = 0; set && i < set->n; i++)
		if (set->field[i].kind != KIND_U64 && set->field[i].kind != KIND_FLAG)
			return true;
	return false;
}

/*
 * A request with nothing wrong in its form is refused for what it says only, as
 * the specification describes. None of that is about dumps; one may find another
 * dump going on.
 */
static bool may_refuse_right(const struct op *op, const struct expected *e, int error)
{
	switch (error) {
	case EINVAL:
		return takes_choice(e->dump ? op->dump_request : op->do_request);
	case EBUSY:
		return e->dump ? e->behind_dump : is_described(op, error);
	case ENOENT:
		return !e->dump && (is_described(op, error) || takes_name(op));
	default:
		return !e->dump && is_described(op, error);
	}
}

/*
 * What is not well-formed is refused for that, as EINVAL or, where a value is too
 * long or out of range, ERANGE, before anything else is looked at; but for who asks,
 * and for what there is not.
 */
static bool may_refuse_odd(const struct op *op, const struct expected *e, int error)
{
	if (error == EINVAL || (error == EOPNOTSUPP && !e->plain))
		return true;
	if (e->wrong)
		return error == ERANGE || (error == EBUSY && e->behind_dump);
	if (error == EOPNOTSUPP)
		return !op || !(e->dump ? op->dump_request : op->do_request);
	return op && may_refuse_right(op, e, error);
}

/*
 * Who may do everything is never told that they may not; root of a user namespace
 * is for some values; who may nothing is not told anything else.
 */
static bool may_say_eperm(const struct op *op, enum power power)
{
	unsigned int i;

	if (power != POWER_NAMESPACE)
		return power == POWER_NONE && op->guarded;
	for (i = 0; op->guarded && i < op->do_request->n; i++)
		if (op->do_request->field[i].kind == KIND_NEST)
			return true;
	return false;
}

bool may_answer(const struct op *op, const struct expected *e, int error)
{
	if (op && error == EPERM)
		return may_say_eperm(op, e->power);
	if (op && op->guarded && e->power == POWER_NONE)
		return !e->right && (error == EINVAL || error == EOPNOTSUPP);
	if (!error)
		return op && !e->wrong;
	return e->right ? may_refuse_right(op, e, error) : may_refuse_odd(op, e, error);
}
