// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers in the order of their appearance. What stands for addresses is from ranges
 * that nobody has: class E, and the prefix that discards (RFC 6666).
 */
#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <linux/types.h>

#include "base/addr.h"
#include "base/group.h"
#include "base/mask.h"

#define NAME_SIZE 380

/* @family: of addresses, so that no two kinds meet */
struct known_address {
	struct addr addr;
	__u32 number;
};

struct name {
	__u32 kind;
	char text[NAME_SIZE];
};

struct known_name {
	struct name name;
	__u32 number;
};

static struct {
	struct groups *addresses, *names;
	__u32 last_address[2], last_name[MASK_KINDS];
} mask;

void mask_begin(void)
{
	memset(&mask, 0, sizeof(mask));
	mask.addresses = groups_new(sizeof(struct addr),
				    sizeof(struct known_address));
	mask.names = groups_new(sizeof(struct name), sizeof(struct known_name));
}

void mask_end(void)
{
	groups_free(mask.addresses);
	groups_free(mask.names);
	memset(&mask, 0, sizeof(mask));
}

bool mask_is_on(void)
{
	return mask.names;
}

static bool is_public(const struct addr *addr)
{
	static const unsigned char one[16] = { [15] = 1 };

	if (addr_is_any(addr))
		return true;
	return addr->family == AF_INET ? addr->bytes[0] == 127 :
					 !memcmp(addr->bytes, one, sizeof(one));
}

static __u32 address_number(const struct addr *addr)
{
	struct known_address *known = groups_get(mask.addresses, addr);

	if (!known->number)
		known->number = ++mask.last_address[addr->family == AF_INET];
	return htonl(known->number);
}

static void mask_v4(const struct addr *addr, unsigned char *bytes)
{
	__u32 number = address_number(addr);

	memcpy(bytes, &number, sizeof(number));
	bytes[0] |= 240;
}

static void mask_v6(const struct addr *addr, unsigned char *bytes)
{
	__u32 number = address_number(addr);

	memset(bytes, 0, 16);
	bytes[0] = 1;
	memcpy(bytes + 12, &number, sizeof(number));
}

void mask_address(unsigned int family, void *bytes)
{
	unsigned char *at = bytes;
	struct addr addr;

	if (!mask_is_on())
		return;
	family = family == AF_INET ? AF_INET : AF_INET6;
	addr_init(&addr, family, bytes);
	addr_unmap(&addr);
	if (is_public(&addr))
		return;
	if (addr.family == AF_INET)
		mask_v4(&addr, family == AF_INET ? at : at + 12);
	else
		mask_v6(&addr, at);
}

/* Short: a name may have little room. */
void mask_name(enum mask_kind kind, char *name, size_t room)
{
	static const char *const words[] = {
		[MASK_PROCESS] = "p", [MASK_USER] = "user",
		[MASK_INTERFACE] = "if", [MASK_NETNS] = "ns",
	};
	struct name key = { .kind = kind };
	struct known_name *known;

	if (!mask_is_on() || !*name)
		return;
	snprintf(key.text, sizeof(key.text), "%s", name);
	known = groups_get(mask.names, &key);
	if (!known->number)
		known->number = ++mask.last_name[kind];
	snprintf(name, room, "%s%u", words[kind], known->number);
}
