// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse audit: shows how the module's numbers agree with the kernel's own.
 */
#include <stdio.h>
#include <sys/socket.h>

#include "base/compiler.h"
#include "base/out.h"
#include "base/parse.h"
#include "cmd/cmd.h"
#include "cmd/json_fields.h"
#include "cmd/options.h"
#include "cmd/run.h"
#include "cmd/show.h"
#include "host/netns.h"
#include "module/attrs.h"
#include "reading/audit.h"
#include "reading/listeners.h"

static const struct col cols[] = {
	{ "netns", "NETNS", COL_LEFT | COL_NETNS },
	{ "what", "NUMBER", COL_LEFT },
	{ "family", "FAMILY", COL_LEFT },
	{ "bounds", "TCPULSE", 0 },
	{ "witness", "KERNEL", 0 },
	{ "source", "KERNEL'S SOURCE", COL_LEFT },
	{ "result", "RESULT", COL_LEFT },
};

static const struct {
	const char *key, *text, *source;
} checks[N_CHECKS] = {
	[CHECK_CONSERVED] = { "not_conserved", "rows not conserved", "must be 0" },
	[CHECK_SOCKSTAT] = { "alive_sockstat", "minisocks alive", "sockstat tw" },
	[CHECK_MINISOCKS] = { "alive_sock_diag", "minisocks alive", "sock_diag" },
	[CHECK_CREATED] = { "created", "minisocks created", "TW + TWKilled" },
	[CHECK_REFUSED] = {
		"refused", "minisocks refused", "TCPTimeWaitOverflow" },
	[CHECK_CURR_ESTAB] = { "curr_estab", "ESTAB + CLOSE-WAIT", "CurrEstab" },
	[CHECK_ESTAB_RESETS] = { "estab_resets", "of these, to CLOSED", "EstabResets" },
	[CHECK_ACTIVE_OPENS] = { "active_opens", "first SYNs sent", "ActiveOpens" },
	[CHECK_SYN_RETRANS] = { "syn_retrans", "SYN, SYN-ACK again", "TCPSynRetrans" },
	[CHECK_OUT_RSTS] = { "out_rsts", "RSTs sent", "OutRsts" },
	[CHECK_LISTENERS] = { "listeners", "listeners", "sock_diag" },
	[CHECK_DEPTHS] = {
		"accept_queues", "accept queues alike", "sock_diag rqueue" },
	[CHECK_LIMITS] = {
		"limits", "backlog limits alike", "sock_diag wqueue" },
	[CHECK_TOO_MANY] = {
		"refused_too_many", "refused beyond sk_drops", "must be 0" },
	[CHECK_LOST] = { "lost_events", "events lost", "must be 0" },
	[CHECK_UNEXPECTED] = {
		"unexpected", "transitions unexpected", "must be 0" },
	[CHECK_BELOW_ZERO] = {
		"below_zero", "populations below zero", "must be 0" },
};

static const char * const verdict_words[] = {
	[EQUAL] = "equal", [BRACKETED] = "bracketed", [DIFFERS] = "differs",
};

struct tally {
	unsigned int n[EQUAL + 1];
	enum verdict worst;
};

static int take(struct conn *conn, const struct opts *opts, void *sample)
{
	return audit_run(conn, opts->timeout_ms, sample);
}

static bool wanted(const struct opts *opts, const struct population *p)
{
	return opts->family == AF_UNSPEC ||
	       (unsigned int)opts->family == p->family;
}

static void add(struct tally *tally, enum verdict verdict)
{
	tally->n[verdict]++;
	if (verdict < tally->worst)
		tally->worst = verdict;
}

static void show_comparison(const struct comparison *cmp, const char *source)
{
	if (cmp->low == cmp->high)
		out_cell("bounds", "%lld", cmp->low);
	else
		out_cell("bounds", "%lld..%lld", cmp->low, cmp->high);
	out_cell("witness", "%lld", cmp->witness);
	out_str("source", source);
	if (out_is_json()) {
		out_i64("low", cmp->low);
		out_i64("high", cmp->high);
		out_i64("witness", cmp->witness);
		out_i64("difference", audit_difference(cmp));
	}
	out_str("result", verdict_words[cmp->verdict]);
	if (cmp->verdict == DIFFERS) {
		out_cell("result", "differs by %+lld", audit_difference(cmp));
		out_style("result", BAD);
	}
}

static void show_population(const struct netns *ns, const struct population *p)
{
	out_row();
	out_cell("netns", "%s", netns_text(ns));
	out_cell("what", "%s", state_text(p->state));
	if (out_is_json())
		out_str("state", state_json(p->state));
	out_str("family", family_name(p->family));
	show_comparison(&p->cmp, "sock_diag");
}

static void show_check(const struct netns *ns, const struct audit *audit,
		       enum check_id id)
{
	out_row();
	out_cell("netns", "%s", netns_text(ns));
	out_cell("what", "%s", checks[id].text);
	if (out_is_json())
		out_str("name", checks[id].key);
	show_comparison(&audit->check[id], checks[id].source);
}

static void show_populations(const struct opts *opts, const struct netns *ns,
			     const struct audit *audit, struct tally *tally)
{
	const struct population *p;
	const unsigned char *s;
	size_t i;

	for (s = state_order; *s; s++) {
		for (i = 0; i < audit->n_populations; i++) {
			p = &audit->population[i];
			if (p->state != *s || !wanted(opts, p))
				continue;
			show_population(ns, p);
			add(tally, p->cmp.verdict);
		}
	}
}

