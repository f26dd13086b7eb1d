/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A socket that sends datagrams and holds the kernel to its word: exactly one
 * answer for each request that asks for it, in time, and nothing besides.
 */
#ifndef FUZZ_ASK_H
#define FUZZ_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "../client/slow.h"
#include "grammar.h"
#include "message.h"

/* A slow kernel under load answers in a second. */
#define SECONDS_TO_ANSWER (30 * slow_said())

/* as many headers as fit into a datagram */
#define EXPECTED_MAX (MESSAGE_MAX / 16)

/*
 * What somebody may: nothing, what root of the namespace's user namespace may, or
 * everything.
 */
enum power { POWER_NONE, POWER_NAMESPACE, POWER_FULL };

/* This process's, now. */
extern enum power power;
const char *power_name(enum power of);

/**
 * struct expected - the answer to one request
 * @seq: sequence number of the request
 * @len: length of the request
 * @type: its type
 * @flags: its flags
 * @cmd: its command, -1 if it is too short to have one
 * @asks: it is a request, and not one that netlink passes over
 * @dump: it is a dump
 * @behind_dump: a dump was asked for before and may be going on
 * @plain: it has nothing odd in its headers
 * @right: neither has it in its attributes
 * @wrong: something is wrong with those
 * @power: what who sent it may
 * @must: there has to be an answer
 * @answered: there was one
 * @replies: messages that came before it
 */
struct expected {
	__u32 seq;
	__u32 len;
	__u16 type;
	__u16 flags;
	int cmd;
	bool asks;
	bool dump;
	bool behind_dump;
	bool plain;
	bool right;
	bool wrong;
	enum power power;
	bool must;
	bool answered;
	unsigned int replies;
};

/**
 * struct mouth - a socket
 * @fd: the socket
 * @port: its address
 * @family: id of the family
 * @group: id of the group alert
 * @deaf: its buffer is too small for its answers
 * @joined: is a member of the group
 * @power: what who opened it may
 * @n: how many answers are expected, or were
 * @expected: those
 */
struct mouth {
	int fd;
	__u32 port;
	__u16 family;
	__u32 group;
	bool deaf;
	bool joined;
	enum power power;
	unsigned int n;
	struct expected expected[EXPECTED_MAX];
};

/* How a socket is set up. */
enum { MOUTH_TERSE = 1, MOUTH_STRICT = 2, MOUTH_CAPPED = 4, MOUTH_DEAF = 8 };

/* As whom the process is, where it is. */
void mouth_open(struct mouth *m, unsigned int how);
/* Its buffer: wants privileges, and is small without. */
void mouth_widen(struct mouth *m);
void mouth_close(struct mouth *m);
void mouth_join(struct mouth *m, bool join);

/* Send; what comes back is for collect() to read. */
void ask(struct mouth *m, const struct message *message);

/* Read all answers. */
void collect(struct mouth *m);

/* Read so many pieces of at most @size bytes, and mind what is whole in them. */
void collect_some(struct mouth *m, unsigned int pieces, size_t size);

#endif
