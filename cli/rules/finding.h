/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a reading says is wrong, or needs an explanation, as data. A rule takes a
 * reading and yields findings; it reads nothing itself and prints nothing.
 * Commands render them: as lines of text, and as the array "findings" in JSON.
 */
#ifndef CLI_RULES_FINDING_H
#define CLI_RULES_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "base/addr.h"
#include "host/procs.h"
#include "rules/window.h"

/* NOTE: nothing is lost. WARNING: numbers or connections were. PROBLEM: and it
 * goes on now.
 */
enum severity { NOTE, WARNING, PROBLEM };

#define SUBJECT_TEXT	(2 * ENDPOINT_MAX + 8)
#define EVIDENCE_TEXT	512
#define CAUSE_TEXT	128

/**
 * struct finding - one of them
 * @id: which; stable, documented in tcpulse(8)
 * @severity: of it
 * @form: its sentence, see finding_text()
 * @subject: what it is about, such as a listener's address; "": the namespace,
 *           or the machine
 * @holders: the processes that hold @inode; "" when not known
 * @evidence: what was seen, with the numbers
 * @window: when it was seen, if that is known
 * @when: the same in words, for $w; or ""
 * @cause: why, as far as it is known; or ""
 * @next: what to do, or to ask; or NULL
 * @count: how many events or things it is about; 0: it counts none
 * @inode: the subject's socket, for finding_held_by(); 0: none, or no need
 */
struct finding {
	const char *id;
	enum severity severity;
	const char *form;
	char subject[SUBJECT_TEXT], holders[PROCS_TEXT];
	char evidence[EVIDENCE_TEXT], cause[CAUSE_TEXT];
	struct window window;
	char when[WINDOW_TEXT];
	const char *next;
	__u64 count, inode;
};

/**
 * struct findings - what rules have yielded, in the order they did
 * @list: room of the caller's
 * @room: so many fit; what is more is left out
 * @n: so many are there
 */
struct findings {
	struct finding *list;
	size_t room, n;
};

/* Appends a copy, when there is room. */
void finding_add(struct findings *findings, const struct finding *finding);

/* Say who holds the subject's socket. @holders: or NULL, for nobody known. */
void finding_held_by(struct finding *finding, const struct holders *holders);

/**
 * finding_text() - a finding in one sentence
 * @finding: of which @form has words of its own, and $s for subject and
 *	     holders, $# for the count, $e for evidence, $w for when, $c for the cause, $n
 *	     for what is next
 *
 * Return: the sentence, for free().
 */
char *finding_text(const struct finding *finding);

/* " (+1.5/s)": what a counter gained from @old to @now within @ms; "" when that
 * is 0, and no 0.0 unless it is.
 */
void rate_text(__u64 now, __u64 old, __u64 ms, char *text, size_t size);

#endif