static void show_checks(const struct netns *ns, const struct audit *audit,
			struct tally *tally)
{
	int id;

	for (id = 0; id < N_CHECKS; id++) {
		if (!audit_compares(audit, id))
			continue;
		show_check(ns, audit, id);
		add(tally, audit->check[id].verdict);
	}
}

/* In text one table, in JSON two arrays: their rows have different keys. */
static void show_rows(const struct opts *opts, const struct netns *ns,
		      const struct audit *audit, struct tally *populations,
		      struct tally *others)
{
	unsigned int show = opts->all_netns ? COL_NETNS : 0;

	out_table("population", cols, ARRAY_SIZE(cols), show);
	show_populations(opts, ns, audit, populations);
	if (out_is_json()) {
		out_table_end();
		out_table("check", cols, ARRAY_SIZE(cols), show);
	}
	show_checks(ns, audit, others);
	out_table_end();
}

static void say_differs(const char *what, const char *family,
			const struct comparison *cmp, const char *source)
{
	__s64 difference = audit_difference(cmp);

	if (cmp->verdict != DIFFERS)
		return;
	out_line(BAD,
		 "audit: differs: %s%s%s: tcpulse %lld, %s %lld: tcpulse has %lld too %s",
		 what, *family ? " " : "", family,
		 difference > 0 ? cmp->low : cmp->high, source, cmp->witness,
		 difference > 0 ? difference : -difference,
		 difference > 0 ? "many" : "few");
}

static void say_differences(const struct opts *opts, const struct audit *audit)
{
	const struct population *p;
	size_t i;
	int id;

	for (i = 0; i < audit->n_populations; i++) {
		p = &audit->population[i];
		if (wanted(opts, p))
			say_differs(state_text(p->state),
				    family_name(p->family), &p->cmp,
				    "sock_diag");
	}
	for (id = 0; id < N_CHECKS; id++)
		if (audit_compares(audit, id))
			say_differs(checks[id].text, "", &audit->check[id],
				    checks[id].source);
}

static void say_result(const struct audit *audit, const struct tally *p,
		       const struct tally *c, enum verdict worst)
{
	char moved[64] = "", differ[64] = "";
	unsigned int bracketed = p->n[BRACKETED] + c->n[BRACKETED];
	unsigned int differs = p->n[DIFFERS] + c->n[DIFFERS];

	if (bracketed)
		snprintf(moved, sizeof(moved), ", %u moved and are bracketed",
			 bracketed);
	if (differs)
		snprintf(differ, sizeof(differ), ", %u differ", differs);
	out_line(worst == DIFFERS ? BAD : GOOD,
		 "audit: %s: %u populations and %u other numbers are equal%s%s (%u sample%s, %.2f s)",
		 verdict_words[worst], p->n[EQUAL], c->n[EQUAL], moved, differ,
		 audit->samples, audit->samples == 1 ? "" : "s",
		 audit->duration_ms / 1000.0);
}

/* Possible without anything being wrong, so it is no difference. */
static void show_unattributed(const struct kernel_counters *unattributed)
{
	char text[KERNEL_TEXT];

	if (out_is_json()) {
		json_nest("unattributed", &kernel_counters_nest, unattributed);
	} else if (!kernel_is_zero(unattributed)) {
		kernel_text(unattributed, text, sizeof(text));
		out_line(DIM, "note: no listener was found for: %s", text);
	}
}

static void show_not_compared(const struct audit *audit)
{
	if (out_is_json())
		out_bool("segments_compared", audit->segments);
	else if (!audit->segments)
		out_line(DIM,
			 "note: segments are not counted here: ActiveOpens, TCPSynRetrans and OutRsts are not compared; see: tcpulse segments on");
}

static int show(const struct opts *opts, const struct netns *ns,
		const void *sample, const void *old)
{
	struct tally populations = { .worst = EQUAL }, others = populations;
	const struct audit *audit = sample;
	enum verdict worst;

	(void)old;
	out_u64("samples", audit->samples);
	out_u64("duration_ms", audit->duration_ms);
	show_rows(opts, ns, audit, &populations, &others);
	worst = populations.worst < others.worst ? populations.worst :
						   others.worst;
	if (out_is_json())
		out_str("result", verdict_words[worst]);
	show_unattributed(&audit->unattributed);
	show_not_compared(audit);
	say_differences(opts, audit);
	say_result(audit, &populations, &others, worst);
	return worst == DIFFERS ? ST_DIFFERS : ST_OK;
}

static int run(const struct opts *opts)
{
	static const struct view view = {
		.size = sizeof(struct audit),
		.take = take,
		.show = show,
	};

	return run_view(opts, &view);
}

static int set_timeout(const struct option_row *row, struct opts *opts,
		       const char *value)
{
	if (parse_duration(value, 0, DAY_MS, &opts->timeout_ms))
		return ST_OK;
	return option_bad(row, value,
			  "a time up to one day, as in 1, 0.5, 200ms or 2s");
}

static const struct option_row options[] = {
	{ "timeout", 0, "TIME", .set = set_timeout, .values = "1 3 10",
	  .help = "how long to go on while numbers differ (10 s)" },
	{ }
};

const struct cmd cmd_audit = {
	.name = "audit",
	.run = run,
	.options = options,
	.args = "[--timeout TIME]",
	.help = "compare with the kernel's own tables and counters",
};
