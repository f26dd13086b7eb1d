/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests that tune, their replies, what is pending, the history and the
 * alerts, for the C tests.
 */
#ifndef SELFTESTS_TUNING_H
#define SELFTESTS_TUNING_H

#include <poll.h>

#include "change.h"
#include "netlink.h"

/* rows of the history that the module keeps */
#define HISTORY_ROWS 256
#define TUNING_ROWS 32

/**
 * struct tuning - rows of one change, from a reply or of what is pending
 * @waits: it has a remaining-ms
 * @n: rows, -1 when they are malformed
 */
struct tuning {
	__u64 transaction;
	__u64 remaining_ms;
	bool waits;
	int n;
	struct change rows[TUNING_ROWS];
};

/* --- requests ------------------------------------------------------------- */

static inline void tuning_put(struct request *r, const char *name, __s64 value)
{
	struct nlattr *nest = mnl_attr_nest_start(r->nlh, TCPULSE_A_TUNING_PARAM);

	mnl_attr_put_strz(r->nlh, TCPULSE_A_PARAM_NAME, name);
	mnl_attr_put_u64(r->nlh, TCPULSE_A_PARAM_VALUE, value);
	mnl_attr_nest_end(r->nlh, nest);
}

static inline void tuning_put_ports(struct request *r, __s64 low, __s64 high)
{
	struct nlattr *nest = mnl_attr_nest_start(r->nlh, TCPULSE_A_TUNING_PARAM);

	mnl_attr_put_strz(r->nlh, TCPULSE_A_PARAM_NAME, "ip_local_port_range");
	mnl_attr_put_u64(r->nlh, TCPULSE_A_PARAM_VALUE, low);
	mnl_attr_put_u64(r->nlh, TCPULSE_A_PARAM_VALUE_HIGH, high);
	mnl_attr_nest_end(r->nlh, nest);
}

static inline void tuning_begin(struct request *r)
{
	request_begin(r, r->family, TCPULSE_CMD_PARAM_SET);
}

static inline void tuning_put_confirm(struct request *r, __u32 seconds)
{
	mnl_attr_put_u32(r->nlh, TCPULSE_A_TUNING_CONFIRM_SECONDS, seconds);
}

/* --- answers ---------------------------------------------------------------- */

/* One attribute of a reply, or of the nest pending: both have these three. */
static inline void tuning_take(const struct nlattr *attr, unsigned int type, struct tuning *t,
			       unsigned int transaction, unsigned int remaining,
			       unsigned int change)
{
	if (t->n < 0)
		return;
	if (type == transaction) {
		t->transaction = mnl_attr_get_u64(attr);
	} else if (type == remaining) {
		t->remaining_ms = mnl_attr_get_u64(attr);
		t->waits = true;
	} else if (type != change || t->n == TUNING_ROWS ||
		   change_parse(attr, &t->rows[t->n++])) {
		t->n = -1;
	}
}

/* 0, the errno of a refusal, or -1 when the answer is malformed */
static inline int tuning_send(struct request *r, struct tuning *t)
{
	struct nlattr *attr;

	memset(t, 0, sizeof(*t));
	if (request_send(r))
		return -1;
	if (r->error)
		return r->error;
	if (!r->reply)
		return -1;
	mnl_attr_for_each(attr, r->reply, sizeof(struct genlmsghdr))
		tuning_take(attr, mnl_attr_get_type(attr), t, TCPULSE_A_TUNING_TRANSACTION,
			    TCPULSE_A_TUNING_REMAINING_MS, TCPULSE_A_TUNING_CHANGE);
	return t->n < 0 ? -1 : 0;
}

static inline int tuning_set(struct request *r, struct tuning *t, const char *name, __s64 value)
{
	tuning_begin(r);
	tuning_put(r, name, value);
	return tuning_send(r, t);
}

/* to be confirmed within that time */
static inline int tuning_set_confirm(struct request *r, struct tuning *t, const char *name,
				     __s64 value, __u32 seconds)
{
	tuning_begin(r);
	tuning_put(r, name, value);
	tuning_put_confirm(r, seconds);
	return tuning_send(r, t);
}

/* confirm or revert; transaction 0: whatever is pending */
static inline int tuning_settle(struct request *r, __u8 cmd, __u64 transaction,
				struct tuning *t)
{
	request_begin(r, r->family, cmd);
	if (transaction)
		mnl_attr_put_u64(r->nlh, TCPULSE_A_TUNING_TRANSACTION, transaction);
	return tuning_send(r, t);
}

/* What is pending: 1, nothing 0, -1 on failure. */
static inline int tuning_pending(struct request *r, struct tuning *t)
{
	struct nlattr *pending = NULL, *attr;

	memset(t, 0, sizeof(*t));
	if (!request_works(r, TCPULSE_CMD_PARAM_GET))
		return -1;
	mnl_attr_for_each(attr, r->reply, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == TCPULSE_A_PARAMS_PENDING)
			pending = attr;
	if (!pending)
		return 0;
	mnl_attr_for_each_nested(attr, pending)
		tuning_take(attr, mnl_attr_get_type(attr), t, TCPULSE_A_PENDING_TRANSACTION,
			    TCPULSE_A_PENDING_REMAINING_MS, TCPULSE_A_PENDING_CHANGE);
	return t->n < 0 ? -1 : 1;
}

/* The history, how many rows; -1 on failure. */
static inline int tuning_history(struct request *r, struct change *rows)
{
	struct nlattr *attr;
	int n = 0;

	if (!request_works(r, TCPULSE_CMD_CHANGE_GET))
		return -1;
	mnl_attr_for_each(attr, r->reply, sizeof(struct genlmsghdr))
		if (n == HISTORY_ROWS || change_parse(attr, &rows[n++]))
			return -1;
	return n;
}

#define SURELY_MS 60000	/* for what must come */

/* The next row announced, within that time: 1, none 0, -1 when malformed. */
static inline int tuning_hear(struct request *r, struct change *c, int ms)
{
	struct pollfd p = { .fd = mnl_socket_get_fd(r->nl), .events = POLLIN };
	const struct nlmsghdr *nlh = (void *)r->answer;
	const struct genlmsghdr *genl;
	struct nlattr *attr;
	int len, n = 0;

	if (poll(&p, 1, ms) != 1)
		return 0;
	len = kernel_mnl_receive(r->nl, r->answer, sizeof(r->answer));
	if (len <= 0 || !mnl_nlmsg_ok(nlh, len) || nlh->nlmsg_type != r->family)
		return -1;
	genl = mnl_nlmsg_get_payload(nlh);
	if (genl->cmd != TCPULSE_CMD_CHANGE_NTF)
		return -1;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) != TCPULSE_A_CHANGES_CHANGE || n++ ||
		    change_parse(attr, c))
			return -1;
	return n ? 1 : -1;
}

/* Is it that? Of a pair the first value counts. */
static inline bool tuning_is_row(const struct change *c, const char *action, const char *param,
				 __s64 old, __s64 new)
{
	return !strcmp(change_action(c), action) && !strcmp(c->param, param) &&
	       c->old == old && c->new == new;
}

#endif
