// SPDX-License-Identifier: GPL-2.0
/*
 * Connections over a network that end in many ways, for those who count
 * segments:
 *
 *   endings [-r FILE] -l PORT	the server, IPv4 and IPv6; until it is killed
 *   endings [-r FILE] [-t THREADS] [-n ROUNDS] [-o WAY,...] ADDRESS PORT
 *
 * The client's first byte tells the server what to do. Each thread of the
 * client takes all the ways in turn, or those of -o, ROUNDS times; no round
 * waits longer than bound_ms() for anything. Prints for each "WAY done failed";
 * on a network that loses packets some may fail. Each connection's round trip as
 * TCP measured it in the handshake (tcpi_rtt) is appended to FILE: "FAMILY US", or
 * "FAMILY -" where it could not.
 */
#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/tcp.h>

#include "raw.h"
#include "sock.h"

#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif

#define MAX_CONNS 1024
#define MAX_WAYS 16
#define BACKLOG 512

/* What the client orders: its first byte. */
enum order {
	ORDER_BULK = 'b',	/* many bytes, then close */
	ORDER_CLOSE = 'c',	/* close at once */
	ORDER_ECHO = 'h',	/* when the client's FIN has come: bytes, close */
	ORDER_RESET = 'r',	/* close with RST */
	ORDER_SAY = 's',	/* some bytes, then wait for the client's end */
	ORDER_WAIT = 'w',	/* wait for the client's end */
};

static char bytes[100000];
static FILE *rtts;

/* Before anything else was acknowledged the average is of the handshake alone. */
static void note_rtt(int fd, int family)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	if (!rtts)
		return;
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len))
		err(1, "TCP_INFO");
	if (info.tcpi_rtt)
		fprintf(rtts, "%s %u\n", family == AF_INET ? "inet" : "inet6", info.tcpi_rtt);
	else
		fprintf(rtts, "%s -\n", family == AF_INET ? "inet" : "inet6");
}

static void open_rtts(const char *path)
{
	rtts = fopen(path, "a");
	if (!rtts || setvbuf(rtts, NULL, _IOLBF, 0))
		err(1, "%s", path);
}

/* --- server ----------------------------------------------------------------- */

static struct pollfd fds[2 + MAX_CONNS];
static char orders[2 + MAX_CONNS];
static unsigned int n_fds;

static int listen_at(int family, unsigned int port)
{
	union addr at = { .sa.sa_family = family };
	int on = 1, fd = new_socket(family, 0), qlen = BACKLOG;

	if (family == AF_INET)
		at.in.sin_port = htons(port);
	else
		at.in6.sin6_port = htons(port);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)))
		return -1;
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, &qlen, sizeof(qlen));
	if (bind(fd, &at.sa, addr_len(&at)) || listen(fd, BACKLOG))
		return -1;
	return fd;
}

static void say(int fd, size_t len)
{
	if (send(fd, bytes, len, MSG_NOSIGNAL) < 0)
		return;
}

/* true when that was all there is to do */
static bool obey(int fd, char order)
{
	switch (order) {
	case ORDER_BULK:
		say(fd, sizeof(bytes));
		return true;
	case ORDER_CLOSE:
		return true;
	case ORDER_RESET:
		abort_on_close(fd);
		return true;
	case ORDER_SAY:
		say(fd, 100);
		return false;
	default:
		return false;
	}
}

static bool hear(unsigned int i)
{
	char buf[64];
	ssize_t n;

	n = read(fds[i].fd, buf, sizeof(buf));
	if (n < 0)
		return errno != EAGAIN;
	if (n == 0) {
		if (orders[i] == ORDER_ECHO)
			say(fds[i].fd, 20000);
		return true;
	}
	if (orders[i])
		return false;
	orders[i] = buf[0];
	return obey(fds[i].fd, buf[0]);
}

