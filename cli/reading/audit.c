// SPDX-License-Identifier: GPL-2.0
/*
 * Samples and verdicts. The module is asked before and after each witness: what
 * entered and left in between says how far apart the two may be.
 */
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/out.h"
#include "base/status.h"
#include "host/mib.h"
#include "host/sockdiag.h"
#include "module/attrs.h"
#include "module/nl.h"
#include "reading/audit.h"
#include "reading/audit_counts.h"
#include "reading/audit_listeners.h"

#define QUIET_SAMPLES	5
#define PAUSE_MS	20
#define ORIGINS		3

/**
 * struct sample - the module and its witnesses, in the order of asking
 * @before: the module, before sock_diag
 * @v4: sockets of AF_INET
 * @between: the module, between the two families
 * @v6: sockets of AF_INET6
 * @after: the module, after sock_diag and before the counters
 * @counts_after: the same, what it counts
 * @mib: counters
 * @counts_last: the module, after them
 * @last: the same
 */
struct sample {
	struct states before;
	struct sockdiag v4;
	struct states between;
	struct sockdiag v6;
	struct states after;
	struct counts counts_after;
	struct mib mib;
	struct counts counts_last;
	struct states last;
};

/* Where deltas start: the module around the counters. The kernel counts a
 * minisock a moment before the module can, and a CPU may be held up in between;
 * so there are several, to one of which a true delta must fit.
 */
struct origin {
	struct time_wait before, after;
	struct counts counts_before, counts_after;
	struct mib mib;
};

__s64 audit_difference(const struct comparison *cmp)
{
	if (cmp->witness < cmp->low)
		return cmp->low - cmp->witness;
	if (cmp->witness > cmp->high)
		return cmp->high - cmp->witness;
	return 0;
}

/* What agreed once agreed; what did not is shown as it was last. */
static void judge(struct comparison *cmp, __s64 low, __s64 high,
		  __s64 witness)
{
	struct comparison new = { low, high, witness, DIFFERS };

	if (audit_difference(&new) == 0)
		new.verdict = low == high ? EQUAL : BRACKETED;
	if (new.verdict > cmp->verdict || cmp->verdict == DIFFERS)
		*cmp = new;
}

/* As it was last: what was never to happen may happen between samples. */
static void must_be(struct comparison *cmp, __s64 value, __s64 witness)
{
	memset(cmp, 0, sizeof(*cmp));
	judge(cmp, value, value, witness);
}

/* --- samples ------------------------------------------------------------- */

static int take_origin(struct conn *conn, struct origin *origin)
{
	static struct states states;
	int st = conn_get_states(conn, AF_UNSPEC, &states);

	origin->before = states.time_wait;
	st = st ?: counts_take(conn, &origin->counts_before) ?:
	     mib_read(&origin->mib) ?:
	     counts_take(conn, &origin->counts_after) ?:
	     conn_get_states(conn, AF_UNSPEC, &states);
	origin->after = states.time_wait;
	return st;
}

static int take_origins(struct conn *conn, struct origin *origins)
{
	int i, st = ST_OK;

	for (i = 0; i < ORIGINS && !st; i++)
		st = take_origin(conn, &origins[i]);
	return st;
}

static int take_sample(struct conn *conn, struct sample *s)
{
	return conn_get_states(conn, AF_UNSPEC, &s->before) ?:
	       sockdiag_count(AF_INET, &s->v4) ?:
	       conn_get_states(conn, AF_UNSPEC, &s->between) ?:
	       sockdiag_count(AF_INET6, &s->v6) ?:
	       conn_get_states(conn, AF_UNSPEC, &s->after) ?:
	       counts_take(conn, &s->counts_after) ?:
	       mib_read(&s->mib) ?:
	       counts_take(conn, &s->counts_last) ?:
	       conn_get_states(conn, AF_UNSPEC, &s->last);
}

/* --- populations --------------------------------------------------------- */

static __s64 at_least_0(__s64 v)
{
	return v > 0 ? v : 0;
}

static struct population *population(struct audit *audit,
				     const struct state_row *row)
{
	struct population *p = audit->population;
	size_t i;

	for (i = 0; i < audit->n_populations; i++, p++)
		if (p->state == row->state && p->family == row->family)
			return p;
	if (audit->n_populations == N_POPULATIONS_MAX)
		return NULL;
	audit->n_populations++;
	p->state = row->state;
	p->family = row->family;
	return p;
}

