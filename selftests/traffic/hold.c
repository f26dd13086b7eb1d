// SPDX-License-Identifier: GPL-2.0
/*
 * Brings sockets into given states on loopback and holds them there:
 *
 *   hold [-k KINDS] [RECIPE=N]...
 *
 * Prints the populations this makes, "FAMILY STATE count", known by
 * construction, then "ready". Holds until its standard input ends or says
 * "quit"; then lets go of everything in good order. Killed, it leaves orphans.
 * A line "open" on standard input unmutes the mute sockets, and is answered
 * with "opened".
 *
 * No packet is lost on the way: a mute socket (a filter that takes nothing)
 * keeps its peer waiting for as long as the peer retransmits, a minute or more.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/tcp.h>

#include "sock.h"

/* In the order of the kernel's numbering; netinet/tcp.h numbers the same. */
static const char * const state_names[] = {
	[TCP_ESTABLISHED] = "ESTAB", [TCP_SYN_SENT] = "SYN-SENT",
	[TCP_SYN_RECV] = "SYN-RECV", [TCP_FIN_WAIT1] = "FIN-WAIT-1",
	[TCP_FIN_WAIT2] = "FIN-WAIT-2", [TCP_TIME_WAIT] = "TIME-WAIT",
	[TCP_CLOSE] = "CLOSED", [TCP_CLOSE_WAIT] = "CLOSE-WAIT",
	[TCP_LAST_ACK] = "LAST-ACK", [TCP_LISTEN] = "LISTEN",
	[TCP_CLOSING] = "CLOSING",
};

#define STATES ARRAY_SIZE(state_names)

static unsigned int made[2][STATES];
static int *held, *muted;
static unsigned int n_held, n_muted;

/* listeners of the current kind: one that answers, one that never does */
static int listener, hole;
static union addr to, to_hole;

static void count(int family, int state)
{
	made[family == AF_INET6][state]++;
}

static void append(int **list, unsigned int *n, int fd)
{
	if (!(*n & (*n + 1))) {
		*list = realloc(*list, 2 * (*n + 1) * sizeof(**list));
		if (!*list)
			err(1, "realloc");
	}
	(*list)[(*n)++] = fd;
}

static void keep(int fd)
{
	append(&held, &n_held, fd);
}

static void keep_mute(int fd)
{
	mute(fd);
	append(&muted, &n_muted, fd);
}

static void must_be(int fd, int state, const char *what)
{
	if (!await_state(fd, state))
		errx(1, "%s: in state %d, not %s", what, tcp_state(fd), state_names[state]);
}

static struct pair pair_of(enum kind k, const char *what)
{
	struct pair p;

	if (open_pair(k, listener, &to, &p))
		err(1, "%s: connect", what);
	must_be(p.s, TCP_ESTABLISHED, what);
	return p;
}

static void keep_pair(struct pair p)
{
	keep(p.c);
	keep(p.s);
}

static void make_listen(enum kind k)
{
	union addr a;
	int fd = listen_on(k, 0, 8, &a);

	if (fd < 0)
		err(1, "listen");
	keep(fd);
	count(server_family(k), TCP_LISTEN);
}

static void make_estab(enum kind k)
{
	keep_pair(pair_of(k, "estab"));
	count(client_family(k), TCP_ESTABLISHED);
	count(server_family(k), TCP_ESTABLISHED);
}

static void make_syn_sent(enum kind k)
{
	int fd = new_socket(client_family(k), 0);

	if (fd < 0 || start_connect(fd, &to_hole))
		err(1, "syn-sent");
	must_be(fd, TCP_SYN_SENT, "syn-sent");
	keep(fd);
	count(client_family(k), TCP_SYN_SENT);
}

/* A request sock: the client never hears the SYN-ACK. */
static void make_syn_recv(enum kind k)
{
	int fd = new_socket(client_family(k), 0);

	if (fd < 0)
		err(1, "syn-recv");
	keep_mute(fd);
	if (start_connect(fd, &to))
		err(1, "syn-recv");
	keep(fd);
	count(client_family(k), TCP_SYN_SENT);
	count(server_family(k), TCP_SYN_RECV);
}

/*
 * A full socket in SYN_RECV, by half a simultaneous open: a's SYN is refused
 * by nobody (it is mute), then b's SYN meets a in SYN_SENT.
 */
static void make_syn_recv_full(enum kind k)
{
	union addr at_a, at_b;
	int a, b;

	if (bind_any(k, true, &a, &at_a) || bind_any(k, true, &b, &at_b))
		err(1, "syn-recv-full: bind");
	mute(a);
	if (start_connect(a, &at_b))
		err(1, "syn-recv-full: connect");
	must_be(a, TCP_SYN_SENT, "syn-recv-full");
	keep_mute(b);
	unmute(a);
	if (start_connect(b, &at_a))
		err(1, "syn-recv-full: connect back");
	must_be(a, TCP_SYN_RECV, "syn-recv-full");
	keep(a);
	keep(b);
	count(client_family(k), TCP_SYN_RECV);
	count(client_family(k), TCP_SYN_SENT);
}

static void make_fin_wait_1(enum kind k)
{
	struct pair p = pair_of(k, "fin-wait-1");

	keep_mute(p.s);
	shutdown(p.c, SHUT_WR);
	must_be(p.c, TCP_FIN_WAIT1, "fin-wait-1");
	keep_pair(p);
	count(client_family(k), TCP_FIN_WAIT1);
	count(server_family(k), TCP_ESTABLISHED);
}

static void make_fin_wait_1_orphan(enum kind k)
{
	struct pair p = pair_of(k, "fin-wait-1-orphan");

	keep_mute(p.s);
	close(p.c);
	keep(p.s);
	count(client_family(k), TCP_FIN_WAIT1);
	count(server_family(k), TCP_ESTABLISHED);
}

