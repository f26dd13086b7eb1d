// SPDX-License-Identifier: GPL-2.0
/*
 * Two walks: first what was bound and listens, for that takes ports from all
 * others, then what is connected.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/filter.h"
#include "base/group.h"
#include "base/out.h"
#include "base/status.h"
#include "base/xalloc.h"
#include "host/sockdiag.h"
#include "reading/headroom.h"

#define PROGRESS_EVERY 16384

/* net/tcp_states.h: asks for bound sockets, which come as TCP_CLOSE */
#define TCP_BOUND_INACTIVE 13
#define STATES_BOUND (STATE_BIT(TCPULSE_STATE_LISTEN) | STATE_BIT(TCP_BOUND_INACTIVE))

/* tcp_time_wait(): TCP_TIMEWAIT_LEN */
#define TIME_WAIT_MS 60000

/* What a connect(2) that comes soon may find so much older. */
#define SOON_MS 1000

#define LOOPBACK_IFINDEX 1

struct walk {
	const struct filter *filter;
	unsigned int family;
	struct headroom *headroom;
};

/* --- sets of ports ----------------------------------------------------------- */

static bool set_has(const struct port_set *set, unsigned int port)
{
	return set->bits[port / 8] & 1 << port % 8;
}

/* Return: was it not there? */
static bool set_add(struct port_set *set, unsigned int port)
{
	bool is_new = !set_has(set, port);

	set->bits[port / 8] |= 1 << port % 8;
	return is_new;
}

/* --- sources --------------------------------------------------------------------- */

static struct source_ports *find_source(struct headroom *headroom,
					const struct addr *src)
{
	size_t i;

	for (i = 0; i < headroom->n_sources; i++)
		if (!memcmp(&headroom->sources[i].src, src, sizeof(*src)))
			return &headroom->sources[i];
	if (i == SOURCES_MAX)
		return NULL;
	headroom->sources[i].src = *src;
	headroom->n_sources++;
	return &headroom->sources[i];
}

/* NULL, and counted, when there are too many. */
static struct source_ports *use_of_source(const struct addr *src,
					  unsigned int port,
					  struct headroom *headroom)
{
	struct source_ports *source = find_source(headroom, src);

	if (!source)
		headroom->left_out++;
	else if (set_add(&source->set, port))
		source->used++;
	else
		source->shared += set_add(&source->twice, port);
	return source;
}

/* --- bound sockets and listeners ------------------------------------------------ */

/* With a device it may belong to a VRF, whose buckets are not ours. */
static void refuse(const struct diag_socket *socket, struct headroom *headroom)
{
	bool listens = socket->state == TCPULSE_STATE_LISTEN;

	if (socket->ifindex || !set_add(&headroom->refused, socket->sport))
		return;
	set_add(listens ? &headroom->listening : &headroom->bound, socket->sport);
	if (listens)
		headroom->n_listening++;
	else
		headroom->n_bound++;
}

static void use(const struct diag_socket *socket, struct headroom *headroom)
{
	headroom->n_used += set_add(&headroom->used, socket->sport);
}

static void count_socket(struct headroom *headroom)
{
	if (++headroom->sockets % PROGRESS_EVERY == 0)
		progress("walking: %llu sockets", headroom->sockets);
}

/* bind(2) of port 0 leaves out what another socket of that address has. */
static void bind_source(const struct diag_socket *socket, struct headroom *headroom)
{
	struct addr src = socket->src;

	addr_unmap(&src);
	if (!addr_is_any(&src))
		use_of_source(&src, socket->sport, headroom);
	else if (src.family == AF_INET)
		set_add(&headroom->wild4, socket->sport);
	else
		set_add(&headroom->wild6, socket->sport);
}