static void judge_population(struct audit *audit, const struct sockdiag *diag,
			     const struct state_row *before,
			     const struct states *later)
{
	const struct state_row *after = states_find(later, before);
	struct population *p;

	if (!after || !state_text(before->state) ||
	    !(STATES_ALL & STATE_BIT(before->state)))
		return;
	p = population(audit, before);
	if (p)
		judge(&p->cmp,
		      at_least_0(before->now - (after->left - before->left)),
		      before->now + (after->entered - before->entered),
		      diag->state[before->state]);
}

static void judge_family(struct audit *audit, unsigned int family,
			 const struct states *before, const struct states *after,
			 const struct sockdiag *diag)
{
	size_t i;

	for (i = 0; i < before->nr; i++)
		if (before->state[i].family == family)
			judge_population(audit, diag, &before->state[i], after);
}

static __s64 not_conserved(const struct states *states)
{
	const struct state_row *row;
	__s64 n = 0;
	size_t i;

	for (i = 0; i < states->nr; i++) {
		row = &states->state[i];
		n += row->now != row->baseline + row->entered - row->left;
	}
	return n;
}

/* A row of a reading that moved is made of numbers of different moments. */
static void judge_conserved(struct audit *audit, const struct sample *s)
{
	const struct states *readings[] = {
		&s->before, &s->between, &s->after, &s->last
	};
	__s64 settled = 0, moving = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(readings); i++) {
		if (readings[i]->moving)
			moving += not_conserved(readings[i]);
		else
			settled += not_conserved(readings[i]);
	}
	judge(&audit->check[CHECK_CONSERVED], settled, settled + moving, 0);
}

/* --- TIME_WAIT ----------------------------------------------------------- */

static __u64 ended(const struct time_wait *tw)
{
	return tw->expired + tw->reset + tw->reused + tw->other;
}

static void judge_alive(struct comparison *cmp, const struct time_wait *before,
			const struct time_wait *after, __u64 witness)
{
	judge(cmp, at_least_0(before->alive - (ended(after) - ended(before))),
	      before->alive + (after->created - before->created), witness);
}

static void judge_alive_twice(struct audit *audit, const struct sample *s)
{
	const struct time_wait *after = &s->after.time_wait;
	const struct time_wait *last = &s->last.time_wait;

	judge_alive(&audit->check[CHECK_MINISOCKS], &s->before.time_wait, after,
		    s->v4.minisocks + s->v6.minisocks);
	judge_alive(&audit->check[CHECK_SOCKSTAT], after, last,
		    s->mib.tw_alive);
}

static void judge_deltas(struct audit *audit, const struct sample *s,
			 const struct origin *from)
{
	const struct time_wait *after = &s->after.time_wait;
	const struct time_wait *last = &s->last.time_wait;
	const struct mib *a = &from->mib, *b = &s->mib;

	judge(&audit->check[CHECK_CREATED], after->created - from->after.created,
	      last->created - from->before.created,
	      b->tw + b->tw_killed - a->tw - a->tw_killed);
	judge(&audit->check[CHECK_REFUSED], after->refused - from->after.refused,
	      last->refused - from->before.refused,
	      b->tw_overflow - a->tw_overflow);
}

/* --- what the kernel counts, too ------------------------------------------- */

static bool is_curr_estab(const struct state_row *row)
{
	return row->state == TCPULSE_STATE_ESTABLISHED ||
	       row->state == TCPULSE_STATE_CLOSE_WAIT;
}

/* Who goes from the one to the other while we look may be in both, or in none. */
static void judge_curr_estab(struct audit *audit, const struct sample *s)
{
	const struct state_row *before, *after;
	__s64 low = 0, high = 0;
	size_t i;

	for (i = 0; i < s->after.nr; i++) {
		before = &s->after.state[i];
		after = states_find(&s->last, before);
		if (!after || !is_curr_estab(before))
			continue;
		low += at_least_0(before->now - (after->left - before->left));
		high += before->now + (after->entered - before->entered);
	}
	judge(&audit->check[CHECK_CURR_ESTAB], low, high, s->mib.curr_estab);
}

/*
 * The kernel also counts what then finds no route and never leaves: so many may be
 * missing here as it has found no route for.
 */
static void judge_sent(struct comparison *cmp, __s64 low, __s64 high,
		       __s64 no_routes, __s64 witness)
{
	judge(cmp, low, witness > high ? high + no_routes : high, witness);
}

