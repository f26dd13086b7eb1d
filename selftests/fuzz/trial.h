/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changes that wait to be confirmed, one after the other, where nobody else is:
 * there it is known what each answer must be.
 */
#ifndef FUZZ_TRIAL_H
#define FUZZ_TRIAL_H

struct worker;

/* In the namespace they shall be made in. */
void trial_begin(void);

/* Now and then something; from anywhere. */
void trial_step(struct worker *w);

/* What is pending still is seen to its end. */
void trial_end(struct worker *w);

#endif
