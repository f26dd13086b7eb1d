// SPDX-License-Identifier: GPL-2.0
/*
 * What the module says of a host and what the kernel says of it, in one instant.
 *
 * The process that judges is the one that plays: nothing happens but what timers
 * and packets under way do. They have done nothing when two readings of the
 * module, before and after the kernel's, are the same; and as nobody was in the
 * middle of something when the kernel's was taken (witness_barrier), all
 * must be equal. No tolerance, and no second try.
 */
#include <stdlib.h>
#include <string.h>

#include "judge.h"

#define READINGS_MAX 400

static const char * const state_names[STATES] = {
	"?", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSED",
	"CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING",
};

static const char family_names[2][6] = { "inet", "inet6" };

static bool is_population(unsigned int s)
{
	return s && s != TCPULSE_STATE_CLOSED;
}

static void judge_populations(struct view *v)
{
	unsigned int f, s;

	for (f = 0; f < 2; f++)
		for (s = 1; s < STATES; s++)
			if (is_population(s))
				judge_equal(v, v->a.still.state[f][s].now,
					    v->k.population[f][s], "%s %s now", family_names[f],
					    state_names[s]);
	judge_equal(v, v->k.strange, 0, "sockets in no state");
	judge_equal(v, v->a.still.state_rows, 20, "rows of states");
}

static void judge_state(struct view *v, unsigned int f, unsigned int s)
{
	const struct state_row *row = &v->a.still.state[f][s];
	__u64 in = 0, out = 0;
	unsigned int other;

	for (other = 1; other < STATES; other++) {
		in += v->a.still.edge[f][other][s];
		/* a connection born by a listener does not leave LISTEN */
		if (s != TCPULSE_STATE_LISTEN || other != TCPULSE_STATE_SYN_RECV)
			out += v->a.still.edge[f][s][other];
	}
	/* what changes its family comes by no edge */
	if (s == TCPULSE_STATE_ESTABLISHED)
		*(f ? &out : &in) += v->a.still.addrform;
	judge_equal(v, row->baseline + row->entered - row->left, row->now,
		    "%s %s baseline + entered - left", family_names[f], state_names[s]);
	judge_equal(v, in, row->entered, "%s %s edges in", family_names[f], state_names[s]);
	judge_equal(v, out, row->left, "%s %s edges out", family_names[f], state_names[s]);
}

static void judge_conserved(struct view *v)
{
	const struct reading_still *s = &v->a.still;
	unsigned int f, state;

	for (f = 0; f < 2; f++)
		for (state = 1; state < STATES; state++)
			if (is_population(state))
				judge_state(v, f, state);
	judge_equal(v, s->unexpected_edges + s->unexpected, 0, "unexpected edges");
	judge_equal(v, s->below_zero, 0, "populations below zero");
	judge_equal(v, s->lost_events, 0, "lost events");
	judge_equal(v, s->lost_fin_wait_2, 0, "lost FIN-WAIT-2");
	trial_expect(v->t, !v->a.peak, "%s: %s: %s peak is below what is there", v->moment,
		     v->h->name, v->a.peak);
}

static __u64 since(const struct view *v, enum mib i)
{
	return v->k.mib[i] - v->h->base->mib[i];
}

static void judge_time_wait(struct view *v)
{
	const __u64 *tw = v->a.still.time_wait;
	__u64 gone = 0, adopted;
	unsigned int i;

	for (i = TCPULSE_A_TIME_WAIT_EXPIRED; i <= TCPULSE_A_TIME_WAIT_OTHER; i++)
		gone += tw[i];
	judge_equal(v, tw[TCPULSE_A_TIME_WAIT_ALIVE], v->k.mib[MIB_ALIVE], "TIME-WAIT alive");
	judge_equal(v, tw[TCPULSE_A_TIME_WAIT_CREATED], since(v, MIB_TW) + since(v, MIB_TWKILLED),
		    "TIME-WAIT created");
	judge_equal(v, tw[TCPULSE_A_TIME_WAIT_REFUSED], since(v, MIB_TW_OVERFLOW),
		    "TIME-WAIT refused");
	adopted = v->h->base->mib[MIB_ALIVE];
	judge_equal(v, tw[TCPULSE_A_TIME_WAIT_CREATED] + adopted,
		    gone + tw[TCPULSE_A_TIME_WAIT_ALIVE], "TIME-WAIT created and adopted");
}

