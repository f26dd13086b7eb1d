// SPDX-License-Identifier: GPL-2.0
/*
 * Refusals and queues: refusals.awk says the same of tcpulse_get, nstat and ss.
 */
#include <linux/tcpulse.h>

#include "judge.h"

#define CAUSE(x) (1u << TCPULSE_A_REFUSALS_##x)
#define ACCEPT_FULL (CAUSE(ACCEPT_FULL_SYN) | CAUSE(ACCEPT_FULL_ACK) | CAUSE(ACCEPT_FULL_COOKIE))

/* the kernel's counters, and which causes make them up */
static const struct {
	const char *name;
	enum mib mib;
	unsigned int causes;
} counters[TCPULSE_A_KERNEL_COUNTERS_MAX + 1] = {
	[TCPULSE_A_KERNEL_COUNTERS_LISTEN_OVERFLOWS] = {
		"ListenOverflows", MIB_LISTEN_OVERFLOWS, ACCEPT_FULL },
	[TCPULSE_A_KERNEL_COUNTERS_LISTEN_DROPS] = {
		"ListenDrops", MIB_LISTEN_DROPS, ACCEPT_FULL | CAUSE(SYN_FULL_DROP) |
		CAUSE(MAX_SYN_BACKLOG) | CAUSE(OTHER_DROP) },
	[TCPULSE_A_KERNEL_COUNTERS_REQ_Q_FULL_DROP] = {
		"TCPReqQFullDrop", MIB_REQQ_DROP, CAUSE(SYN_FULL_DROP) },
	[TCPULSE_A_KERNEL_COUNTERS_REQ_Q_FULL_DO_COOKIES] = {
		"TCPReqQFullDoCookies", MIB_REQQ_COOKIES,
		CAUSE(SYN_FULL_COOKIE) | CAUSE(SYN_ALWAYS_COOKIE) },
	[TCPULSE_A_KERNEL_COUNTERS_SYNCOOKIES_SENT] = {
		"SyncookiesSent", MIB_COOKIES_SENT, CAUSE(COOKIES_SENT) },
	[TCPULSE_A_KERNEL_COUNTERS_SYNCOOKIES_RECV] = {
		"SyncookiesRecv", MIB_COOKIES_RECV, CAUSE(COOKIES_VALID) },
	[TCPULSE_A_KERNEL_COUNTERS_SYNCOOKIES_FAILED] = {
		"SyncookiesFailed", MIB_COOKIES_FAILED, CAUSE(COOKIES_INVALID) },
};

enum mib judge_mib(unsigned int kernel_counter)
{
	return counters[kernel_counter].mib;
}

static __u64 sum_of(const __u64 *refusals, unsigned int causes)
{
	unsigned int i;
	__u64 sum = 0;

	for (i = 1; i <= TCPULSE_A_REFUSALS_MAX; i++)
		if (causes & 1u << i)
			sum += refusals[i];
	return sum;
}

/*
 * A segment whose listener is closed by another CPU, in the microseconds that it takes,
 * is nobody's: one in a thousand trials. There are not two in one, and none where no
 * listener has closed.
 */
static bool may_be_nobodys(const struct trial *t)
{
	unsigned int i;

	for (i = 0; i < LISTENERS; i++)
		if (t->reopened[i])
			return true;
	return false;
}

static void judge_counters(struct view *v)
{
	const struct reading_still *s = &v->a.still;
	const unsigned int most = may_be_nobodys(v->t);
	unsigned int i;

	for (i = 1; i <= TCPULSE_A_KERNEL_COUNTERS_MAX; i++) {
		judge_equal(v, sum_of(s->listening, counters[i].causes) +
			    sum_of(s->gone, counters[i].causes) + s->unattributed[i],
			    s->kernel[i], "%s by cause", counters[i].name);
		trial_expect(v->t, s->unattributed[i] <= most,
			     "%s: %s: %s unattributed: %llu, not %u", v->moment, v->h->name,
			     counters[i].name, s->unattributed[i], most);
		judge_equal(v, s->kernel[i],
			    v->k.mib[counters[i].mib] - v->h->base->mib[counters[i].mib],
			    "%s", counters[i].name);
	}
}

