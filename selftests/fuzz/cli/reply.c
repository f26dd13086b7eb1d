// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel that lies. The first byte of the input chooses the command; after it
 * come the pieces that it gets to read, one behind the other, each with its length
 * in two bytes before it: what the module and sock_diag send, and files of /proc.
 * libnl itself takes the messages apart. In between, strangers send something, too. A
 * record of what the module really says looks the same, see record.c.
 */
#include <errno.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sanitizer/asan_interface.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include "commands.h"
#include "tool.h"
#include "wrap.h"

#define FAMILY 0x20
/* pieces that one run gets, and answers that are made up when they are at an end */
#define PIECES_MAX 200
#define ACKS_MAX 8

static const __u8 *rest;
static size_t left;
static unsigned int pieces, acks;

/* The next piece, in memory of just its size, for free(); NULL at the end. */
static unsigned char *next_piece(size_t *size)
{
	unsigned char *piece;
	size_t len;

	if (left < 2 || ++pieces > PIECES_MAX)
		return NULL;
	len = rest[0] | rest[1] << 8;
	rest += 2;
	left -= 2;
	if (len > left)
		len = left;
	piece = malloc(len + !len);
	memcpy(piece, rest, len);
	rest += len;
	left -= len;
	*size = len;
	return piece;
}

/* Only a length that fits lets more than the header be looked at. */
static void mend(unsigned char *piece, size_t size)
{
	struct nlmsghdr *nlh = (void *)piece;

	if (size >= sizeof(*nlh) && (nlh->nlmsg_len < sizeof(*nlh) || nlh->nlmsg_len > size))
		nlh->nlmsg_len = size;
}

/* --- whoever answers ------------------------------------------------------------ */

#define NETLINK_FD 1000

/* What was asked last: its header, and how many datagrams have answered it. */
static struct nlmsghdr asked;
static unsigned int answers;

static size_t make_ack(unsigned char *buf)
{
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr err;
	} ack = { .nlh = { .nlmsg_len = sizeof(ack), .nlmsg_type = NLMSG_ERROR } };

	memcpy(buf, &ack, sizeof(ack));
	return sizeof(ack);
}

static size_t make_family(unsigned char *buf)
{
	struct {
		struct nlmsghdr nlh;
		struct genlmsghdr genl;
		struct nlattr attr;
		__u16 id, pad;
	} family = {
		.nlh = { .nlmsg_len = sizeof(family), .nlmsg_type = GENL_ID_CTRL },
		.genl = { .cmd = CTRL_CMD_NEWFAMILY },
		.attr = { .nla_len = NLA_HDRLEN + 2, .nla_type = CTRL_ATTR_FAMILY_ID },
		.id = FAMILY,
	};

	memcpy(buf, &family, sizeof(family));
	return sizeof(family);
}

/* The input's next piece, or an ack that is made up when there is none; 0 at the end. */
static size_t put_piece(unsigned char *buf, size_t room)
{
	unsigned char *piece;
	size_t size = 0;

	piece = next_piece(&size);
	if (piece && size) {
		mend(piece, size);
		memcpy(buf, piece, size < room ? size : room);
	}
	free(piece);
	if (piece && size)
		return size;
	if (asked.nlmsg_type == SOCK_DIAG_BY_FAMILY || ++acks > ACKS_MAX)
		return 0;
	return make_ack(buf);
}

static size_t put_answer(unsigned char *buf, size_t room)
{
	size_t size;

	if (asked.nlmsg_type == GENL_ID_CTRL)
		size = answers ? make_ack(buf) : make_family(buf);
	else
		size = put_piece(buf, room);
	answers++;
	if (size >= sizeof(asked))
		((struct nlmsghdr *)buf)->nlmsg_seq = asked.nlmsg_seq;
	return size;
}

/* From another process, or the kernel but to another question: of that not a byte is to
 * be looked at behind the header.
 */