/* --- snmp and segments ---------------------------------------------------------- */

static __u64 edges(const struct view *v, int from, int to)
{
	return v->a.still.edge[0][from][to] + v->a.still.edge[1][from][to];
}

static __u64 segments(const struct view *v, int what)
{
	return v->a.still.segment[0][what] + v->a.still.segment[1][what];
}

/* The kernel has opened so many, of which so many are done, or failed; the rest is under
 * way still, and there are no more of these than sockets and requests that may be.
 */
static void judge_opens(struct view *v, const char *what, __u64 opens, __u64 done,
			__u64 under_way)
{
	trial_expect(v->t, done <= opens && opens - done <= under_way,
		     "%s: %s: %s %llu, not from %llu to %llu", v->moment, v->h->name, what,
		     opens, done, done + under_way);
}

static __u64 population(const struct view *v, unsigned int state)
{
	return v->a.still.state[0][state].now + v->a.still.state[1][state].now;
}

static void judge_all_opens(struct view *v)
{
	__u64 syn_recv = population(v, TCPULSE_STATE_SYN_RECV);

	judge_opens(v, "ActiveOpens", since(v, MIB_ACTIVE_OPENS),
		    segments(v, TCPULSE_A_SEGMENT_ACTIVE) +
		    segments(v, TCPULSE_A_SEGMENT_FAILED_ACTIVE),
		    population(v, TCPULSE_STATE_SYN_SENT) + syn_recv);
	judge_opens(v, "PassiveOpens", since(v, MIB_PASSIVE_OPENS),
		    segments(v, TCPULSE_A_SEGMENT_PASSIVE) +
		    segments(v, TCPULSE_A_SEGMENT_FAILED_PASSIVE), syn_recv);
}

static void judge_snmp(struct view *v)
{
	const struct reading_still *s = &v->a.still;
	unsigned int f;
	__u64 now = 0;

	for (f = 0; f < 2; f++)
		now += s->state[f][TCPULSE_STATE_ESTABLISHED].now +
		       s->state[f][TCPULSE_STATE_CLOSE_WAIT].now;
	judge_equal(v, now, v->k.mib[MIB_CURR_ESTAB], "CurrEstab");
	judge_equal(v, edges(v, TCPULSE_STATE_ESTABLISHED, TCPULSE_STATE_CLOSED) +
		    edges(v, TCPULSE_STATE_CLOSE_WAIT, TCPULSE_STATE_CLOSED),
		    since(v, MIB_ESTAB_RESETS), "EstabResets");
	if (!v->t->d.load_late)
		judge_all_opens(v);
}

static void judge_handshakes(struct view *v)
{
	const struct reading_still *s = &v->a.still;
	unsigned int f;

	for (f = 0; f < 2; f++) {
		const __u64 *n = s->segment[f];

		judge_equal(v, n[TCPULSE_A_SEGMENT_UNMEASURED_ACTIVE] + s->measured[f][0],
			    n[TCPULSE_A_SEGMENT_ACTIVE], "%s active, in buckets",
			    family_names[f]);
		judge_equal(v, n[TCPULSE_A_SEGMENT_UNMEASURED_PASSIVE] + s->measured[f][1],
			    n[TCPULSE_A_SEGMENT_PASSIVE], "%s passive, in buckets",
			    family_names[f]);
		judge_equal(v, s->reset[f], n[TCPULSE_A_SEGMENT_RST_OUT], "%s RST by state",
			    family_names[f]);
	}
}

/* The kernel counts an abort before it finds that no route leads to the peer. */
static void judge_resets_at_most(struct view *v)
{
	__u64 out = segments(v, TCPULSE_A_SEGMENT_RST_OUT), counted = since(v, MIB_OUT_RSTS);

	trial_expect(v->t, out <= counted, "%s: %s: %llu RSTs, OutRsts %llu", v->moment,
		     v->h->name, out, counted);
}

