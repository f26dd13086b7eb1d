/* SPDX-License-Identifier: GPL-2.0 */
/* One trial: two hosts, what lives in them, and what is asked of them. */
#ifndef TRIAL_TRIAL_H
#define TRIAL_TRIAL_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <linux/types.h>

#include "../traffic/raw.h"
#include "../traffic/sock.h"
#include "capture.h"
#include "draw.h"

#define CONNS 96
#define COPIES_MAX 4
#define PORT_BASE 7000

#define __printf(a, b)	__attribute__(( \
	__format__(printf, a, b)))
#define __noreturn	__attribute__(( \
	__noreturn__))

enum { EX_OK, EX_DIFFERS, EX_BROKEN };

struct mnl_socket;
struct request;

/**
 * struct host - a network namespace
 * @ns: its file descriptor
 * @route: rtnetlink there
 * @diag: sock_diag there
 * @r: the family tcpulse there, NULL while the module is not loaded
 * @proc: /proc/net/netstat, snmp, sockstat there
 * @raw: sockets for segments without a socket, by family, -1 until used
 * @raw_out: segments that TCP knows nothing of, by family
 * @repaired: connections that TCP_REPAIR has established, by family
 * @bound: a socket was bound to a device by which its peer may not be
 * @based: @base is known exactly
 * @base: what the kernel's counters were when the module began to count; until
 *	@based, some time before
 * @after: some time after
 */
struct host {
	const char *name;
	int ns;
	struct mnl_socket *route;
	struct mnl_socket *diag;
	struct request *r;
	int proc[3];
	int raw[2];
	unsigned int raw_out[2][SEEN_KINDS];
	unsigned int repaired[2];
	bool bound;
	struct capture capture;
	union addr at[2];	/* IPv4, IPv6 */
	bool based;
	struct kernel *base;
	struct kernel *after;
};

struct conn {
	int fd;
	struct host *host;
	int kind;
	int listener;		/* whose, -1 none */
};

struct trial {
	struct drawn d;
	struct rng rng;
	struct host hosts[2];
	unsigned int nhosts;
	struct host *server;
	struct host *client;
	struct conn conn[CONNS];
	int listener[LISTENERS][COPIES_MAX];
	bool reopened[LISTENERS];	/* its port may have requests of one that is gone */
	bool segments_all;		/* counted from beginning to end */
	bool client_is_dead;
	bool loaded;
	pid_t attacker;
	unsigned int compared;
	bool differs;
	FILE *out;
};

/* trial.c: plays and judges; a byte from go ends the wait for the module */
int trial_run(struct trial *t, int tell, int go);

/* begin.c: hosts and listeners, and the module unless it comes later */
void trial_begin(struct trial *t);
void trial_meet_module(struct trial *t);

/* expect.c */
void trial_die(struct trial *t, const char *fmt, ...)
	__noreturn __printf(2, 3);

/* one comparison; says so when it does not hold */
bool trial_expect(struct trial *t, bool holds, const char *fmt, ...)
	__printf(3, 4);

/* enter.c; world_entered: made, we are in it already */
void world_enter(struct host *h);
void world_entered(const struct host *h);

/* world.c */
void world_make(struct trial *t);
void world_set(struct trial *t, const char *path, const char *value);
void world_end_client(struct trial *t);

/* link.c */
void link_up(struct trial *t, struct host *h, const char *name);
void link_pair(struct trial *t);
void link_hamper(struct trial *t, struct host *h, const char *name);

/* attacker.c */
void attacker_start(struct trial *t);
void attacker_end(struct trial *t);

/* owners.c */
void step_owner(struct trial *t);
/* after a connect(2): without a segment, where the socket is being repaired */
void owner_connected(const struct conn *c);

/* listen.c */
void listen_open(struct trial *t, int i);
void listen_close(struct trial *t, int i);
int listen_random(struct trial *t);
void step_relisten(struct trial *t);
void step_reopen_listener(struct trial *t);

/* play.c */
void play_steps(struct trial *t, int n);
void play_end(struct trial *t);

/* pick.c */
union addr pick_target(struct trial *t, int listener, int kind);
int pick_kind(struct trial *t, int listener);
struct conn *pick_place(struct trial *t);
struct conn *pick_any(struct trial *t);

/* raws.c */
void step_raw_syn(struct trial *t);
void step_raw_ack(struct trial *t);
void step_time_wait(struct trial *t);

/* tune.c */
void step_tune(struct trial *t);
void step_tune_listener(struct trial *t);
void step_switch(struct trial *t);
void step_destroy(struct trial *t);
void tune_segments(struct trial *t, struct host *h, bool on);

/* judge.c: everything, in one instant of each host */
void judge_all(struct trial *t, const char *moment);

#endif
