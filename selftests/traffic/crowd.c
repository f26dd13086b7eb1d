// SPDX-License-Identifier: GPL-2.0
/*
 * A crowded machine, cheaply:
 *
 *   crowd NAMESPACES PROCESSES
 *
 * So many processes that sleep and share their memory, the first of which are in a
 * network namespace of their own each. Prints "ready", and ends with all of them when
 * its standard input ends.
 */
#define _GNU_SOURCE
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define STACK 2048

static atomic_uint there, failed;

/* Only what main() has called before: to find a function takes more stack. */
static int member(void *own)
{
	syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
	if (own && syscall(SYS_unshare, CLONE_NEWNET))
		failed++;
	there++;
	while (syscall(SYS_ppoll, NULL, 0, NULL, NULL, 0))
		;
	return 0;
}

int main(int argc, char **argv)
{
	unsigned int namespaces, processes, i;
	char *stacks;

	if (argc != 3)
		errx(2, "usage: crowd NAMESPACES PROCESSES");
	namespaces = strtoul(argv[1], NULL, 10);
	processes = strtoul(argv[2], NULL, 10);
	stacks = mmap(NULL, (size_t)processes * STACK, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (stacks == MAP_FAILED)
		err(1, "memory");
	syscall(SYS_getpid);
	for (i = 0; i < processes; i++)
		if (clone(member, stacks + (size_t)(i + 1) * STACK, CLONE_VM | SIGCHLD,
			  i < namespaces ? stacks : NULL) < 0)
			err(1, "process %u", i);
	while (there < processes)
		usleep(10000);
	if (failed)
		errx(1, "%u have no namespace", failed);
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
