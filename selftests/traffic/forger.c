// SPDX-License-Identifier: GPL-2.0
/*
 * Whoever owns a network namespace, lying to those who ask about it:
 *
 *   forger CONNECTIONS
 *
 * Made to be run in a namespace of its own by any user. So many connections on loopback
 * wait in CLOSE-WAIT; then two processes look for netlink sockets of others in
 * /proc/net/netlink, and send them what they may take for the kernel's answer: sockets
 * with a peer of 6.6.6.6 and the end of a dump to those of sock_diag; a refusal, a family
 * and the end of a dump to those of generic netlink. Prints "ready"; for each line on its
 * standard input how many were delivered, and how many refused; ends when that ends.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define FORGERS 2
#define ROWS 100
/* as often is one socket tried before the next look at the table */
#define TRIES 200

/* of all processes */
static struct counts {
	atomic_ulong delivered, refused;
	atomic_uint own[FORGERS][2];
} *counts;

/* --- what is true ---------------------------------------------------------- */

static void bring_lo_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr))
		err(1, "lo up");
	close(fd);
}

static void connect_many(unsigned int n)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(5000),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd;
	unsigned int i;

	if (bind(listener, (void *)&at, sizeof(at)) || listen(listener, 4096))
		err(1, "listen");
	for (i = 0; i < n; i++) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, (void *)&at, sizeof(at)) || accept(listener, NULL, NULL) < 0)
			err(1, "connection %u", i);
		close(fd);
	}
}

/* --- what is not ------------------------------------------------------------- */

static void *put(char **at, __u16 type, __u16 flags, size_t payload)
{
	struct nlmsghdr *nlh = (void *)*at;

	memset(nlh, 0, NLMSG_SPACE(payload));
	nlh->nlmsg_len = NLMSG_LENGTH(payload);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	*at += NLMSG_SPACE(payload);
	return NLMSG_DATA(nlh);
}

static size_t forge_sockets(char *buf)
{
	struct inet_diag_msg *msg;
	char *at = buf;
	int i;

	for (i = 0; i < ROWS; i++) {
		msg = put(&at, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, sizeof(*msg));
		msg->idiag_family = AF_INET;
		msg->idiag_state = 8;
		msg->id.idiag_sport = htons(22);
		msg->id.idiag_dport = htons(666);
		msg->id.idiag_src[0] = htonl(INADDR_LOOPBACK);
		msg->id.idiag_dst[0] = htonl(0x06060606);
	}
	put(&at, NLMSG_DONE, NLM_F_MULTI, sizeof(int));
	return at - buf;
}

static size_t forge_refusal(char *buf)
{
	struct nlmsgerr *refusal;
	char *at = buf;

	refusal = put(&at, NLMSG_ERROR, 0, sizeof(*refusal));
	refusal->error = -EPERM;
	return at - buf;
}

/* As of nlctrl: a family that there is not, and that is all. */
static size_t forge_family(char *buf)
{
	struct genlmsghdr *genl;
	struct nlattr *attr;
	char *at = buf;

	genl = put(&at, GENL_ID_CTRL, NLM_F_MULTI, sizeof(*genl) + NLA_HDRLEN + 4);
	genl->cmd = CTRL_CMD_NEWFAMILY;
	attr = (void *)(genl + 1);
	attr->nla_len = NLA_HDRLEN + sizeof(__u16);
	attr->nla_type = CTRL_ATTR_FAMILY_ID;
	*(__u16 *)(attr + 1) = 666;
	put(&at, NLMSG_DONE, NLM_F_MULTI, sizeof(int));
	return at - buf;
}

/* --- to whom ----------------------------------------------------------------- */

static int open_sender(int bus, atomic_uint *port)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof(self);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, bus);

	if (fd < 0 || bind(fd, (void *)&self, len) || getsockname(fd, (void *)&self, &len))
		err(1, "netlink");
	atomic_store(port, self.nl_pid);
	return fd;
}

static int is_own(unsigned int port)
{
	int i;

	for (i = 0; i < FORGERS; i++)
		if (port == counts->own[i][0] || port == counts->own[i][1])
			return 1;
	return !port;
}

static void send_to(int fd, unsigned int port, const char *buf, size_t len)
{
	const struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_pid = port };
	int i;

	for (i = 0; i < TRIES; i++) {
		if (sendto(fd, buf, len, 0, (const void *)&to, sizeof(to)) >= 0)
			counts->delivered++;
		else if (errno == ECONNREFUSED)
			counts->refused++;
	}
}

static void lie(int diag, int genl, int bus, unsigned int port)
{
	static size_t (*const forge[])(char *buf) = { forge_refusal, forge_family };
	static unsigned int turn;
	static char buf[ROWS * 256];

	if (is_own(port))
		return;
	if (bus == NETLINK_SOCK_DIAG)
		send_to(diag, port, buf, forge_sockets(buf));
	else if (bus == NETLINK_GENERIC)
		send_to(genl, port, buf, forge[turn++ % 2](buf));
}

static void look_around(int diag, int genl)
{
	FILE *f = fopen("/proc/net/netlink", "re");
	unsigned int port;
	char line[256];
	int bus;

	if (!f)
		err(1, "/proc/net/netlink");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %d %u", &bus, &port) == 2)
			lie(diag, genl, bus, port);
	fclose(f);
}

static void start_forger(int i)
{
	int diag = open_sender(NETLINK_SOCK_DIAG, &counts->own[i][0]);
	int genl = open_sender(NETLINK_GENERIC, &counts->own[i][1]);

	if (fork())
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (nice(10) == -1)
		_exit(1);
	for (;;)
		look_around(diag, genl);
}

int main(int argc, char **argv)
{
	const struct rlimit files = { 4096, 4096 };
	char line[64];
	int i;

	if (argc != 2)
		errx(2, "usage: forger CONNECTIONS");
	setrlimit(RLIMIT_NOFILE, &files);
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	bring_lo_up();
	connect_many(strtoul(argv[1], NULL, 10));
	for (i = 0; i < FORGERS; i++)
		start_forger(i);
	puts("ready");
	for (fflush(stdout); fgets(line, sizeof(line), stdin); fflush(stdout))
		printf("%lu %lu\n", counts->delivered, counts->refused);
	return 0;
}
