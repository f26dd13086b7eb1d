/* SPDX-License-Identifier: GPL-2.0 */
/* What stands in for functions that the tool calls; the Makefile says which where. */
#ifndef FUZZ_CLI_WRAP_H
#define FUZZ_CLI_WRAP_H

#include <dirent.h>
#include <stdio.h>
#include <time.h>
#include <sys/socket.h>
#include <sys/types.h>

struct cmd;
struct opts;

int __real_options_check(const struct cmd *cmd, struct opts *opts);
int __wrap_options_check(const struct cmd *cmd, struct opts *opts);

FILE *__wrap_fopen(const char *path, const char *mode);
DIR *__wrap_opendir(const char *path);
int __wrap_open(const char *path, int flags, ...);
int __wrap_scandir(const char *path, void *names, void *filter, void *compare);
int __wrap_isatty(int fd);
int __wrap_nanosleep(const struct timespec *time, struct timespec *remaining);
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
			   struct timespec *remaining);
int __wrap_close(int fd);
int __wrap_connect(int fd, const struct sockaddr *to, socklen_t len);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
int __wrap_socket(int domain, int type, int protocol);
ssize_t __wrap_send(int fd, const void *buf, size_t len, int flags);
ssize_t __wrap_recv(int fd, void *buf, size_t len, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags);

#endif
