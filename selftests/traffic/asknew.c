// SPDX-License-Identifier: GPL-2.0
/*
 * A plain user who makes network namespaces of their own, and asks the module in
 * each for everything that it can be asked for, and to change what it can change:
 *
 *   asknew [-p PROCESSES]
 *
 * Until it is killed, whether the module is there or not.
 */
#include <err.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../client/tuning.h"

#define NOBODY 65534
#define ROUNDS 8

static void ask_for_everything(struct request *r)
{
	int cmd;

	for (cmd = TCPULSE_CMD_INFO_GET; cmd <= TCPULSE_CMD_MAX; cmd++) {
		request_begin(r, r->family, cmd);
		request_send(r);
		request_begin(r, r->family, cmd);
		r->nlh->nlmsg_flags |= NLM_F_DUMP;
		request_send(r);
	}
}

/* The second is refused, or the first is put back: in a second, or by the end. */
static void change_everything(struct request *r, int round)
{
	tuning_begin(r);
	tuning_put(r, "tcp_fin_timeout", 20 + round);
	tuning_put_confirm(r, 1 + round % 2 * 100);
	request_send(r);
	request_begin(r, r->family, TCPULSE_CMD_SEGMENT_SET);
	mnl_attr_put_u8(r->nlh, TCPULSE_A_SEGMENTS_ENABLED, round % 2);
	request_send(r);
}

static void listen_somewhere(void)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6 };
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	if (!bind(fd, (void *)&any, sizeof(any)))
		listen(fd, 8);
}

/* A namespace, to its end. */
static void visit(void)
{
	const struct timeval patience = { .tv_sec = 2 };
	struct request *r;
	int round;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		err(1, "unshare");
	listen_somewhere();
	r = request_new();
	if (!r)
		return;
	setsockopt(mnl_socket_get_fd(r->nl), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	for (round = 0; round < ROUNDS; round++) {
		ask_for_everything(r);
		change_everything(r, round);
	}
}

static void visit_over_and_over(void)
{
	for (;;) {
		pid_t pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (!pid) {
			visit();
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}

int main(int argc, char **argv)
{
	int i, processes = 4;

	if (argc == 3 && !strcmp(argv[1], "-p"))
		processes = atoi(argv[2]);
	else if (argc != 1)
		errx(2, "usage: asknew [-p PROCESSES]");
	if (setgid(NOBODY) || setuid(NOBODY))
		err(1, "cannot become a plain user");
	for (i = 0; i < processes; i++)
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			visit_over_and_over();
		}
	while (wait(NULL) > 0)
		;
	return 0;
}