static struct pair half_closed(enum kind k, const char *what)
{
	struct pair p = pair_of(k, what);

	shutdown(p.c, SHUT_WR);
	must_be(p.s, TCP_CLOSE_WAIT, what);
	must_be(p.c, TCP_FIN_WAIT2, what);
	return p;
}

static void make_fin_wait_2(enum kind k)
{
	keep_pair(half_closed(k, "fin-wait-2"));
	count(client_family(k), TCP_FIN_WAIT2);
	count(server_family(k), TCP_CLOSE_WAIT);
}

/* The same as a minisock: nobody holds the socket any more. */
static void make_fin_wait_2_orphan(enum kind k)
{
	struct pair p = half_closed(k, "fin-wait-2-orphan");

	close(p.c);
	keep(p.s);
	count(client_family(k), TCP_FIN_WAIT2);
	count(server_family(k), TCP_CLOSE_WAIT);
}

static void make_last_ack(enum kind k)
{
	struct pair p = half_closed(k, "last-ack");

	keep_mute(p.c);
	shutdown(p.s, SHUT_WR);
	must_be(p.s, TCP_LAST_ACK, "last-ack");
	keep_pair(p);
	count(client_family(k), TCP_FIN_WAIT2);
	count(server_family(k), TCP_LAST_ACK);
}

/* The server does not hear the client's FIN, the client hears the server's. */
static void make_closing(enum kind k)
{
	struct pair p = pair_of(k, "closing");

	keep_mute(p.s);
	shutdown(p.c, SHUT_WR);
	shutdown(p.s, SHUT_WR);
	must_be(p.c, TCP_CLOSING, "closing");
	must_be(p.s, TCP_FIN_WAIT1, "closing");
	keep_pair(p);
	count(client_family(k), TCP_CLOSING);
	count(server_family(k), TCP_FIN_WAIT1);
}

static void make_time_wait(enum kind k)
{
	struct pair p = half_closed(k, "time-wait");

	shutdown(p.s, SHUT_WR);
	must_be(p.s, TCP_CLOSE, "time-wait");
	close_pair(&p);
	count(client_family(k), TCP_TIME_WAIT);
}

static const struct recipe {
	const char *name;
	void (*make)(enum kind k);
} recipes[] = {
	{ "listen", make_listen },
	{ "estab", make_estab },
	{ "syn-sent", make_syn_sent },
	{ "syn-recv", make_syn_recv },
	{ "syn-recv-full", make_syn_recv_full },
	{ "fin-wait-1", make_fin_wait_1 },
	{ "fin-wait-1-orphan", make_fin_wait_1_orphan },
	{ "fin-wait-2", make_fin_wait_2 },
	{ "fin-wait-2-orphan", make_fin_wait_2_orphan },
	{ "last-ack", make_last_ack },
	{ "closing", make_closing },
	{ "time-wait", make_time_wait },
};

#define RECIPES ARRAY_SIZE(recipes)

static void follow_recipe(enum kind k, const char *word)
{
	size_t len = strcspn(word, "="), i;
	unsigned int n;

	for (i = 0; i < RECIPES; i++)
		if (strlen(recipes[i].name) == len && !strncmp(word, recipes[i].name, len))
			break;
	if (i == RECIPES || !word[len])
		errx(2, "no such recipe: %s", word);
	for (n = strtoul(word + len + 1, NULL, 10); n; n--)
		recipes[i].make(k);
}

static void open_listeners(enum kind k)
{
	listener = listen_on(k, 0, 4096, &to);
	hole = listen_on(k, 0, 8, &to_hole);
	if (listener < 0 || hole < 0)
		err(1, "listen (%s)", kind_names[k]);
	mute(hole);
	keep(listener);
	keep(hole);
	count(server_family(k), TCP_LISTEN);
	count(server_family(k), TCP_LISTEN);
}

static void print_made(void)
{
	unsigned int f, s;

	for (f = 0; f < 2; f++)
		for (s = 1; s < STATES; s++)
			if (s != TCP_CLOSE)
				printf("%s %s %u\n", f ? "inet6" : "inet",
				       state_names[s], made[f][s]);
	puts("ready");
	fflush(stdout);
}

static void open_ears(void)
{
	while (n_muted)
		unmute(muted[--n_muted]);
}

/* What has not come about must not do so when the ears open. */
static void give_up_connecting(void)
{
	unsigned int i;

	for (i = 0; i < n_held; i++) {
		if (tcp_state(held[i]) != TCP_SYN_SENT)
			continue;
		close(held[i]);
		held[i] = -1;
	}
}

static void obey(void)
{
	char line[16];

	while (fgets(line, sizeof(line), stdin) && strcmp(line, "quit\n")) {
		if (strcmp(line, "open\n"))
			continue;
		open_ears();
		puts("opened");
		fflush(stdout);
	}
	give_up_connecting();
	open_ears();
	while (n_held)
		close(held[--n_held]);
}

int main(int argc, char **argv)
{
	unsigned int kinds = (1u << KINDS) - 1, k;
	int opt, i;

	while ((opt = getopt(argc, argv, "k:")) != -1) {
		if (opt == 'k')
			kinds = parse_kinds(optarg);
		if (opt != 'k' || !kinds)
			errx(2, "usage: hold [-k v4,v6,mapped,dual] [RECIPE=N]...");
	}
	raise_fd_limit();
	for (k = 0; k < KINDS; k++) {
		if (!(kinds & 1u << k))
			continue;
		open_listeners(k);
		for (i = optind; i < argc; i++)
			follow_recipe(k, argv[i]);
	}
	print_made();
	obey();
	return 0;
}