static void see_bound(const struct diag_socket *socket, void *arg)
{
	struct walk *walk = arg;
	struct headroom *headroom = walk->headroom;

	count_socket(headroom);
	if (!ports_has(&headroom->ports, socket->sport))
		return;
	if (socket->state != TCPULSE_STATE_LISTEN)
		headroom->rules.lists_bound = true;
	use(socket, headroom);
	refuse(socket, headroom);
	bind_source(socket, headroom);
}

/* --- connections ---------------------------------------------------------------- */

static bool is_loopback(const struct addr *addr)
{
	static const unsigned char ip6[16] = { [15] = 1 };

	return addr->family == AF_INET ? addr->bytes[0] == 127 :
	       !memcmp(addr->bytes, ip6, sizeof(ip6));
}

/* As tcp_twsk_unique() of each kernel, but for timestamps. A FIN-WAIT-2 never is. */
static bool may_be_taken_over(const struct diag_socket *socket,
			      const struct route *route,
			      const struct port_rules *rules)
{
	__u64 left = socket->remaining_ms, delay = rules->tw_reuse_delay_ms;

	if (!socket->minisock || socket->state != TCPULSE_STATE_TIME_WAIT ||
	    !rules->tw_reuse)
		return false;
	if (left + delay > TIME_WAIT_MS + SOON_MS)
		return false;
	return rules->tw_reuse != 2 || route->ifindex == LOOPBACK_IFINDEX ||
	       is_loopback(&route->src) || is_loopback(&route->dst);
}

static void add_to_route(const struct diag_socket *socket,
			 const struct route *key, struct headroom *headroom)
{
	struct route_ports *route = groups_get(headroom->routes, key);
	struct source_ports *source;
	bool reusable = may_be_taken_over(socket, key, &headroom->rules);

	route->used++;
	route->time_wait += socket->state == TCPULSE_STATE_TIME_WAIT;
	if (!set_has(&headroom->refused, socket->sport)) {
		route->taken += !reusable;
		route->reusable += reusable;
	}
	source = use_of_source(&key->src, socket->sport, headroom);
	if (source)
		source->routes += route->used == 1;
}

static bool is_wanted(const struct walk *walk, const struct diag_socket *socket)
{
	struct endpoints endpoints = {
		.state = socket->state,
		.src = socket->src, .dst = socket->dst,
		.sport = socket->sport, .dport = socket->dport,
	};

	if (walk->family != AF_UNSPEC && walk->family != socket->family)
		return false;
	return !walk->filter || filter_match(walk->filter, &endpoints);
}

static void see_connected(const struct diag_socket *socket, void *arg)
{
	struct route key = {
		.src = socket->src, .dst = socket->dst,
		.dport = socket->dport, .ifindex = socket->ifindex,
	};
	struct walk *walk = arg;

	count_socket(walk->headroom);
	if (!ports_has(&walk->headroom->ports, socket->sport))
		return;
	use(socket, walk->headroom);
	if (!socket->dport || !is_wanted(walk, socket))
		return;
	addr_unmap(&key.src);
	addr_unmap(&key.dst);
	add_to_route(socket, &key, walk->headroom);
}

/* --- both walks -------------------------------------------------------------------- */

static int walk_both(unsigned int states,
		     void (*each)(const struct diag_socket *socket, void *arg),
		     struct walk *walk)
{
	return sockdiag_walk(AF_INET, states, SOCKDIAG_PLAIN, each, walk) ?:
	       sockdiag_walk(AF_INET6, states, SOCKDIAG_PLAIN, each, walk);
}

int headroom_take(const struct filter *filter, int family,
		  struct headroom *headroom)
{
	struct walk walk = { filter, family, headroom };
	__u64 start = clock_ms();
	int st;

