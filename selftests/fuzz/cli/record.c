// SPDX-License-Identifier: GPL-2.0
/*
 *   record FOLDER
 *
 * Runs each command of the harness reply with the module there is, and keeps what
 * it read as a case for that harness. In a namespace with something in it.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "commands.h"
#include "tool.h"
#include "wrap.h"

static FILE *to;

static void keep(const void *piece, size_t size)
{
	if (size > 0xffff)
		return;
	putc(size & 0xff, to);
	putc(size >> 8, to);
	fwrite(piece, 1, size, to);
	fflush(to);
}

/* How the family is found is not of the module. */
static bool of_module;

ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags)
{
	of_module = ((const struct nlmsghdr *)buf)->nlmsg_type != GENL_ID_CTRL;
	return send(fd, buf, len, flags);
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags)
{
	const ssize_t got = recvmsg(fd, msg, flags);

	if (got > 0 && of_module)
		keep(msg->msg_iov->iov_base, got);
	return got;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	FILE *f = fopen(path, mode);
	char text[16384];

	if (f && *mode == 'r') {
		keep(text, fread(text, 1, sizeof(text), f));
		rewind(f);
	}
	return f;
}

static int run_command(unsigned int i)
{
	char *argv[COMMAND_WORDS + 2], name[] = "tcpulse", *save, *word;
	char *text = strdup(commands[i]);
	int argc = 1;

	putc(i, to);
	argv[0] = name;
	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	return run_tool(argc, argv);
}

int main(int argc, char **argv)
{
	char path[256];
	unsigned int i;
	int status;

	for (i = 0; argc == 2 && i < ARRAY_LENGTH(commands); i++) {
		if (fork()) {
			wait(&status);
			continue;
		}
		snprintf(path, sizeof(path), "%s/%02u", argv[1], i);
		to = fopen(path, "we");
		if (!to)
			_exit(2);
		exit(run_command(i));
	}
	return argc == 2 ? 0 : 2;
}
