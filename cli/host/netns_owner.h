/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who owns a network namespace: the user namespace that it was made in. In ours, what is
 * inside is as root of this machine, or of this container, has it.
 */
#ifndef CLI_NETNS_OWNER_H
#define CLI_NETNS_OWNER_H

struct netns;

/* Fills @ns->foreign and @ns->owner by a descriptor of it. */
void netns_look_owner(struct netns *ns, int fd);

/* Keeps that in a recording, or takes it from one, and makes the mark. */
void netns_mark_owner(struct netns *ns);

#endif
