/* SPDX-License-Identifier: GPL-2.0 */
/* One process that sends, and what it has at hand. */
#ifndef FUZZ_WORKER_H
#define FUZZ_WORKER_H

#include <linux/types.h>

#include "ask.h"
#include "message.h"
#include "rng.h"

#define MOUTHS 5
#define LINGERING 4
#define HALF_READ 4

/**
 * struct worker - a process
 * @r: chance, for this message
 * @course: what goes on from one message to the next
 * @family: id of the family
 * @home: namespace that all workers share
 * @other: namespace of its own
 * @quiet: another one, where nothing happens but trial_step()
 * @crowd: one with a great many listeners, -1 until it is needed
 * @batch: how many requests a datagram may hold
 * @mouth: sockets that stay
 * @own: socket of a scene
 * @half_read: sockets with a dump that is not read to its end
 * @mute: a member of the group who never reads
 * @lingering: pairs of files that keep a namespace alive a while longer
 * @message: the datagram
 */
struct worker {
	struct rng r;
	struct course course;
	__u16 family;
	int home;
	int other;
	int quiet;
	int crowd;
	unsigned int batch;
	struct mouth mouth[MOUTHS];
	struct mouth own;
	struct mouth half_read[HALF_READ];
	struct mouth mute;
	int lingering[LINGERING][2];
	struct message message;
};

void worker_run(__u64 messages);

/* send.c: make the next datagram, and send it from @m. */
void worker_ask(struct worker *w, struct mouth *m);

/* place.c */
void as_nobody(bool yes);
void go_to(int ns);

/* A new one with lo up; we stay @home. */
int new_namespace(int home);

/* scenes.c, dumps.c: something else than a plain message. Each begins and ends as root, at home. */
void scene_interrupt(struct worker *w);
void scene_group(struct worker *w);
void scene_namespace(struct worker *w);
void scene_user_namespace(struct worker *w);
void scene_expire(struct worker *w);
void scene_half_read(struct worker *w);
void scene_mute(struct worker *w);
void scene_crowd(struct worker *w);
void scenes_end(struct worker *w);

#endif
