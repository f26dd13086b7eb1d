// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses both ways: bytes to text and back. Looks no names up.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/addr.h"

static const unsigned char mapped[12] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff
};

static unsigned int bits(unsigned int family)
{
	return family == AF_INET ? 32 : 128;
}

void addr_init(struct addr *addr, unsigned int family, const void *bytes)
{
	memset(addr, 0, sizeof(*addr));
	addr->family = family;
	memcpy(addr->bytes, bytes, bits(family) / 8);
}

bool addr_is_any(const struct addr *addr)
{
	static const unsigned char any[16];

	return !memcmp(addr->bytes, any, sizeof(any));
}

void addr_unmap(struct addr *addr)
{
	unsigned char v4[4];

	if (addr->family != AF_INET6 ||
	    memcmp(addr->bytes, mapped, sizeof(mapped)))
		return;
	memcpy(v4, addr->bytes + sizeof(mapped), sizeof(v4));
	addr_init(addr, AF_INET, v4);
}

void addr_mask(struct addr *addr, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < sizeof(addr->bytes); i++) {
		if (len >= 8)
			len -= 8;
		else
			addr->bytes[i] &= ~(0xff >> len), len = 0;
	}
}

bool addr_in(const struct addr *addr, const struct prefix *prefix)
{
	struct addr a = *addr;

	if (prefix->any)
		return true;
	if (prefix->addr.family == AF_INET)
		addr_unmap(&a);
	if (a.family != prefix->addr.family)
		return false;
	addr_mask(&a, prefix->len);
	return !memcmp(a.bytes, prefix->addr.bytes, sizeof(a.bytes));
}

void addr_text(const struct addr *addr, char *text)
{
	if (!inet_ntop(addr->family, addr->bytes, text, ENDPOINT_MAX))
		snprintf(text, ENDPOINT_MAX, "?");
}

static void endpoint(const struct addr *addr, const char *ifname,
		     unsigned int port, bool dual, char *text)
{
	char ip[ENDPOINT_MAX], number[16] = "*";
	bool brackets = addr->family == AF_INET6;

	addr_text(addr, ip);
	if (dual && brackets && addr_is_any(addr)) {
		snprintf(ip, sizeof(ip), "*");
		brackets = false;
	}
	if (port)
		snprintf(number, sizeof(number), "%u", port);
	snprintf(text, ENDPOINT_MAX, "%s%.46s%s%s%.62s:%s", brackets ? "[" : "",
		 ip, brackets ? "]" : "", *ifname ? "%" : "", ifname, number);
}

void addr_endpoint(const struct addr *addr, const struct interface_name *ifname,
		   unsigned int port, bool dual, char *text)
{
	endpoint(addr, ifname && *ifname->raw ? quoted(*ifname) : "", port, dual,
		 text);
}

void addr_endpoint_raw(const struct addr *addr, const struct interface_name *ifname,
		       unsigned int port, bool dual, char *text)
{
	endpoint(addr, ifname ? ifname->raw : "", port, dual, text);
}

/* "10" and "10.1" are short for 10.0.0.0 and 10.1.0.0, as in ss(8). */
static bool parse_v4(const char *text, struct addr *addr)
{
	unsigned int part, i;
	char *end;

	addr->family = AF_INET;
	for (i = 0; i < 4; i++) {
		if (*text < '0' || *text > '9')
			return false;
		part = strtoul(text, &end, 10);
		if (part > 255 || end - text > 3)
			return false;
		addr->bytes[i] = part;
		if (!*end)
			return true;
		if (*end != '.')
			return false;
		text = end + 1;
	}
	return false;
}

static bool parse_len(const char *text, unsigned int max, unsigned int *len)
{
	char *end;

	if (*text < '0' || *text > '9' || strlen(text) > 3)
		return false;
	*len = strtoul(text, &end, 10);
	return !*end && *len <= max;
}

bool addr_parse(const char *text, struct prefix *prefix)
{
	struct addr *addr = &prefix->addr;
	char ip[ENDPOINT_MAX];
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);

	memset(prefix, 0, sizeof(*prefix));
	if (!n || n >= sizeof(ip))
		return false;
	memcpy(ip, text, n);
	ip[n] = '\0';
	if (strchr(ip, ':')) {
		addr->family = AF_INET6;
		if (inet_pton(AF_INET6, ip, addr->bytes) != 1)
			return false;
	} else if (!parse_v4(ip, addr)) {
		return false;
	}
	prefix->len = bits(addr->family);
	if (slash && !parse_len(slash + 1, prefix->len, &prefix->len))
		return false;
	addr_mask(addr, prefix->len);
	return true;
}
