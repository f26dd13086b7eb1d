// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../client/netlink.h"
#include "params.h"
#include "run.h"
#include "trial.h"
#include "worker.h"

/* once in so many steps one is begun */
#define SELDOM 60
/* of one that is settled before that */
#define LONG 600
#define SECONDS_TO_EXPIRE (60 * slow_said())

static struct request *asker;
static struct param param;
static __u64 transaction;
static time_t expires;
static int files[PARAMS_MAX];

/* --- files -------------------------------------------------------------------- */

void trial_begin(void)
{
	unsigned int i;

	asker = request_new();
	if (!asker)
		complain("cannot ask");
	for (i = 0; i < n_params; i++)
		files[i] = params_open_file(params[i].name);
}

static void check_value(const char *when, __s64 expected)
{
	__s64 low, high;

	if (!params_read_file(&param, &low, &high) || low != expected)
		complain("%s: %s is %lld, not %lld", when, param.name, low, expected);
}

/* --- requests ------------------------------------------------------------------- */

static void begin_settle(struct request *r, __u8 cmd, __u64 number)
{
	request_begin(r, r->family, cmd);
	if (number)
		mnl_attr_put_u64(r->nlh, TCPULSE_A_TUNING_TRANSACTION, number);
}

static void begin_set(__s64 value, __u32 seconds)
{
	struct nlattr *nest;

	request_begin(asker, asker->family, TCPULSE_CMD_PARAM_SET);
	nest = mnl_attr_nest_start(asker->nlh, TCPULSE_A_TUNING_PARAM);
	mnl_attr_put_strz(asker->nlh, TCPULSE_A_PARAM_NAME, param.name);
	mnl_attr_put(asker->nlh, TCPULSE_A_PARAM_VALUE, sizeof(value), &value);
	if (param.range)
		mnl_attr_put(asker->nlh, TCPULSE_A_PARAM_VALUE_HIGH, sizeof(param.high),
			     &param.high);
	mnl_attr_nest_end(asker->nlh, nest);
	if (seconds)
		mnl_attr_put_u32(asker->nlh, TCPULSE_A_TUNING_CONFIRM_SECONDS, seconds);
}

static void answer_is(struct request *r, const char *what, int error)
{
	run_sent(r->nlh, r->nlh->nlmsg_len);
	if (request_send(r))
		complain("%s: no answer", what);
	if (r->error != error)
		complain("%s: the answer is %d (%s), not %d (%s)", what, r->error,
			 strerror(r->error), error, strerror(error));
	if (error && !r->text[0] && error != EPERM)
		complain("%s: refused without a word", what);
}

static __u64 number_of_reply(void)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, asker->reply, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == TCPULSE_A_TUNING_TRANSACTION)
			return mnl_attr_get_u64(attr);
	complain("a change without a number");
}

static bool is_pending(void)
{
	const struct nlattr *attr;

	request_begin(asker, asker->family, TCPULSE_CMD_PARAM_GET);
	answer_is(asker, "param-get", 0);
	mnl_attr_for_each(attr, asker->reply, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == TCPULSE_A_PARAMS_PENDING)
			return true;
	return false;
}

/* --- what became of it ------------------------------------------------------------ */

static unsigned int number_in(const struct nlattr *row, __u16 type)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, row)
		if (mnl_attr_get_type(attr) == type)
			return type == TCPULSE_A_CHANGE_ACTION ? mnl_attr_get_u8(attr) :
								 mnl_attr_get_u64(attr);
	return 0;
}

static void last_change_is(unsigned int action)
{
	const struct nlattr *attr, *last = NULL;

	request_begin(asker, asker->family, TCPULSE_CMD_CHANGE_GET);
	answer_is(asker, "change-get", 0);
	mnl_attr_for_each(attr, asker->reply, GENL_HDRLEN)
		last = attr;
	if (!last || number_in(last, TCPULSE_A_CHANGE_ACTION) != action ||
	    number_in(last, TCPULSE_A_CHANGE_TRANSACTION) != transaction)
		complain("the last change is not action %u of %llu", action, transaction);
}

