// SPDX-License-Identifier: GPL-2.0
/*
 * Listeners in the order of their addresses, and a search as inet_lookup_listener() and
 * inet6_lookup_listener() have it.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/parse.h"
#include "base/status.h"
#include "base/xalloc.h"
#include "host/names.h"
#include "reading/accepting.h"

static void add(const struct diag_socket *socket, void *arg)
{
	struct accepting *accepting = arg;

	if (accepting->n == accepting->room) {
		accepting->room = accepting->room ? accepting->room * 2 : 64;
		accepting->list = xreallocarray(accepting->list, accepting->room,
						sizeof(*accepting->list));
	}
	accepting->list[accepting->n++] = *socket;
}

/* Not by what tells those apart that share all of this. */
static int by_place(const struct diag_socket *x, const struct diag_socket *y)
{
	if (x->sport != y->sport)
		return x->sport < y->sport ? -1 : 1;
	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	if (x->ifindex != y->ifindex)
		return x->ifindex < y->ifindex ? -1 : 1;
	if (x->v6only != y->v6only)
		return x->v6only - y->v6only;
	return memcmp(&x->src, &y->src, sizeof(x->src));
}

static int by_place_and_inode(const void *a, const void *b)
{
	const struct diag_socket *x = a, *y = b;

	return by_place(x, y) ?: (x->inode > y->inode) - (x->inode < y->inode);
}

static void name_interfaces(struct accepting *accepting)
{
	size_t i;

	accepting->ifname = xcalloc(accepting->n + 1, sizeof(*accepting->ifname));
	for (i = 0; i < accepting->n; i++)
		if (accepting->list[i].ifindex)
			interface_name(accepting->list[i].ifindex,
				       &accepting->ifname[i]);
}

int accepting_take(struct accepting *accepting)
{
	unsigned int listen = STATE_BIT(TCPULSE_STATE_LISTEN);
	int st;

	memset(accepting, 0, sizeof(*accepting));
	st = sockdiag_walk(AF_INET, listen, SOCKDIAG_PLAIN, add, accepting) ?:
	     sockdiag_walk(AF_INET6, listen, SOCKDIAG_PLAIN, add, accepting);
	if (accepting->n)
		qsort(accepting->list, accepting->n, sizeof(*accepting->list),
		      by_place_and_inode);
	name_interfaces(accepting);
	return st;
}

void accepting_drop(struct accepting *accepting)
{
	free(accepting->list);
	free(accepting->ifname);
}

/* --- lookup -------------------------------------------------------------- */

/* The first that is not before @place. */
static size_t lower_bound(const struct accepting *accepting,
			  const struct diag_socket *place)
{
	size_t low = 0, high = accepting->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (by_place(&accepting->list[mid], place) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static size_t at_place(const struct accepting *accepting,
		       const struct diag_socket *place, size_t *first)
{
	size_t n = 0;

	*first = lower_bound(accepting, place);
	while (*first + n < accepting->n &&
	       !by_place(&accepting->list[*first + n], place))
		n++;
	return n;
}

static bool is_mapped(const struct addr *addr)
{
	struct addr plain = *addr;

	addr_unmap(&plain);
	return plain.family != addr->family;
}

/* One of IPv6 only has nothing that came by IPv4. */
static size_t of_either(const struct accepting *accepting,
			struct diag_socket *place, bool ipv4, size_t *first)
{
	size_t n;

	place->v6only = false;
	n = at_place(accepting, place, first);
	if (n || ipv4 || place->family != AF_INET6)
		return n;
	place->v6only = true;
	return at_place(accepting, place, first);
}

static size_t on_interface(const struct accepting *accepting,
			   const struct diag_socket *child, unsigned int ifindex,
			   size_t *first)
{
	bool ipv4 = is_mapped(&child->src);
	struct diag_socket place = {
		.sport = child->sport, .family = child->family,
		.ifindex = ifindex, .src = child->src,
	};
	size_t n = of_either(accepting, &place, ipv4, first);

	if (n)
		return n;
	memset(place.src.bytes, 0, sizeof(place.src.bytes));
	return of_either(accepting, &place, ipv4, first);
}

/* A VRF gives the children of a listener that is bound to none its own interface. */
size_t accepting_find(const struct accepting *accepting,
		      const struct diag_socket *child, size_t *first)
{
	size_t n = on_interface(accepting, child, child->ifindex, first);

	if (!n && child->ifindex)
		n = on_interface(accepting, child, 0, first);
	return n;
}
