// SPDX-License-Identifier: GPL-2.0
/*
 * What a trial finds: comparisons that do not hold, and what ends it.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "judge.h"

static void say(struct trial *t, const char *fmt, va_list args)
{
	fprintf(t->out, "# seed %llu: ", t->d.seed);
	vfprintf(t->out, fmt, args);
	fputc('\n', t->out);
	fflush(t->out);
}

void trial_die(struct trial *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(t, fmt, args);
	va_end(args);
	exit(EX_BROKEN);
}

bool trial_expect(struct trial *t, bool holds, const char *fmt, ...)
{
	va_list args;

	t->compared++;
	if (holds)
		return true;
	t->differs = true;
	va_start(args, fmt);
	say(t, fmt, args);
	va_end(args);
	return false;
}

void judge_equal(struct view *v, __u64 is, __u64 want, const char *fmt, ...)
{
	char what[128] = "";
	va_list args;

	if (is != want) {
		va_start(args, fmt);
		vsnprintf(what, sizeof(what), fmt, args);
		va_end(args);
	}
	trial_expect(v->t, is == want, "%s: %s: %s: %llu, not %llu", v->moment, v->h->name, what,
		     is, want);
}
