/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IP addresses: text as ss(8) writes it, prefixes.
 */
#ifndef CLI_ADDR_H
#define CLI_ADDR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/foreign.h"

/* Holds any endpoint: address, %interface and :port. */
#define ENDPOINT_MAX	128

/**
 * struct addr - an address without its port
 * @family: AF_INET or AF_INET6
 * @bytes: 4 or 16, in network byte order; the rest zero
 */
struct addr {
	unsigned int family;
	unsigned char bytes[16];
};

/* @len bits of @addr; 0 fits every address of any family when @any is set. */
struct prefix {
	struct addr addr;
	unsigned int len;
	bool any;
};

void addr_init(struct addr *addr, unsigned int family, const void *bytes);

bool addr_is_any(const struct addr *addr);

/* An IPv4-mapped IPv6 address becomes the IPv4 address it stands for. */
void addr_unmap(struct addr *addr);

/* Keep the first @len bits. */
void addr_mask(struct addr *addr, unsigned int len);

/* IPv4 prefixes contain the IPv4-mapped addresses of IPv6 as well. */
bool addr_in(const struct addr *addr, const struct prefix *prefix);

/* @text: at least ENDPOINT_MAX; no brackets */
void addr_text(const struct addr *addr, char *text);

/**
 * addr_endpoint() - address and port in the spelling of ss(8)
 * @addr: the address
 * @ifname: the interface it is bound to, which is quoted(), or ""; or NULL
 * @port: the port, or 0 for '*'
 * @dual: an IPv6 socket that takes IPv4 as well: its "any" is '*'
 * @text: result, at least ENDPOINT_MAX
 */
void addr_endpoint(const struct addr *addr, const struct interface_name *ifname,
		   unsigned int port, bool dual, char *text);

/* The same for programs: the interface's name as it is. */
void addr_endpoint_raw(const struct addr *addr, const struct interface_name *ifname,
		       unsigned int port, bool dual, char *text);

/**
 * addr_parse() - a prefix or an address
 * @text: "10.0.0.1", "10/8", "::1", "2001:db8::/32"
 * @prefix: result; an address is one of full length
 *
 * Return: false unless all of @text is one.
 */
bool addr_parse(const char *text, struct prefix *prefix);

#endif