static void judge_segments(struct view *v)
{
	if (!v->t->segments_all)
		return;
	if (v->h->bound)
		judge_resets_at_most(v);
	else
		judge_equal(v, segments(v, TCPULSE_A_SEGMENT_RST_OUT),
			    since(v, MIB_OUT_RSTS), "OutRsts");
	judge_equal(v, segments(v, TCPULSE_A_SEGMENT_SYN_RETRANS) +
		    segments(v, TCPULSE_A_SEGMENT_SYN_ACK_RETRANS), since(v, MIB_SYN_RETRANS),
		    "TCPSynRetrans");
	judge_equal(v, segments(v, TCPULSE_A_SEGMENT_SYN_OUT) -
		    segments(v, TCPULSE_A_SEGMENT_SYN_RETRANS), since(v, MIB_ACTIVE_OPENS),
		    "ActiveOpens");
}

static const struct {
	const char *name;
	int way[2];	/* out, in */
} captured[SEEN_KINDS] = {
	[SEEN_SYN] = { "SYN", { TCPULSE_A_SEGMENT_SYN_OUT, TCPULSE_A_SEGMENT_SYN_IN } },
	[SEEN_SYN_ACK] = { "SYN-ACK",
			   { TCPULSE_A_SEGMENT_SYN_ACK_OUT, TCPULSE_A_SEGMENT_SYN_ACK_IN } },
	[SEEN_FIN] = { "FIN", { TCPULSE_A_SEGMENT_FIN_OUT, TCPULSE_A_SEGMENT_FIN_IN } },
	[SEEN_RST] = { "RST", { TCPULSE_A_SEGMENT_RST_OUT, TCPULSE_A_SEGMENT_RST_IN } },
	[SEEN_SYN_DATA] = { "SYN with data", { TCPULSE_A_SEGMENT_SYN_DATA_OUT,
					       TCPULSE_A_SEGMENT_SYN_DATA_IN } },
};

/*
 * What comes in is shown by the device in the same breath as TCP gets it. What
 * goes out is shown when it has been through all that it suffers. The device goes
 * with the client.
 */
static void judge_captured(struct view *v, unsigned int f, unsigned int i, unsigned int in)
{
	judge_equal(v, v->a.still.segment[f][captured[i].way[in]] +
		    (in ? 0 : v->h->raw_out[f][i]), v->h->capture.n[f][in][i],
		    "%s %s %s, captured", family_names[f], captured[i].name, in ? "in" : "out");
}

/* Owners connect to their own host, too, past the device. */
static bool is_captured(const struct view *v)
{
	const struct drawn *d = &v->t->d;

	return v->t->segments_all && !v->t->client_is_dead && !v->h->capture.lost &&
	       !d->load_late && !(d->owners && d->veth);
}

static void judge_capture(struct view *v)
{
	bool out = v->t->d.hamper == HAMPER_NONE;
	unsigned int f, i, in;

	if (!is_captured(v))
		return;
	for (f = 0; f < 2; f++)
		for (i = 0; i < SEEN_KINDS; i++)
			for (in = !out; in < 2; in++)
				judge_captured(v, f, i, in);
}

/* --- a module that came in the middle ------------------------------------------- */

/* What a counter was when the module began is within what it was around that. */
static void settle(struct view *v, enum mib i, __u64 counted)
{
	struct host *h = v->h;
	__u64 began = v->k.mib[i] - counted;

	trial_expect(v->t, began >= h->base->mib[i] && began <= h->after->mib[i],
		     "%s: %s: counter %u began at %llu, not in %llu to %llu", v->moment, h->name,
		     i, began, h->base->mib[i], h->after->mib[i]);
	h->base->mib[i] = began;
}