static void judge_segments(struct audit *audit, const struct sample *s,
			   const struct origin *from)
{
	const struct counts *o1 = &from->counts_before, *o2 = &from->counts_after;
	const struct counts *s1 = &s->counts_after, *s2 = &s->counts_last;
	const __s64 no_routes = s->mib.no_routes - from->mib.no_routes;

	audit->segments = o1->segments && o2->segments && s1->segments &&
			  s2->segments;
	if (!audit->segments)
		return;
	judge(&audit->check[CHECK_SYN_RETRANS], s1->syn_again - o2->syn_again,
	      s2->syn_again - o1->syn_again,
	      s->mib.syn_retrans - from->mib.syn_retrans);
	judge_sent(&audit->check[CHECK_ACTIVE_OPENS],
		   s1->first_syns - o2->first_syns,
		   s2->first_syns - o1->first_syns, no_routes,
		   s->mib.active_opens - from->mib.active_opens);
	judge_sent(&audit->check[CHECK_OUT_RSTS], s1->resets - o2->resets,
		   s2->resets - o1->resets, no_routes,
		   s->mib.out_rsts - from->mib.out_rsts);
}

static void judge_counts(struct audit *audit, const struct sample *s,
			 const struct origin *from)
{
	judge(&audit->check[CHECK_ESTAB_RESETS],
	      s->counts_after.estab_resets - from->counts_after.estab_resets,
	      s->counts_last.estab_resets - from->counts_before.estab_resets,
	      s->mib.estab_resets - from->mib.estab_resets);
	judge_segments(audit, s, from);
}

bool audit_compares(const struct audit *audit, enum check_id id)
{
	return audit->segments || (id != CHECK_ACTIVE_OPENS &&
				   id != CHECK_SYN_RETRANS &&
				   id != CHECK_OUT_RSTS);
}

/* --- the audit ----------------------------------------------------------- */

static void judge_sample(struct audit *audit, const struct sample *s,
			 const struct origin *origins)
{
	size_t i;

	judge_family(audit, AF_INET, &s->before, &s->between, &s->v4);
	judge_family(audit, AF_INET6, &s->between, &s->after, &s->v6);
	judge_alive_twice(audit, s);
	for (i = 0; i < ORIGINS; i++) {
		judge_deltas(audit, s, &origins[i]);
		judge_counts(audit, s, &origins[i]);
	}
	judge_curr_estab(audit, s);
	judge_conserved(audit, s);
	audit->samples++;
}

static size_t count(const struct audit *audit, enum verdict verdict)
{
	size_t i, n = 0;

	for (i = 0; i < audit->n_populations; i++)
		n += audit->population[i].cmp.verdict == verdict;
	for (i = 0; i < N_CHECKS; i++)
		n += audit_compares(audit, i) &&
		     audit->check[i].verdict == verdict;
	return n;
}

static int judge_info(struct conn *conn, struct audit *audit)
{
	static struct info info;
	int st = conn_get_info(conn, &info);

	must_be(&audit->check[CHECK_LOST], info.lost_events, 0);
	must_be(&audit->check[CHECK_UNEXPECTED], info.unexpected, 0);
	must_be(&audit->check[CHECK_BELOW_ZERO], info.below_zero, 0);
	return st;
}

static int judge_listeners(struct conn *conn, struct listener_audit *listeners,
			   struct audit *audit)
{
	struct listener_verdict v;
	int st = listener_audit_sample(listeners, conn, &v);

	if (st)
		return st;
	judge(&audit->check[CHECK_LISTENERS], v.low, v.high, v.witness);
	must_be(&audit->check[CHECK_DEPTHS], v.depth, v.compared);
	must_be(&audit->check[CHECK_LIMITS], v.limit, v.compared);
	must_be(&audit->check[CHECK_TOO_MANY], v.too_many, 0);
	audit->unattributed = v.unattributed;
	return ST_OK;
}

static bool go_on(const struct audit *audit, __u64 deadline)
{
	if (clock_ms() >= deadline)
		return false;
	if (count(audit, DIFFERS))
		return true;
	return count(audit, BRACKETED) && audit->samples < QUIET_SAMPLES;
}

int audit_run(struct conn *conn, unsigned int timeout_ms, struct audit *audit)
{
	__u64 start = clock_ms();
	static struct sample sample;
	struct origin origins[ORIGINS];
	struct listener_audit *listeners = listener_audit_new();
	int st;

	memset(audit, 0, sizeof(*audit));
	st = take_origins(conn, origins);
	while (!st) {
		st = take_sample(conn, &sample) ?: judge_info(conn, audit) ?:
		     judge_listeners(conn, listeners, audit);
		if (st)
			break;
		judge_sample(audit, &sample, origins);
		if (!go_on(audit, start + timeout_ms))
			break;
		progress("audit: sample %u: %zu numbers moved, %zu differ",
			 audit->samples, count(audit, BRACKETED),
			 count(audit, DIFFERS));
		clock_pause(PAUSE_MS);
	}
	progress(NULL);
	listener_audit_free(listeners);
	audit->duration_ms = clock_ms() - start;
	return st;
}
