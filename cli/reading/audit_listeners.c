// SPDX-License-Identifier: GPL-2.0
/*
 * A queue's depth changes while it is looked at: sock_diag's must lie between
 * the module's before and after. That may fail by chance, so one agreement in
 * all samples is enough for a listener.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/group.h"
#include "base/status.h"
#include "base/xalloc.h"
#include "host/sockdiag.h"
#include "module/nl.h"
#include "reading/audit_listeners.h"

/* By id: what once agreed. */
struct agreed {
	__u64 id;
	bool depth, limit;
};

/* By inode: what sock_diag says. */
struct witness {
	__u64 inode;
	__u32 depth, limit, drops;
	bool has_drops;
};

struct listener_audit {
	struct groups *agreed;
};

struct sample {
	struct overflow first, last;
	struct listener_dump before, after;
	struct groups *witnesses;
	__s64 n_witnesses;
};

struct listener_audit *listener_audit_new(void)
{
	struct listener_audit *audit = xcalloc(1, sizeof(*audit));

	audit->agreed = groups_new(sizeof(__u64), sizeof(struct agreed));
	return audit;
}

void listener_audit_free(struct listener_audit *audit)
{
	groups_free(audit->agreed);
	free(audit);
}

static void add_witness(const struct diag_socket *socket, void *arg)
{
	struct sample *s = arg;
	struct witness *witness;

	s->n_witnesses++;
	witness = groups_get(s->witnesses, &socket->inode);
	witness->depth = socket->rqueue;
	witness->limit = socket->wqueue;
	witness->drops = socket->drops;
	witness->has_drops = socket->has_drops;
}

static int take(struct conn *conn, struct sample *s)
{
	const unsigned int listening = STATE_BIT(TCPULSE_STATE_LISTEN);

	s->witnesses = groups_new(sizeof(__u64), sizeof(struct witness));
	return conn_get_overflow(conn, &s->first) ?:
	       conn_dump_listeners(conn, AF_UNSPEC, false, &s->before) ?:
	       sockdiag_walk(AF_INET, listening, SOCKDIAG_DROPS, add_witness, s) ?:
	       sockdiag_walk(AF_INET6, listening, SOCKDIAG_DROPS, add_witness, s) ?:
	       conn_dump_listeners(conn, AF_UNSPEC, false, &s->after) ?:
	       conn_get_overflow(conn, &s->last);
}

/* What came in between may have been listed, what went may not. */
static void judge_number(const struct sample *s, struct listener_verdict *verdict)
{
	__u64 went = s->last.gone_listeners - s->first.gone_listeners;

	verdict->low = s->first.listeners - went;
	verdict->high = s->last.listeners + went;
	verdict->witness = s->n_witnesses;
	verdict->unattributed = s->last.unattributed;
}

static bool between(__u64 a, __u64 b, __u64 v)
{
	return a <= b ? a <= v && v <= b : b <= v && v <= a;
}

/*
 * sk_drops grows with each refusal, and was asked for later; and with other segments that
 * the listener dropped. Both begin anew after 2^32.
 */
static bool refused_too_many(const struct refusals *r, const struct witness *witness)
{
	__u32 refused = r->accept_full_syn + r->accept_full_ack +
			r->accept_full_cookie + r->syn_full_drop +
			r->max_syn_backlog + r->other_drop;

	return witness->has_drops && (__s32)(witness->drops - refused) < 0;
}

static void judge_listener(struct listener_audit *audit,
			   const struct listener *before,
			   const struct listener *after,
			   const struct witness *witness,
			   struct listener_verdict *verdict)
{
	struct agreed *agreed = groups_get(audit->agreed, &before->id);

	if (between(before->accept_queue.depth, after->accept_queue.depth,
		    witness->depth))
		agreed->depth = true;
	if (between(before->limit, after->limit, witness->limit))
		agreed->limit = true;
	verdict->compared++;
	verdict->depth += agreed->depth;
	verdict->limit += agreed->limit;
	verdict->too_many += refused_too_many(&before->refusals, witness);
}

/* Both dumps are in the order in which listeners came. The kernel's own have
 * no inode to find them by.
 */
static void judge_queues(struct listener_audit *audit, const struct sample *s,
			 struct listener_verdict *verdict)
{
	const struct listener *before = s->before.list, *after = s->after.list;
	const struct witness *witness;
	size_t i, j = 0;

	for (i = 0; i < s->before.n; i++) {
		while (j < s->after.n && after[j].id < before[i].id)
			j++;
		if (j == s->after.n)
			break;
		witness = groups_find(s->witnesses, &before[i].inode);
		if (after[j].id == before[i].id && before[i].inode && witness)
			judge_listener(audit, &before[i], &after[j], witness,
				       verdict);
	}
}

int listener_audit_sample(struct listener_audit *audit, struct conn *conn,
			  struct listener_verdict *verdict)
{
	struct sample s = { };
	int st = take(conn, &s);

	memset(verdict, 0, sizeof(*verdict));
	if (!st) {
		judge_number(&s, verdict);
		judge_queues(audit, &s, verdict);
	}
	free(s.before.list);
	free(s.after.list);
	groups_free(s.witnesses);
	return st;
}
