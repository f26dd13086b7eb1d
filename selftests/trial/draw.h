/* SPDX-License-Identifier: GPL-2.0 */
/* What a seed means. Each draw has a name and is of seed and name alone: a new one
 * changes no other.
 */
#ifndef TRIAL_DRAW_H
#define TRIAL_DRAW_H

#include <stdbool.h>
#include <linux/types.h>

#define LISTENERS 6	/* ports of a trial */

enum hamper { HAMPER_NONE, HAMPER_LOSS, HAMPER_DELAY, HAMPER_REORDER, HAMPER_DUPLICATE,
	      HAMPER_ALL };
enum listener_kind { LISTEN_V4, LISTEN_V6ONLY, LISTEN_DUAL };

/* values of settings; what is not drawn keeps the kernel's default */
enum setting { SET_COOKIES, SET_ABORT, SET_SYN_BACKLOG, SET_SOMAXCONN, SET_FIN_TIMEOUT,
	       SET_TW_BUCKETS, SET_TW_REUSE, SET_RFC1337, SET_MIGRATE, SET_SYNACK_RETRIES,
	       SET_ORPHAN_RETRIES, SETTINGS };

#define SET_DEFAULT -1

struct setting_row {
	const char *name;	/* as the module has it */
	const char *path;	/* below /proc/sys/net */
	int values[6];
	unsigned int n;
};

extern const struct setting_row settings[SETTINGS];

/**
 * struct drawn - all that a seed says
 * @load_late: the module comes in the middle of the life cycles
 * @accepts: how many of 8 connections somebody accepts
 * @calm: how many of 8 steps are followed by a nap
 * @linger: ms between the last step and the last judgement
 * @words: "name=value ..." of all of it
 */
struct drawn {
	__u64 seed;
	bool veth;
	int families;		/* 1 IPv4, 2 IPv6, 3 both */
	enum hamper hamper;
	int hampered;		/* 1 the server's sends, 2 the client's, 3 both */
	bool load_late;
	bool segments;
	int setting[SETTINGS];
	int fastopen;
	bool timestamps;
	bool few_ports;
	struct {
		int kind;
		int backlog;
		int copies;
		bool fastopen;
		bool mptcp;
	} listener[LISTENERS];
	int listeners;
	int accepts;
	int calm;
	int steps;
	int rests;
	bool mutes;
	bool raws;
	bool tunes;
	bool destroys;
	bool switches;
	bool restless;		/* listeners come and go */
	bool owners;		/* owners do what no segment says */
	bool attacked;		/* by a neighbour */
	bool client_dies;
	bool audit;
	int linger;
	char words[1024];
};

void draw_all(struct drawn *d, __u64 seed);

#endif
