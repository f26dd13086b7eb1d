// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <linux/netlink.h>

#include "grammar.h"
#include "run.h"

#define DUMP_MAX 512

struct run run;
struct shared *shared;

/* what was sent last, for complaints */
static const unsigned char *sent;
static size_t sent_len;
static __u32 seq_of_interest;

void run_share(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || n_ops > ROWS_MAX) {
		perror("mmap");
		exit(2);
	}
}

/* A datagram was sent. */
void run_asked(unsigned int requests)
{
	run.asked += requests;
	__atomic_add_fetch(&shared->progress[run.worker], requests, __ATOMIC_RELAXED);
	__atomic_add_fetch(&shared->datagrams, 1, __ATOMIC_RELAXED);
}

/* Requests sent by all of them. */
__u64 run_progress(void)
{
	__u64 sum = 0;
	unsigned int i;

	for (i = 0; i < run.workers; i++)
		sum += __atomic_load_n(&shared->progress[i], __ATOMIC_RELAXED);
	return sum;
}

/* FNV-1a */
void run_digest(const void *data, size_t len)
{
	const unsigned char *byte = data;
	__u64 sum = shared->digest[run.worker];

	while (len--)
		sum = (sum ^ *byte++) * 0x100000001b3ULL;
	shared->digest[run.worker] = sum;
}

/* @row: index of the operation, ROWS_MAX for what is none */
void run_count(unsigned int row, int error)
{
	if (error >= 0 && error < ERRNOS)
		__atomic_add_fetch(&shared->answers[row][error], 1, __ATOMIC_RELAXED);
}

void run_sent(const void *data, size_t len)
{
	sent = data;
	sent_len = len;
}

void run_point(__u32 seq)
{
	seq_of_interest = seq;
}

/* Leaves only the request in question of the datagram, if it is there. */
static void narrow(void)
{
	size_t at;

	for (at = 0; at + NLMSG_HDRLEN <= sent_len; at += NLMSG_ALIGNTO) {
		const struct nlmsghdr *nlh = (const void *)(sent + at);

		if (nlh->nlmsg_seq != seq_of_interest || nlh->nlmsg_len < NLMSG_HDRLEN ||
		    nlh->nlmsg_len > sent_len - at)
			continue;
		sent += at;
		sent_len = nlh->nlmsg_len;
		return;
	}
}

static void print_bytes(void)
{
	size_t i, n;

	narrow();
	n = sent_len < DUMP_MAX ? sent_len : DUMP_MAX;
	for (i = 0; i < n; i++)
		fprintf(stderr, "%s%02x", i % 32 ? " " : i ? "\n  " : "  ", sent[i]);
	fprintf(stderr, "\n  %zu bytes%s\n", sent_len, n < sent_len ? ", not all shown" : "");
}

void complain(const char *format, ...)
{
	va_list args;

	__atomic_add_fetch(&shared->failures, 1, __ATOMIC_RELAXED);
	fprintf(stderr, "FAILED seed %llu, %u workers, after %llu messages (worker %u, %llu): ",
		run.seed, run.workers, run_progress(), run.worker, run.asked);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	if (sent)
		print_bytes();
	_exit(1);
}

/* Bits of /proc/sys/kernel/tainted: what splats set, and nothing else does here. */
#define COMPLAINTS 0x42a0

void run_check_kernel(void)
{
	static int fd = -1, before = -1;
	char text[32];
	ssize_t len;
	int now;

	if (fd < 0)
		fd = open("/proc/sys/kernel/tainted", O_RDONLY | O_CLOEXEC);
	len = pread(fd, text, sizeof(text) - 1, 0);
	if (len <= 0)
		return;
	text[len] = '\0';
	now = atoi(text) & COMPLAINTS;
	if (before < 0)
		before = now;
	if (now != before)
		complain("the kernel complains: see its log (tainted %#x)", now);
}

static void print_row(const char *name, const __u64 *answers)
{
	int error;

	printf("%-16s", name);
	for (error = 0; error < ERRNOS; error++)
		if (answers[error])
			printf(" %s:%llu", error ? strerrorname_np(error) : "ok", answers[error]);
	putchar('\n');
}

/* Which errno each operation gave how often. */
void run_print(void)
{
	unsigned int i;

	for (i = 0; i < n_ops; i++)
		print_row(ops[i].name, shared->answers[i]);
	print_row("(none of these)", shared->answers[ROWS_MAX]);
	printf("notifications    %llu\n", shared->notifications);
	for (i = 0; run.digest && i < run.workers; i++)
		printf("worker %u made    %016llx\n", i, shared->digest[i]);
}