static void judge_sums(struct view *v)
{
	const struct reading_still *s = &v->a.still;
	unsigned int i, j;
	__u64 sum;

	for (i = 1; i <= TCPULSE_A_REFUSALS_MAX; i++) {
		sum = 0;
		for (j = 0; j < s->rows; j++)
			sum += s->row[j].refusals[i];
		judge_equal(v, s->listening[i], sum, "refusal %u, of all rows", i);
	}
}

/* a cause that is part of another */
static void judge_row(struct view *v, const struct listener_row *row)
{
	const __u64 *n = row->refusals;

	trial_expect(v->t, n[TCPULSE_A_REFUSALS_ACCEPT_FULL_COOKIE] <=
		     n[TCPULSE_A_REFUSALS_COOKIES_VALID] &&
		     n[TCPULSE_A_REFUSALS_COOKIES_SENT] <=
		     sum_of(n, CAUSE(SYN_FULL_COOKIE) | CAUSE(SYN_ALWAYS_COOKIE)) &&
		     n[TCPULSE_A_REFUSALS_ABORT_RESET] <=
		     sum_of(n, CAUSE(ACCEPT_FULL_ACK) | CAUSE(OTHER_DROP)),
		     "%s: %s: listener %llu: refusals that are part of others are more",
		     v->moment, v->h->name, row->id);
}

static const struct listener_row *row_of(const struct reading_still *s, __u64 inode)
{
	unsigned int i;

	for (i = 0; i < s->rows; i++)
		if (s->row[i].inode == inode)
			return &s->row[i];
	return NULL;
}

/* Who refuses drops; what belongs to nothing is dropped, too, and refused by nobody. */
static void judge_drops(struct view *v, const struct listener_row *row,
			const struct diag_listener *l)
{
	const __u64 blamed = sum_of(row->refusals,
				    counters[TCPULSE_A_KERNEL_COUNTERS_LISTEN_DROPS].causes);

	trial_expect(v->t, blamed <= l->drops, "%s: %s: port %u: refused %llu, sk_drops %u",
		     v->moment, v->h->name, l->port, blamed, l->drops);
}

/* The TCP listener below one of MPTCP has no inode that ss(8) could show. */
static void judge_diag_row(struct view *v, const struct diag_listener *l)
{
	const struct listener_row *row;

	if (!l->inode)
		return;
	row = row_of(&v->a.still, l->inode);
	if (!trial_expect(v->t, row, "%s: %s: no row for the listener at port %u", v->moment,
			  v->h->name, l->port))
		return;
	judge_equal(v, row->limit, l->limit, "port %u: limit", l->port);
	judge_equal(v, row->depth[1], l->depth, "port %u: accept queue", l->port);
	judge_drops(v, row, l);
}

/*
 * Requests of a listener that is gone are in no queue any more, but in ss. Where they
 * migrate, the kernel takes some out of a queue that they never were in
 * (listeners_migrated.sh), and they stay in the count of their own: who listens again
 * on the same socket has it still.
 */
static void judge_syn_queue(struct view *v, unsigned int i, __u64 depth)
{
	const unsigned int half_open = v->k.half_open[i];
	const bool reopened = v->t->reopened[i];

	if (reopened && v->t->d.setting[SET_MIGRATE] == 1)
		return;
	trial_expect(v->t, depth == half_open || (reopened && depth < half_open),
		     "%s: %s: SYN queues of port %u: %llu, ss %u", v->moment, v->h->name,
		     PORT_BASE + i, depth, half_open);
}

static void judge_syn_queues(struct view *v)
{
	const struct reading_still *s = &v->a.still;
	__u64 depth[LISTENERS] = { 0 };
	unsigned int i, port;

	for (i = 0; i < s->rows; i++) {
		port = s->row[i].port - PORT_BASE;
		if (port < LISTENERS)
			depth[port] += s->row[i].depth[0];
	}
	for (i = 0; i < LISTENERS; i++)
		judge_syn_queue(v, i, depth[i]);
}

void judge_listeners(struct view *v)
{
	const struct reading_still *s = &v->a.still;
	unsigned int i;

	judge_counters(v);
	judge_sums(v);
	judge_equal(v, s->rows, v->k.listeners, "rows of listeners");
	judge_equal(v, s->listeners, v->k.listeners, "listeners");
	judge_equal(v, s->lost_listeners, 0, "lost listeners");
	for (i = 0; i < s->rows; i++)
		judge_row(v, &s->row[i]);
	for (i = 0; i < v->k.listeners; i++)
		judge_diag_row(v, &v->k.listener[i]);
	judge_syn_queues(v);
}
