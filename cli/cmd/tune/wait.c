// SPDX-License-Identifier: GPL-2.0
/*
 * The countdown of a change that is put back unless confirmed: one key keeps it,
 * another puts it back. Whatever ends the wait, the terminal is left as it was.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <linux/tcpulse.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/out.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/tune/change.h"
#include "cmd/tune/pending.h"
#include "cmd/tune/settle.h"
#include "cmd/tune/tune.h"
#include "cmd/tune/wait.h"
#include "module/nl_tune.h"

enum answer {
	ANSWER_NONE,	/* not yet */
	ANSWER_KEEP,
	ANSWER_REVERT,
	ANSWER_LEAVE,
	ANSWER_OVER,	/* it is pending no more */
};

static atomic_int caught;

static void catch(int number)
{
	caught = number;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

struct terminal {
	struct termios was;
	struct sigaction actions[ARRAY_SIZE(signals)];
	sigset_t mask;
};

bool wait_possible(const struct tune *tune)
{
	const struct opts *opts = tune->opts;

	return !opts->json && !opts->tune.no_wait && isatty(STDIN_FILENO) &&
	       isatty(STDERR_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/* --- the terminal -------------------------------------------------------- */

/* Signals are let in only while we poll, so that none is missed. */
static void hold_signals(struct terminal *terminal)
{
	struct sigaction action = { .sa_handler = catch };
	sigset_t held;
	size_t i;

	caught = 0;
	sigemptyset(&held);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(&held, signals[i]);
	sigprocmask(SIG_BLOCK, &held, &terminal->mask);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, &terminal->actions[i]);
}

/* Keys come one by one and unseen. Ctrl-Z would leave it so to the shell. */
static void take_terminal(struct terminal *terminal)
{
	struct termios keys;

	hold_signals(terminal);
	tcgetattr(STDIN_FILENO, &terminal->was);
	keys = terminal->was;
	keys.c_lflag &= ~(ICANON | ECHO);
	keys.c_cc[VMIN] = 1;
	keys.c_cc[VTIME] = 0;
	keys.c_cc[VSUSP] = _POSIX_VDISABLE;
	tcsetattr(STDIN_FILENO, TCSANOW, &keys);
}

static void give_terminal_back(const struct terminal *terminal)
{
	size_t i;

	tcsetattr(STDIN_FILENO, TCSANOW, &terminal->was);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &terminal->actions[i], NULL);
	sigprocmask(SIG_SETMASK, &terminal->mask, NULL);
}

/* --- waiting ------------------------------------------------------------- */

static const char keys_text[] =
	"Enter keeps it, r reverts now, Ctrl-C leaves it pending";

static enum answer read_key(void)
{
	char key;

	/* a terminal that is gone answers nothing */
	if (read(STDIN_FILENO, &key, 1) != 1)
		return ANSWER_LEAVE;
	switch (key) {
	case '\n':
	case '\r':
		return ANSWER_KEEP;
	case 'r':
	case 'R':
		return ANSWER_REVERT;
	case '\004':
		return ANSWER_LEAVE;
	default:
		return ANSWER_NONE;
	}
}

/* For a key, a signal, or until the number shown must change. */
static enum answer wait_for_key(const struct terminal *terminal, __u64 ms)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	struct timespec step = { .tv_nsec = (ms % 1000 ?: 1000) * 1000000L };
	int n;

	if (step.tv_nsec == 1000000000L) {
		step.tv_sec = 1;
		step.tv_nsec = 0;
	}
	n = ppoll(&fd, 1, &step, &terminal->mask);
	if (caught || (n < 0 && errno != EINTR))
		return ANSWER_LEAVE;
	return n > 0 ? read_key() : ANSWER_NONE;
}

/* Somebody else may have answered: then @ms is 0. */
static int time_left(struct tune *tune, __u64 transaction, __u64 *ms)
{
	struct params *now = xcalloc(1, sizeof(*now));
	int st;

	st = conn_get_params(tune->conn, now);
	*ms = 0;
	if (!st && now->pending.transaction == transaction)
		*ms = now->pending.remaining_ms ?: 1;
	free(now);
	return st;
}

static int count_down(struct tune *tune, __u64 transaction,
		      const struct terminal *terminal, enum answer *answer)
{
	__u64 ms;
	int st;

	for (*answer = ANSWER_NONE; *answer == ANSWER_NONE; ) {
		st = time_left(tune, transaction, &ms);
		if (st)
			return st;
		if (!ms) {
			*answer = ANSWER_OVER;
			break;
		}
		progress("reverts in %llu s: %s", pending_seconds(ms), keys_text);
		*answer = wait_for_key(terminal, ms);
	}
	return ST_OK;
}

/* --- what came of it ----------------------------------------------------- */

/* It was not we who kept it or put it back. */
static void show_who(const struct changes *changes, size_t n)
{
	const struct change *change = &changes->change[0];
	char who[WHO_TEXT];

	if (!n || (change->action != TCPULSE_ACTION_CONFIRM &&
		   change->action != TCPULSE_ACTION_REVERT))
		return;
	change_who(change, true, who);
	out_line(PLAIN, "answered by %s:", who);
}

/* Its last rows in the history tell. */
static int show_end(struct tune *tune, __u64 transaction)
{
	struct changes *changes = xcalloc(1, sizeof(*changes));
	size_t i, n = 0;
	int st;

	st = conn_get_changes(tune->conn, changes);
	for (i = 0; !st && i < changes->nr; i++)
		if (changes->change[i].transaction == transaction &&
		    changes->change[i].action != TCPULSE_ACTION_SET)
			changes->change[n++] = changes->change[i];
	show_who(changes, n);
	changes_text(&tune->params, changes->change, n);
	free(changes);
	return out_end() ?: st;
}

static int leave(struct tune *tune, __u64 transaction)
{
	__u64 ms;
	int st = time_left(tune, transaction, &ms);

	if (st || !ms)
		return st ?: show_end(tune, transaction);
	out_line(PLAIN, "left pending: reverts by itself in %llu s unless you run: %s confirm",
		 pending_seconds(ms), tune->command);
	return out_end();
}

int wait_for_answer(struct tune *tune, const struct tuning *tuning)
{
	__u64 transaction = tuning->transaction;
	struct terminal terminal;
	enum answer answer;
	int st;

	take_terminal(&terminal);
	st = count_down(tune, transaction, &terminal, &answer);
	progress(NULL);
	give_terminal_back(&terminal);
	if (st == ST_NOT_LOADED)
		out_err("when it was unloaded, the pending change was put back");
	if (st)
		return st;
	switch (answer) {
	case ANSWER_KEEP:
	case ANSWER_REVERT:
		return settle_pending(tune, answer == ANSWER_KEEP, transaction);
	case ANSWER_OVER:
		return show_end(tune, transaction);
	default:
		st = leave(tune, transaction);
		/* Ctrl-C was an answer, all else was meant to end us */
		if (caught && caught != SIGINT)
			raise(caught);
		return st;
	}
}