static void take(int listener, int family)
{
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return;
	note_rtt(fd, family);
	if (n_fds == ARRAY_SIZE(fds)) {
		close(fd);
		return;
	}
	orders[n_fds] = 0;
	fds[n_fds++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

static void drop(unsigned int i)
{
	close(fds[i].fd);
	fds[i] = fds[--n_fds];
	orders[i] = orders[n_fds];
}

static void serve(unsigned int port)
{
	unsigned int i;

	fds[0] = (struct pollfd){ .fd = listen_at(AF_INET, port), .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = listen_at(AF_INET6, port), .events = POLLIN };
	n_fds = 2;
	if (fds[0].fd < 0 || fds[1].fd < 0)
		err(1, "listen on port %u", port);
	while (poll(fds, n_fds, -1) > 0) {
		/* downwards: who is dropped is replaced by one already seen */
		for (i = n_fds; i-- > 2;)
			if (fds[i].revents && hear(i))
				drop(i);
		for (i = 0; i < 2; i++)
			if (fds[i].revents)
				take(fds[i].fd, i ? AF_INET6 : AF_INET);
	}
}

/* --- client ----------------------------------------------------------------- */

static union addr server;

static int open_and_order(char order)
{
	int one = 1, fd = new_socket(server.sa.sa_family, 0);
	socklen_t len = sizeof(int);
	int error = 0;

	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (!start_connect(fd, &server) && wait_for(fd, POLLOUT, bound_ms()) &&
	    !getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) && !error) {
		note_rtt(fd, server.sa.sa_family);
		if (!order || send(fd, &order, 1, MSG_NOSIGNAL) == 1)
			return fd;
	}
	close(fd);
	return -1;
}

static bool ends_with_reset(int fd)
{
	char byte;

	return wait_for(fd, POLLIN, bound_ms()) && read(fd, &byte, 1) < 0 && errno == ECONNRESET;
}

static bool closes(char order, bool wait)
{
	int fd = open_and_order(order);

	if (fd < 0)
		return false;
	if (order == ORDER_ECHO)
		shutdown(fd, SHUT_WR);
	if (wait)
		wait_eof(fd, bound_ms());
	close(fd);
	return true;
}

static bool plain(void)
{
	return closes(0, false);
}

static bool bulk(void)
{
	return closes(ORDER_BULK, true);
}

static bool server_closes(void)
{
	return closes(ORDER_CLOSE, true);
}

static bool both_close(void)
{
	return closes(ORDER_CLOSE, false);
}

static bool half_close(void)
{
	return closes(ORDER_ECHO, true);
}

static bool server_resets(void)
{
	int fd = open_and_order(ORDER_RESET);
	bool reset;

	if (fd < 0)
		return false;
	reset = ends_with_reset(fd);
	close(fd);
	return reset;
}

/*
 * What has been on its way for long comes when the server has reset: nobody but
 * the listener is left to answer.
 */
static bool late_segment(void)
{
	int raw, fd = open_and_order(ORDER_RESET);
	union addr here;
	socklen_t len = sizeof(here);
	bool sent;

	if (fd < 0)
		return false;
	raw = raw_open(server.sa.sa_family);
	sent = raw >= 0 && ends_with_reset(fd) && !getsockname(fd, &here.sa, &len) &&
	       !raw_send(raw, &here, &server, 1, RAW_ACK);
	close_fd(&raw);
	close(fd);
	return sent;
}

static bool client_resets(void)
{
	int fd = open_and_order(ORDER_WAIT);

	if (fd < 0)
		return false;
	abort_on_close(fd);
	close(fd);
	return true;
}

/* Closed with unread data: a RST instead of a FIN. */
static bool unread_data(void)
{
	int fd = open_and_order(ORDER_SAY);
	bool heard;

	if (fd < 0)
		return false;
	heard = wait_for(fd, POLLIN, bound_ms());
	close(fd);
	return heard;
}

/* Nobody listens one port further. */
static bool refused(void)
{
	union addr nobody = server;
	int fd;

	if (nobody.sa.sa_family == AF_INET)
		nobody.in.sin_port = htons(ntohs(nobody.in.sin_port) + 1);
	else
		nobody.in6.sin6_port = htons(ntohs(nobody.in6.sin6_port) + 1);
	fd = new_socket(nobody.sa.sa_family, 0);
	if (fd < 0)
		return false;
	if (!start_connect(fd, &nobody))
		wait_for(fd, POLLOUT, bound_ms());
	close(fd);
	return true;
}

/* The order is in the SYN. */
static bool fast_open(void)
{
	int on = 1, fd = new_socket(server.sa.sa_family, 0);
	char order = ORDER_CLOSE;

	if (fd < 0)
		return false;
	setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, &on, sizeof(on));
	if (sendto(fd, &order, 1, MSG_FASTOPEN | MSG_NOSIGNAL, &server.sa,
		   addr_len(&server)) < 0 && errno != EINPROGRESS) {
		close(fd);
		return false;
	}
	wait_eof(fd, bound_ms());
	close(fd);
	return true;
}

