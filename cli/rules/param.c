// SPDX-License-Identifier: GPL-2.0
/*
 * What people should know of a parameter that its number does not tell, each
 * only while it is true.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/append.h"
#include "base/compiler.h"
#include "reading/param_value.h"
#include "reading/params.h"
#include "rules/param.h"
#include "rules/rules.h"

/* so many listeners are named */
#define NAMED_MAX 3

/* What all forms here begin with. */
#define SUBJECT "$s: "

static __s64 number_of(const struct params_reading *reading, const char *name)
{
	const struct param *param = param_find(reading->params, name);

	return param ? param->value.low : 0;
}

static void about(const struct param *param, const char *id,
		  struct finding *finding)
{
	memset(finding, 0, sizeof(*finding));
	finding->id = id;
	finding->severity = NOTE;
	finding->form = SUBJECT "$e";
	snprintf(finding->subject, SUBJECT_TEXT, "%s", param->name);
}

static void note(struct findings *findings, const struct param *param,
		 const char *id, const char *fmt, ...) __printf(4, 5);

static void note(struct findings *findings, const struct param *param,
		 const char *id, const char *fmt, ...)
{
	struct finding finding;
	va_list ap;

	about(param, id, &finding);
	va_start(ap, fmt);
	vsnprintf(finding.evidence, EVIDENCE_TEXT, fmt, ap);
	va_end(ap);
	finding_add(findings, &finding);
}

static void no_effect(struct findings *findings, const struct param *param,
		      const char *other, __s64 value)
{
	struct finding finding;

	about(param, "param_no_effect", &finding);
	finding.form = SUBJECT "$e while $c";
	snprintf(finding.evidence, EVIDENCE_TEXT, "no effect");
	snprintf(finding.cause, CAUSE_TEXT, "%s is %lld", other, value);
	finding_add(findings, &finding);
}

/* --- findings ------------------------------------------------------------ */

static void somaxconn_findings(const struct params_reading *reading,
			       const struct param *param,
			       struct findings *findings)
{
	const struct listeners *listeners = &reading->listeners;
	char local[ENDPOINT_MAX], last[ENDPOINT_MAX] = "";
	const struct listener *listener;
	size_t i, n = 0;
	__u64 next;

	for (i = 0; i < listeners->dump.n; i++) {
		listener = &listeners->dump.list[i];
		next = listener_next_limit(listener, param->value.low);
		if (next == ABSENT || next <= listener->limit)
			continue;
		listener_local(listeners, i, local);
		/* one of a group stands for it */
		if (!strcmp(local, last) || n++ >= NAMED_MAX)
			continue;
		memcpy(last, local, sizeof(last));
		note(findings, param, "limit_stays",
		     "%s keeps %llu until its next listen(2), which would give it %llu",
		     local, listener->limit, next);
	}
	if (n > NAMED_MAX)
		note(findings, param, "limits_stay_more", "and so do %zu more",
		     n - NAMED_MAX);
}

static void syn_backlog_finding(const struct params_reading *reading,
				const struct param *param,
				struct findings *findings)
{
	__s64 cookies = number_of(reading, "tcp_syncookies");

	if (cookies)
		no_effect(findings, param, "tcp_syncookies", cookies);
}

static void syncookies_finding(const struct params_reading *reading,
			       const struct param *param,
			       struct findings *findings)
{
	(void)reading;
	if (param->value.low == 2)
		note(findings, param, "syncookies_always",
		     "SYNs are answered with a cookie, full queue or not");
	else if (!param->value.low)
		note(findings, param, "syncookies_never",
		     "a full SYN queue drops SYNs, and those of new peers from three quarters of tcp_max_syn_backlog on");
}

static void syn_retries_finding(const struct params_reading *reading,
				const struct param *param,
				struct findings *findings)
{
	struct finding finding;

	if (reading->linear_syns <= 0)
		return;
	about(param, "linear_syns", &finding);
	finding.form = SUBJECT "$e: $c";
	snprintf(finding.evidence, EVIDENCE_TEXT,
		 "more are sent in the first seconds");
	snprintf(finding.cause, CAUSE_TEXT,
		 "net.ipv4.tcp_syn_linear_timeouts is %lld",
		 reading->linear_syns);
	finding_add(findings, &finding);
}

static void abort_finding(const struct params_reading *reading,
			  const struct param *param, struct findings *findings)
{
	(void)reading;
	if (param->value.low)
		note(findings, param, "overflow_resets",
		     "a client whose last ACK finds the accept queue full is reset; a SYN that does is dropped, and sent again");
}

static void buckets_used_up(const struct param *param, __u64 alive,
			    struct findings *findings)
{
	struct finding finding;

	about(param, "time_wait_full", &finding);
	finding.severity = WARNING;
	finding.form = SUBJECT "$e: $c";
	finding.count = alive;
	snprintf(finding.evidence, EVIDENCE_TEXT, "%llu are in use", alive);
	snprintf(finding.cause, CAUSE_TEXT,
		 "new ones are refused until there are fewer, none is removed");
	finding_add(findings, &finding);
}