static size_t put_stranger(unsigned char *buf, size_t room, struct sockaddr_nl *from)
{
	struct nlmsghdr nlh = asked;

	from->nl_pid = answers & 4 ? 4711 : 0;
	nlh.nlmsg_seq += !from->nl_pid;
	nlh.nlmsg_len = room;
	memcpy(buf, &nlh, sizeof(nlh));
	return sizeof(nlh);
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags)
{
	static unsigned int calls;
	unsigned char *buf = msg->msg_iov->iov_base;
	size_t room = msg->msg_iov->iov_len, size;
	struct sockaddr_nl *from = msg->msg_name;
	bool strange = calls++ % 4 == 3;

	(void)fd;
	(void)flags;
	memset(from, 0, sizeof(*from));
	from->nl_family = AF_NETLINK;
	msg->msg_namelen = sizeof(*from);
	ASAN_UNPOISON_MEMORY_REGION(buf, room);
	size = strange ? put_stranger(buf, room, from) : put_answer(buf, room);
	/* what follows in the buffer is of no message: it must not be read */
	if (size < room)
		ASAN_POISON_MEMORY_REGION(buf + size, room - size);
	if (size)
		return strange ? (ssize_t)room : (ssize_t)size;
	errno = ENOBUFS;
	return -1;
}

/* Nothing has come in before it was asked. */
ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags)
{
	(void)fd;
	(void)buf;
	(void)len;
	(void)flags;
	errno = EAGAIN;
	return -1;
}

ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags)
{
	(void)fd;
	(void)flags;
	memcpy(&asked, buf, sizeof(asked));
	answers = 0;
	return len;
}

int __wrap_socket(int domain, int type, int protocol)
{
	(void)domain;
	(void)type;
	(void)protocol;
	return NETLINK_FD;
}

int __wrap_close(int fd)
{
	return fd == NETLINK_FD ? 0 : close(fd);
}

int __wrap_connect(int fd, const struct sockaddr *to, socklen_t len)
{
	(void)fd;
	(void)to;
	(void)len;
	return 0;
}

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	(void)fd;
	(void)level;
	(void)name;
	(void)value;
	(void)len;
	return 0;
}

/* --- the rest of the system ------------------------------------------------------------ */

FILE *__wrap_fopen(const char *path, const char *mode)
{
	unsigned char *piece;
	FILE *f = NULL;
	size_t size;

	(void)path;
	(void)mode;
	piece = next_piece(&size);
	if (piece && size) {
		/* a memory of its own goes when it is closed */
		f = fmemopen(NULL, size + 1, "w+");
		fwrite(piece, 1, size, f);
		rewind(f);
	}
	free(piece);
	return f;
}

/* Nobody holds a socket, no file overrides another, nothing is opened. */
DIR *__wrap_opendir(const char *path)
{
	(void)path;
	return NULL;
}

int __wrap_scandir(const char *path, void *names, void *filter, void *compare)
{
	(void)path;
	(void)names;
	(void)filter;
	(void)compare;
	return -1;
}

int __wrap_open(const char *path, int flags, ...)
{
	(void)path;
	(void)flags;
	errno = ENOENT;
	return -1;
}

int __wrap_isatty(int fd)
{
	(void)fd;
	return 0;
}

int __wrap_nanosleep(const struct timespec *time, struct timespec *remaining)
{
	(void)time;
	(void)remaining;
	return 0;
}

int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
			   struct timespec *remaining)
{
	(void)clock;
	(void)flags;
	(void)time;
	(void)remaining;
	return 0;
}

/* --- a case -------------------------------------------------------------------------- */

int fuzz_one(const __u8 *data, size_t size)
{
	char *argv[COMMAND_WORDS + 2], name[] = "tcpulse", *text, *save, *word;
	int argc = 1;

	if (!size)
		return -1;
	rest = data + 1;
	left = size - 1;
	pieces = 0;
	acks = 0;
	text = strdup(commands[*data % ARRAY_LENGTH(commands)]);
	argv[0] = name;
	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	run_tool(argc, argv);
	free(text);
	return 0;
}
