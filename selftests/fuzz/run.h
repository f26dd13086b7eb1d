/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One run: what it was started with, how far its processes are, what was
 * counted, and how it fails. The part in memory that all processes share.
 */
#ifndef FUZZ_RUN_H
#define FUZZ_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>
#include <linux/types.h>

#ifndef __printf
#define __printf(a, b)	__attribute__(( \
	__format__(__printf__, a, b)))
#endif

#define WORKERS_MAX 64
#define ERRNOS 140
#define ROWS_MAX 64
/* A power of two, and more than the bytes of the module's code on any kernel. */
#define PLACES_IN_MODULE 0x100000

/**
 * struct run - a run
 * @seed: what all is made of
 * @messages: requests to send, by all workers together
 * @seconds: end after so long even if they are not all sent, 0 for never
 * @workers: processes
 * @only: name of the only operation to send, NULL for all
 * @verbose: print what was counted
 * @digest: and a sum of what was made
 * @guided: by what the kernel says the module did
 * @worker: which one this process is
 * @datagram: which datagram it is at
 * @made: requests it was to send: the same with the same seed
 * @asked: requests it has sent, as netlink counts them
 */
struct run {
	__u64 seed;
	__u64 messages;
	unsigned int seconds;
	unsigned int workers;
	const char *only;
	bool verbose;
	bool digest;
	bool guided;
	unsigned int worker;
	__u64 datagram;
	__u64 made;
	__u64 asked;
};

/**
 * struct shared - what all processes of a run write
 * @progress: requests sent by each worker
 * @datagrams: what they were sent in
 * @failures: complaints so far
 * @answers: answers by operation and errno; the last row is of what is none
 * @digest: of what each worker has made
 */
struct shared {
	__u64 progress[WORKERS_MAX];
	__u64 datagrams;
	unsigned int failures;
	__u64 answers[ROWS_MAX + 1][ERRNOS];
	__u64 notifications;
	__u64 digest[WORKERS_MAX];
	unsigned char reached[PLACES_IN_MODULE];
};

extern struct run run;
extern struct shared *shared;

void run_share(void);
void run_asked(unsigned int requests);
__u64 run_progress(void);
void run_digest(const void *data, size_t len);
void run_count(unsigned int row, int error);
void run_sent(const void *data, size_t len);
/* What complaints are about: the request with that number. */
void run_point(__u32 seq);
void run_print(void);

/* Ends the run when the kernel has complained since it began. */
void run_check_kernel(void);

/* Something is wrong: say so with all it takes to try it again, and end. */
noreturn void complain(const char *format, ...) __printf(1, 2);

#endif