static void tw_buckets_finding(const struct params_reading *reading,
			       const struct param *param,
			       struct findings *findings)
{
	__u64 alive = reading->time_wait.time_wait.alive;

	if (param->value.low < 0)
		note(findings, param, "time_wait_unlimited",
		     "below 0 there is no limit");
	else if (!param->value.low)
		note(findings, param, "time_wait_never",
		     "no connection enters TIME-WAIT");
	else if (alive >= (__u64)param->value.low)
		buckets_used_up(param, alive, findings);
}

static void tw_reuse_findings(const struct params_reading *reading,
			      const struct param *param,
			      struct findings *findings)
{
	if (param->value.low && !reading->timestamps)
		no_effect(findings, param, "net.ipv4.tcp_timestamps", 0);
	if (param->value.low == 2)
		note(findings, param, "reuse_loopback",
		     "2 is for loopback connections only");
}

static void reuse_delay_finding(const struct params_reading *reading,
				const struct param *param,
				struct findings *findings)
{
	if (!number_of(reading, "tcp_tw_reuse"))
		no_effect(findings, param, "tcp_tw_reuse", 0);
}

static void ports_parity_finding(const struct params_reading *reading,
				 const struct param *param,
				 struct findings *findings)
{
	const struct range *value = &param->value;

	(void)reading;
	if (value->low != value->high && value->low % 2 == value->high % 2)
		note(findings, param, "ports_parity",
		     "both ends are %s: connect(2) finds ports sooner when one is even and the other odd",
		     value->low % 2 ? "odd" : "even");
}

static void fastopen_finding(const struct params_reading *reading,
			     const struct param *param,
			     struct findings *findings)
{
	static const struct {
		int bit;
		const char *means;
	} bits[] = {
		{ 0x1, "clients" }, { 0x2, "servers" },
		{ 0x4, "clients send data without a cookie" },
		{ 0x200, "servers take data without a cookie" },
		{ 0x400, "all listeners, asked or not" },
	};
	char text[160] = "";
	size_t i;

	(void)reading;
	for (i = 0; i < ARRAY_SIZE(bits); i++)
		if (param->value.low & bits[i].bit)
			append(text, sizeof(text), "%s%s", *text ? ", " : "",
			       bits[i].means);
	note(findings, param, "fastopen_for", "on for: %s",
	     *text ? text : "nobody");
}

/* --- parameters ---------------------------------------------------------- */

#define KEEPALIVE "only for sockets with SO_KEEPALIVE that set no value of their own"

typedef void rule_fn(const struct params_reading *reading,
		     const struct param *param, struct findings *findings);

/* @now: what is true now; @more and @about: what is worth a line when the
 * parameter is named, or is not what it is by default.
 */
static const struct rule {
	const char *name;
	rule_fn *now, *more;
	const char *about;
} rules[] = {
	{ .name = "somaxconn", .now = somaxconn_findings,
	  .about = "running listeners keep their limit; one is changed by: tcpulse tune listener" },
	{ .name = "tcp_max_syn_backlog", .now = syn_backlog_finding },
	{ .name = "tcp_syncookies", .now = syncookies_finding },
	{ .name = "tcp_syn_retries", .more = syn_retries_finding },
	{ .name = "tcp_abort_on_overflow", .now = abort_finding },
	{ .name = "tcp_fastopen", .more = fastopen_finding },
	{ .name = "tcp_max_tw_buckets", .now = tw_buckets_finding },
	{ .name = "tcp_tw_reuse", .now = tw_reuse_findings },
	{ .name = "tcp_tw_reuse_delay", .now = reuse_delay_finding },
	{ .name = "tcp_fin_timeout",
	  .about = "how long FIN-WAIT-2 lasts; TIME-WAIT is always 60 s" },
	{ .name = "tcp_keepalive_time", .about = KEEPALIVE },
	{ .name = "tcp_keepalive_intvl", .about = KEEPALIVE },
	{ .name = "tcp_keepalive_probes", .about = KEEPALIVE },
	{ .name = "ip_local_port_range", .now = ports_parity_finding },
};

static const struct rule *rule_of(const struct param *param)
{
	static const struct rule none = { };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].name, param->name))
			return &rules[i];
	return &none;
}

const char *param_read_only_reason(const struct param *param)
{
	return strcmp(param->name, "somaxconn") ?
	       "this kernel has no such sysctl, and behaves as if it were this" :
	       "this kernel lets only the user namespace of the host set it";
}

void param_findings(const struct params_reading *reading,
		    const struct param *param, bool named,
		    struct findings *findings)
{
	const struct rule *rule = rule_of(param);
	size_t before = findings->n;

	if (param->read_only)
		note(findings, param, "param_read_only", "%s",
		     param_read_only_reason(param));
	if (rule->now)
		rule->now(reading, param, findings);
	if (!named && value_same(param->unit, &param->value, &param->standard))
		return;
	if (rule->more)
		rule->more(reading, param, findings);
	if (rule->about && findings->n == before)
		note(findings, param, "param_about", "%s", rule->about);
}

char *param_finding_clause(const struct finding *finding)
{
	struct finding clause = *finding;

	clause.form += sizeof(SUBJECT) - 1;
	return finding_text(&clause);
}
