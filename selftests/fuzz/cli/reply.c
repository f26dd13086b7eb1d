// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel that lies. The first byte of the input chooses the command; after it
 * come the pieces that it gets to read, one behind the other, each with its length
 * in two bytes before it: what the module and sock_diag send, and files of /proc.
 * libnl itself takes the messages apart. A record of what the module really says
 * looks the same, see record.c.
 */
#include <errno.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sanitizer/asan_interface.h>
#include <sys/socket.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

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

/* --- the module, behind libnl --------------------------------------------------- */

/* Only a length that fits lets more than the header be looked at. */
static void mend(unsigned char *piece, size_t size)
{
	struct nlmsghdr *nlh = (void *)piece;

	if (size >= sizeof(*nlh) && (nlh->nlmsg_len < sizeof(*nlh) || nlh->nlmsg_len > size))
		nlh->nlmsg_len = size;
}

static int make_ack(unsigned char **buf)
{
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr err;
	} *ack = calloc(1, sizeof(*ack));

	ack->nlh.nlmsg_len = sizeof(*ack);
	ack->nlh.nlmsg_type = NLMSG_ERROR;
	*buf = (void *)ack;
	return sizeof(*ack);
}

static int receive(struct nl_sock *sk, struct sockaddr_nl *from, unsigned char **buf,
		   struct ucred **creds)
{
	size_t size;

	(void)sk;
	(void)creds;
	memset(from, 0, sizeof(*from));
	from->nl_family = AF_NETLINK;
	*buf = next_piece(&size);
	if (!*buf)
		return ++acks > ACKS_MAX ? -NLE_FAILURE : make_ack(buf);
	mend(*buf, size);
	if (size)
		return size;
	free(*buf);
	return make_ack(buf);
}

static int any_number(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

int __wrap_nl_recvmsgs(struct nl_sock *sk, struct nl_cb *cb)
{
	nl_cb_overwrite_recv(cb, receive);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, any_number, NULL);
	return nl_recvmsgs(sk, cb);
}

int __wrap_nl_send_auto(struct nl_sock *sk, struct nl_msg *msg)
{
	(void)sk;
	return nlmsg_hdr(msg)->nlmsg_len;
}

int __wrap_genl_connect(struct nl_sock *sk)
{
	(void)sk;
	return 0;
}

int __wrap_genl_ctrl_resolve(struct nl_sock *sk, const char *name)
{
	(void)sk;
	(void)name;
	return FAMILY;
}

/* --- sock_diag ---------------------------------------------------------------------- */

#define DIAG_FD 1000

int __wrap_socket(int domain, int type, int protocol)
{
	(void)domain;
	(void)type;
	(void)protocol;
	return DIAG_FD;
}

ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags)
{
	(void)fd;
	(void)buf;
	(void)flags;
	return len;
}

/* What follows in the buffer is of no message: it must not be read. */
ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags)
{
	size_t size;
	unsigned char *piece = next_piece(&size);

	(void)fd;
	(void)flags;
	if (!piece) {
		errno = ENOBUFS;
		return -1;
	}
	mend(piece, size);
	ASAN_UNPOISON_MEMORY_REGION(buf, len);
	memcpy(buf, piece, size < len ? size : len);
	if (size < len)
		ASAN_POISON_MEMORY_REGION((char *)buf + size, len - size);
	free(piece);
	return size;
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
