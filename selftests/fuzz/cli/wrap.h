/* SPDX-License-Identifier: GPL-2.0 */
/* What stands in for functions that the tool calls; the Makefile says which where. */
#ifndef FUZZ_CLI_WRAP_H
#define FUZZ_CLI_WRAP_H

#include <dirent.h>
#include <stdio.h>
#include <time.h>
#include <sys/types.h>

struct cmd;
struct nl_cb;
struct nl_msg;
struct nl_sock;
struct opts;

int __real_options_check(const struct cmd *cmd, struct opts *opts);
int __wrap_options_check(const struct cmd *cmd, struct opts *opts);

int __wrap_genl_connect(struct nl_sock *sk);
int __wrap_genl_ctrl_resolve(struct nl_sock *sk, const char *name);
int __wrap_nl_recvmsgs(struct nl_sock *sk, struct nl_cb *cb);
int __wrap_nl_send_auto(struct nl_sock *sk, struct nl_msg *msg);

FILE *__wrap_fopen(const char *path, const char *mode);
DIR *__wrap_opendir(const char *path);
int __wrap_open(const char *path, int flags, ...);
int __wrap_scandir(const char *path, void *names, void *filter, void *compare);
int __wrap_isatty(int fd);
int __wrap_nanosleep(const struct timespec *time, struct timespec *remaining);
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
			   struct timespec *remaining);
int __wrap_socket(int domain, int type, int protocol);
ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags);
ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags);

#endif
