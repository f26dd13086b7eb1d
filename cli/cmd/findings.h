/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Findings as people and programs get them.
 */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

struct findings;
struct procs;

/* Text only: a line each, in the colour of its severity. */
void findings_lines(const struct findings *findings);

/* JSON only: array "findings" of the current object, also when there are none. */
void findings_json(const struct findings *findings);

/* Name the holders of the sockets they are about: those in @procs, or NULL. */
void findings_held_by(struct findings *findings, const struct procs *procs);

/* The same, each looked for on its own, as far as the first that is no opener
 * for others.
 */
void findings_find_holders(struct findings *findings);

#endif