	memset(headroom, 0, sizeof(*headroom));
	headroom->some = (filter && !filter_is_empty(filter)) ||
			 family != AF_UNSPEC;
	headroom->routes = groups_new(sizeof(struct route),
				      sizeof(struct route_ports));
	headroom->sources = xcalloc(SOURCES_MAX, sizeof(*headroom->sources));
	st = ports_read(&headroom->ports);
	if (st)
		return st;
	ports_read_rules(&headroom->rules);
	st = walk_both(STATES_BOUND, see_bound, &walk) ?:
	     walk_both(STATES_ALL & ~STATE_BIT(TCPULSE_STATE_LISTEN),
		       see_connected, &walk);
	progress(NULL);
	headroom->duration_ms = clock_ms() - start;
	return st;
}

void headroom_drop(struct headroom *headroom)
{
	if (headroom->routes)
		groups_free(headroom->routes);
	free(headroom->sources);
}

/* --- what is free --------------------------------------------------------------------- */

static __u64 less(__u64 a, __u64 b)
{
	return a > b ? a - b : 0;
}

/* Of an odd range the kernel tries one less, and which end it leaves out is chance. */
static bool may_miss_an_end(const struct headroom *headroom)
{
	const struct ports *ports = &headroom->ports;

	if (ports->low == ports->high || (ports->high - ports->low) % 2)
		return false;
	return (ports_has(ports, ports->low) &&
		!set_has(&headroom->used, ports->low)) ||
	       (ports_has(ports, ports->high) &&
		!set_has(&headroom->used, ports->high));
}

/* What is not known for any pair. */
static void doubt(const struct headroom *headroom, struct free_ports *free)
{
	if (may_miss_an_end(headroom) && free->low) {
		free->low--;
		free->why |= UNSURE_ODD;
	}
	if (!headroom->rules.lists_bound && free->low) {
		free->low = 0;
		free->why |= UNSURE_BOUND;
	}
	if (free->low >= free->high) {
		free->low = free->high;
		free->why = 0;
	}
}

struct free_ports headroom_connect(const struct headroom *headroom,
				   const struct route_ports *route)
{
	__u64 own = route->taken + route->reusable;
	__u64 refused = headroom->n_listening + headroom->n_bound;
	struct free_ports free = {
		.low = less(headroom->ports.capacity, headroom->n_used),
		.high = less(headroom->ports.capacity, refused + route->taken),
	};

	if (route->reusable)
		free.why |= UNSURE_TIME_WAIT;
	if (headroom->n_used > refused + own)
		free.why |= UNSURE_SHARED;
	doubt(headroom, &free);
	return free;
}

static unsigned int size_of(const struct port_set *set)
{
	unsigned int i, n = 0;

	for (i = 0; i < sizeof(set->bits); i++)
		n += __builtin_popcount(set->bits[i]);
	return n;
}

static void join(struct port_set *set, const struct port_set *more)
{
	size_t i;

	for (i = 0; i < sizeof(set->bits); i++)
		set->bits[i] |= more->bits[i];
}

/* A socket on :: may have IPv4's ports too, or may be of IPv6 alone. */
struct free_ports headroom_bind(const struct headroom *headroom,
				const struct source_ports *source)
{
	bool ip4 = source->src.family == AF_INET;
	struct port_set set = source->set;
	struct free_ports free = { };

	join(&set, ip4 ? &headroom->wild4 : &headroom->wild6);
	free.high = less(headroom->ports.capacity, size_of(&set));
	if (ip4)
		join(&set, &headroom->wild6);
	free.low = less(headroom->ports.capacity, size_of(&set));
	if (free.low < free.high)
		free.why |= UNSURE_SHARED;
	doubt(headroom, &free);
	return free;
}

static int by_used(const void *a, const void *b)
{
	const struct route_ports *x = *(struct route_ports *const *)a;
	const struct route_ports *y = *(struct route_ports *const *)b;

	if (x->used != y->used)
		return x->used > y->used ? -1 : 1;
	return memcmp(&x->key, &y->key, sizeof(x->key));
}

struct route_ports **headroom_sorted(const struct headroom *headroom, size_t *n)
{
	return (struct route_ports **)groups_sorted(headroom->routes, by_used, n);
}