/* Nothing is pending, and nothing can be settled. */
static void check_settled(__s64 value, unsigned int action)
{
	check_value("afterwards", value);
	last_change_is(action);
	begin_settle(asker, TCPULSE_CMD_PARAM_CONFIRM, 0);
	answer_is(asker, "confirm of nothing", ENOENT);
	begin_settle(asker, TCPULSE_CMD_PARAM_REVERT, transaction);
	answer_is(asker, "revert of nothing", ENOENT);
}

/* --- trials ------------------------------------------------------------------------ */

/* What is wrong with a change that waits, and who may not touch it. */
static void try_wrong_ones(__s64 value)
{
	begin_settle(asker, TCPULSE_CMD_PARAM_CONFIRM, transaction + 1);
	answer_is(asker, "confirm of another one", ESTALE);
	begin_settle(asker, TCPULSE_CMD_PARAM_REVERT, ~transaction);
	answer_is(asker, "revert of another one", ESTALE);
	begin_set(value, 0);
	answer_is(asker, "set of what is pending", EBUSY);
	begin_set(value, LONG);
	answer_is(asker, "a second one", EBUSY);
	begin_set(value, 86401);
	answer_is(asker, "confirm-seconds of more than a day", ERANGE);
	begin_set(param.maximum + 1, 0);
	answer_is(asker, "a value out of range", ERANGE);
	as_nobody(true);
	begin_settle(asker, TCPULSE_CMD_PARAM_CONFIRM, transaction);
	answer_is(asker, "confirm by nobody", EPERM);
	begin_settle(asker, TCPULSE_CMD_PARAM_REVERT, transaction);
	answer_is(asker, "revert by nobody", EPERM);
	as_nobody(false);
}

static void settle_it(bool confirm, __s64 value)
{
	begin_settle(asker, confirm ? TCPULSE_CMD_PARAM_CONFIRM : TCPULSE_CMD_PARAM_REVERT,
		     transaction);
	answer_is(asker, confirm ? "confirm" : "revert", 0);
	check_settled(confirm ? value : param.value,
		      confirm ? TCPULSE_ACTION_CONFIRM : TCPULSE_ACTION_REVERT);
}

/* Return: false for a parameter that this kernel does not have. */
static bool choose(struct worker *w)
{
	const unsigned int i = rnd(&w->r, n_params);

	param = params[i];
	param.fd = files[i];
	return params_read_file(&param, &param.value, &param.high);
}

static void begin_trial(struct worker *w)
{
	const bool expire = chance(&w->r, 40), confirm = chance(&w->r, 50);
	__s64 value;

	if (!choose(w))
		return;
	value = param.value < param.maximum ? param.value + 1 : param.value - 1;
	begin_set(value, expire ? 1 : LONG);
	answer_is(asker, "set", 0);
	transaction = number_of_reply();
	if (expire) {
		expires = time(NULL) + 2;
		return;
	}
	check_value("after set", value);
	try_wrong_ones(value);
	settle_it(confirm, value);
}

/* Its second is over: soon it must be as it was. */
static void await_expiry(void)
{
	const struct timespec nap = { .tv_nsec = 20000000 };

	while (is_pending()) {
		if (time(NULL) > expires + SECONDS_TO_EXPIRE)
			complain("a change for 1 s is pending still");
		nanosleep(&nap, NULL);
	}
	expires = 0;
	check_settled(param.value, TCPULSE_ACTION_EXPIRE);
}

void trial_step(struct worker *w)
{
	const bool now = seldom(&w->r, SELDOM);

	if (expires && time(NULL) >= expires)
		await_expiry();
	else if (!expires && now)
		begin_trial(w);
}

void trial_end(struct worker *w)
{
	unsigned int i;

	(void)w;
	if (expires)
		await_expiry();
	for (i = 0; i < n_params; i++)
		if (files[i] >= 0)
			close(files[i]);
	request_free(asker);
}
