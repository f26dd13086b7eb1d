/* SPDX-License-Identifier: GPL-2.0 */
/* TCP sockets on loopback, the way the traffic makers need them. */
#ifndef TRAFFIC_SOCK_H
#define TRAFFIC_SOCK_H

#include <stdbool.h>
#include <netinet/in.h>
#include <linux/types.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* What the two ends are; MAPPED and DUAL talk IPv4 through AF_INET6 sockets. */
enum kind {
	KIND_V4,	/* both AF_INET */
	KIND_V6,	/* both AF_INET6 */
	KIND_MAPPED,	/* both AF_INET6, addresses ::ffff:127.0.0.1 */
	KIND_DUAL,	/* client AF_INET, server an AF_INET6 socket on :: */
	KINDS,
};

extern const char * const kind_names[KINDS];

union addr {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* One connection: fds of its two ends, -1 when closed. */
struct pair {
	int c;
	int s;
};

/* An idle machine waits no longer for anything here; this one as it is slower. */
#define BOUND_MS 5000
#define bound_ms() scaled_ms(BOUND_MS)
int scaled_ms(int ms);

/* Timers of what this process does then run where it does: none is late when it is not. */
void stay_on_this_cpu(void);

socklen_t addr_len(const union addr *a);
int client_family(enum kind k);
int server_family(enum kind k);

/* kinds named in a comma-separated list, as a mask; 0 on an unknown word */
unsigned int parse_kinds(char *list);

/* what sockets talk to: loopback, or what the environment says, see sock.c */
void own_address(int family, bool mapped, union addr *a);
/* binds to TRAFFIC_DEVICE, if there is one; -1 on failure, with errno */
int to_device(int fd);

/* All sockets are non-blocking. -1 on failure, with errno. */
int new_socket(int family, int protocol);
int listen_on(enum kind k, int protocol, int backlog, union addr *to);
int start_connect(int fd, const union addr *to);
int connect_to(enum kind k, int protocol, const union addr *to);
int accept_from(int listener);
int open_pair(enum kind k, int listener, const union addr *to, struct pair *p);
void close_pair(struct pair *p);
void close_fd(int *fd);

/* an address of this kind with a port nobody has, bound by *fd */
int bind_any(enum kind k, bool client, int *fd, union addr *at);

bool wait_for(int fd, short events, int ms);
void wait_eof(int fd, int ms);

/* A mute socket drops all it receives: its peer's segments get no answer. */
void mute(int fd);
void unmute(int fd);

void abort_on_close(int fd);
/* what the next byte that fd sends will be numbered */
bool next_seq(int fd, __u32 *seq);
int tcp_state(int fd);
/* until the socket is in that state; false after bound_ms() */
bool await_state(int fd, int state);

void nap_us(unsigned int us);
void raise_fd_limit(void);

/* xorshift64*: the same seed gives the same traffic */
struct rng {
	__u64 x;
};

void rng_seed(struct rng *r, __u64 seed);
unsigned int rng_below(struct rng *r, unsigned int n);

#endif
