/* SPDX-License-Identifier: GPL-2.0 */
/* One question to the family tcpulse, one answer taken apart strictly. */
#ifndef SELFTESTS_TCPULSE_GET_H
#define SELFTESTS_TCPULSE_GET_H

#include <stddef.h>

#include <libmnl/libmnl.h>
#include <linux/types.h>

#include "kernel_socket.h"

enum { EX_REFUSED = 1, EX_USAGE = 2, EX_ABSENT = 3, EX_INTERRUPTED = 4 };

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* --- tcpulse_get_ask.c --- */

extern struct mnl_socket *nl;
extern __u16 family_id;

/* what a question is about: AF_INET, AF_INET6, or 0; segments on or off; a parameter */
extern __u16 want_family;
extern int want_enabled;
extern const char *want_param;

void die(int status, const char *fmt, ...);
const char *family_name(unsigned int family);

/* Finds the family, or ends the program. */
void resolve(void);

void transact(__u16 type, __u8 cmd, const char *name, mnl_cb_t cb, void *data);

/* want ATTR of SIZE bytes: tests must notice an attribute of another type */
__u64 get_uint(const struct nlattr *attr, size_t size);

/*
 * Attributes 1..max of a nest into values; sizes[] says how long each is, 0
 * for a flag. All but flags and the optional one must be there, once.
 */
unsigned int parse_nest(const struct nlattr *nest, const __u8 *sizes,
			unsigned int max, unsigned int optional, __u64 *values);

/* tables of tcpulse_get_listeners.c */
void get_listeners(void);
void get_overflow(void);
void get_refusals(void);

/* tables of tcpulse_get_tune.c */
void get_params(void);
void get_pending(void);
void get_changes(void);

#endif
