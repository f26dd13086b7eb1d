// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a command in many fresh network namespaces, some at a time, lo up:
 *
 *   namespaces [-n NAMESPACES] [-p AT-A-TIME] COMMAND [ARGUMENT]...
 *
 * A namespace ends with its command. Prints how many commands ended well.
 */
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void bring_lo_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &ifr))
		err(1, "lo");
	ifr.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr))
		err(1, "lo up");
	close(fd);
}

static void start(char **argv)
{
	pid_t pid = fork();
	int null;

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return;
	if (unshare(CLONE_NEWNET))
		err(1, "unshare");
	bring_lo_up();
	null = open("/dev/null", O_WRONLY);
	dup2(null, STDOUT_FILENO);
	execvp(*argv, argv);
	err(1, "%s", *argv);
}

static unsigned int reap(void)
{
	int status;

	if (wait(&status) < 0)
		err(1, "wait");
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	unsigned int n = 100, at_a_time = 10, started = 0, ended = 0, well = 0;
	int opt;

	while ((opt = getopt(argc, argv, "+n:p:")) != -1) {
		if (opt == 'n')
			n = strtoul(optarg, NULL, 10);
		else if (opt == 'p')
			at_a_time = strtoul(optarg, NULL, 10);
	}
	if (optind == argc || !at_a_time)
		errx(2, "usage: namespaces [-n NAMESPACES] [-p AT-A-TIME] COMMAND [ARGUMENT]...");
	while (ended < n) {
		while (started < n && started - ended < at_a_time) {
			start(argv + optind);
			started++;
		}
		well += reap();
		ended++;
	}
	printf("%u\n", well);
	return 0;
}