static void settle_time_wait(struct view *v)
{
	const struct reading_still *s = &v->a.still;
	__u64 adopted = s->time_wait[TCPULSE_A_TIME_WAIT_ALIVE] -
			s->time_wait[TCPULSE_A_TIME_WAIT_CREATED];
	__u64 low = s->state[0][TCPULSE_STATE_TIME_WAIT].baseline +
		    s->state[1][TCPULSE_STATE_TIME_WAIT].baseline;
	__u64 high = low + s->state[0][TCPULSE_STATE_FIN_WAIT_2].baseline +
		     s->state[1][TCPULSE_STATE_FIN_WAIT_2].baseline;
	struct host *h = v->h;
	unsigned int i;

	for (i = TCPULSE_A_TIME_WAIT_EXPIRED; i <= TCPULSE_A_TIME_WAIT_OTHER; i++)
		adopted += s->time_wait[i];
	trial_expect(v->t, adopted >= low && adopted <= high,
		     "%s: %s: %llu TIME-WAIT adopted, not %llu to %llu", v->moment, h->name,
		     adopted, low, high);
	h->base->mib[MIB_ALIVE] = adopted;
	/* one sum, of which the module knows no parts */
	v->k.mib[MIB_TW] += v->k.mib[MIB_TWKILLED];
	h->base->mib[MIB_TW] += h->base->mib[MIB_TWKILLED];
	h->after->mib[MIB_TW] += h->after->mib[MIB_TWKILLED];
	settle(v, MIB_TW, s->time_wait[TCPULSE_A_TIME_WAIT_CREATED]);
	v->k.mib[MIB_TW] -= v->k.mib[MIB_TWKILLED];
	h->base->mib[MIB_TWKILLED] = 0;
	settle(v, MIB_TW_OVERFLOW, s->time_wait[TCPULSE_A_TIME_WAIT_REFUSED]);
}

static void settle_all(struct view *v)
{
	unsigned int i;

	settle_time_wait(v);
	settle(v, MIB_ESTAB_RESETS, edges(v, TCPULSE_STATE_ESTABLISHED, TCPULSE_STATE_CLOSED) +
	       edges(v, TCPULSE_STATE_CLOSE_WAIT, TCPULSE_STATE_CLOSED));
	for (i = 1; i <= TCPULSE_A_KERNEL_COUNTERS_MAX; i++)
		settle(v, judge_mib(i), v->a.still.kernel[i]);
	if (v->t->segments_all) {
		settle(v, MIB_OUT_RSTS, segments(v, TCPULSE_A_SEGMENT_RST_OUT));
		settle(v, MIB_SYN_RETRANS, segments(v, TCPULSE_A_SEGMENT_SYN_RETRANS) +
		       segments(v, TCPULSE_A_SEGMENT_SYN_ACK_RETRANS));
		settle(v, MIB_ACTIVE_OPENS, segments(v, TCPULSE_A_SEGMENT_SYN_OUT) -
		       segments(v, TCPULSE_A_SEGMENT_SYN_RETRANS));
	}
	v->h->based = true;
}

/* --- one instant ---------------------------------------------------------------- */

static bool read_once(struct view *v)
{
	struct host *h = v->h;

	if (!ask_all(h->r, &v->a))
		trial_die(v->t, "%s: %s: the module does not answer", v->moment, h->name);
	witness_barrier();
	if (!witness_read(h, &v->k))
		trial_die(v->t, "%s: %s: the kernel does not answer", v->moment, h->name);
	witness_barrier();
	if (!ask_all(h->r, &v->b))
		trial_die(v->t, "%s: %s: the module does not answer", v->moment, h->name);
	return !v->a.moving && !v->a.interrupted &&
	       !memcmp(&v->a.still, &v->b.still, sizeof(v->a.still));
}

static void judge_host(struct view *v)
{
	unsigned int i;

	for (i = 0; i < READINGS_MAX && !read_once(v); i++)
		;
	if (i == READINGS_MAX)
		trial_die(v->t, "%s: %s: never at rest", v->moment, v->h->name);
	if (!v->h->based)
		settle_all(v);
	judge_populations(v);
	judge_conserved(v);
	judge_time_wait(v);
	judge_snmp(v);
	judge_handshakes(v);
	judge_segments(v);
	judge_capture(v);
	judge_listeners(v);
}

void judge_all(struct trial *t, const char *moment)
{
	struct view *v = calloc(1, sizeof(*v));
	unsigned int i;

	if (!v)
		trial_die(t, "no memory");
	v->t = t;
	v->moment = moment;
	for (i = 0; i < t->nhosts; i++) {
		v->h = &t->hosts[i];
		judge_host(v);
	}
	free(v);
}
