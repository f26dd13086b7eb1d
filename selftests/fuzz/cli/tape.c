// SPDX-License-Identifier: GPL-2.0
/*
 * A recording from somebody whom nobody knows. The first byte of the input chooses the
 * command, the rest is the answers as they stand in the file, below a head that is
 * right. No record of ours is replayed for long, so nothing needs a stand-in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include "commands.h"
#include "tool.h"

static const char head[] = "{\"tcpulse_recording\":1,\"version\":\"fuzz\",\"time_s\":1}\n";

/* A file that has no name, under which it can be opened all the same. */
static int make_file(const __u8 *data, size_t size, char *path, size_t room)
{
	int fd = memfd_create("tape", MFD_CLOEXEC);

	if (fd < 0 || write(fd, head, sizeof(head) - 1) < 0 ||
	    write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, room, "/proc/self/fd/%d", fd);
	return fd;
}

int fuzz_one(const __u8 *data, size_t size)
{
	char *argv[COMMAND_WORDS + 4], name[] = "tcpulse", option[] = "--replay";
	char path[64], *text, *save, *word;
	int argc = 3, fd;

	if (!size)
		return -1;
	fd = make_file(data + 1, size - 1, path, sizeof(path));
	text = strdup(commands[*data % ARRAY_LENGTH(commands)]);
	argv[0] = name;
	argv[1] = option;
	argv[2] = path;
	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	run_tool(argc, argv);
	free(text);
	close(fd);
	return 0;
}