static const struct way {
	const char *name;
	bool (*go)(void);
} ways[] = {
	{ "plain", plain },
	{ "bulk", bulk },
	{ "server-closes", server_closes },
	{ "both-close", both_close },
	{ "half-close", half_close },
	{ "server-resets", server_resets },
	{ "late-segment", late_segment },
	{ "client-resets", client_resets },
	{ "unread-data", unread_data },
	{ "refused", refused },
	{ "fast-open", fast_open },
};

#define WAYS ARRAY_SIZE(ways)

struct worker {
	pthread_t thread;
	unsigned int rounds;
	unsigned int done[MAX_WAYS];
	unsigned int failed[MAX_WAYS];
};

static unsigned int enabled;

static void *work(void *data)
{
	struct worker *w = data;
	unsigned int i, n;

	for (n = 0; n < w->rounds; n++) {
		for (i = 0; i < WAYS; i++) {
			if (!(enabled & 1u << i))
				continue;
			if (ways[i].go())
				w->done[i]++;
			else
				w->failed[i]++;
		}
	}
	return NULL;
}

static void enable(char *list)
{
	char *word;
	size_t i;

	while ((word = strsep(&list, ","))) {
		for (i = 0; i < WAYS && strcmp(word, ways[i].name); i++)
			;
		if (i == WAYS)
			errx(2, "no such way: %s", word);
		enabled |= 1u << i;
	}
}

static void report(const struct worker *workers, unsigned int n)
{
	unsigned int i, t, done, failed;

	for (i = 0; i < WAYS; i++) {
		done = 0;
		failed = 0;
		for (t = 0; t < n; t++) {
			done += workers[t].done[i];
			failed += workers[t].failed[i];
		}
		if (enabled & 1u << i)
			printf("%s %u %u\n", ways[i].name, done, failed);
	}
}

static void name_server(const char *address, const char *port)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *found;

	if (getaddrinfo(address, port, &hints, &found))
		errx(2, "no address: %s %s", address, port);
	memcpy(&server, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
}

static void explain(void)
{
	errx(2, "usage: endings [-r FILE] -l PORT | [OPTION]... ADDRESS PORT");
}

int main(int argc, char **argv)
{
	unsigned int threads = 4, rounds = 10, port = 0, i;
	struct worker *workers;
	int opt;

	while ((opt = getopt(argc, argv, "l:t:n:o:r:")) != -1) {
		if (opt == 'l')
			port = strtoul(optarg, NULL, 10);
		else if (opt == 't')
			threads = strtoul(optarg, NULL, 10);
		else if (opt == 'n')
			rounds = strtoul(optarg, NULL, 10);
		else if (opt == 'o')
			enable(optarg);
		else if (opt == 'r')
			open_rtts(optarg);
		else
			explain();
	}
	signal(SIGPIPE, SIG_IGN);
	raise_fd_limit();
	if (port && optind == argc)
		serve(port);
	if (optind + 2 != argc || !threads)
		explain();
	name_server(argv[optind], argv[optind + 1]);
	if (!enabled)
		enabled = (1u << WAYS) - 1;
	workers = calloc(threads, sizeof(*workers));
	if (!workers)
		err(1, "calloc");
	for (i = 0; i < threads; i++) {
		workers[i].rounds = rounds;
		errno = pthread_create(&workers[i].thread, NULL, work, &workers[i]);
		if (errno)
			err(1, "pthread_create");
	}
	for (i = 0; i < threads; i++)
		pthread_join(workers[i].thread, NULL);
	report(workers, threads);
	free(workers);
	return 0;
}
