// SPDX-License-Identifier: GPL-2.0
/*
 * What is wrong with bytes rather than with attributes: lengths that lie, ends
 * that are missing, values that are noise.
 */
#include <string.h>
#include <linux/netlink.h>

#include "message.h"
#include "values.h"

/* an attribute of the request, NULL when it has none */
static struct nlattr *some_attr(struct message *m, struct rng *r)
{
	const unsigned int which = rng_next(r) % PLACES_MAX;

	return m->n_places ? (void *)(m->buf + m->place[which % m->n_places]) : NULL;
}

static void lie_about_attr(struct message *m, struct rng *r)
{
	static const __u16 lens[] = { 0, 1, 3, 4, 5, 8, 0x7fff, 0x8000, 0xfffc, 0xffff };
	struct nlattr *attr = some_attr(m, r);
	const unsigned int which = rnd(r, 20), by = rnd(r, 16);

	if (attr)
		attr->nla_len = which < 10 ? lens[which] : attr->nla_len + by - 8;
}

static void lie_about_message(struct message *m, struct rng *r, size_t start)
{
	struct nlmsghdr *nlh = (void *)(m->buf + start);
	const unsigned int how = rnd(r, 4), by = 1 + rnd(r, 24);
	const __u32 any = extreme(r);

	switch (how) {
	case 0:
		nlh->nlmsg_len = nlh->nlmsg_len > by ? nlh->nlmsg_len - by : 0;
		break;
	case 1:
		nlh->nlmsg_len += by;
		break;
	case 2:
		nlh->nlmsg_len = by;
		break;
	default:
		nlh->nlmsg_len = any;
	}
}

/* The datagram ends before its last request does, or that has an honest end early. */
static void cut(struct message *m, struct rng *r, size_t start, bool last)
{
	struct nlmsghdr *nlh = (void *)(m->buf + start);
	const size_t by = rng_next(r) % (m->len - start);
	const bool honest = chance(r, 70);

	if (!last && (!honest || m->len - by - start < sizeof(*nlh)))
		return;
	m->len -= by;
	if (honest && m->len - start >= sizeof(*nlh))
		nlh->nlmsg_len = m->len - start;
}

static void trail(struct message *m, struct rng *r, size_t start)
{
	struct nlmsghdr *nlh = (void *)(m->buf + start);
	const unsigned int by = 1 + rnd(r, 40), what = rnd(r, 256);

	memset(m->buf + m->len, what, by);
	m->len += by;
	nlh->nlmsg_len = m->len - start;
}

static void make_noise(struct message *m, struct rng *r, size_t start)
{
	const size_t headers = start + sizeof(struct nlmsghdr);
	unsigned int n = 1 + rnd(r, 4);

	while (n--) {
		const __u64 at = rng_next(r), what = rng_next(r);

		if (m->len > headers)
			m->buf[headers + at % (m->len - headers)] ^= 1U << what % 8;
	}
}

static void make_extreme(struct message *m, struct rng *r)
{
	struct nlattr *attr = some_attr(m, r);
	const __u64 value = extreme(r);

	if (attr && attr->nla_len >= sizeof(*attr) + 2 &&
	    (unsigned char *)attr + sizeof(*attr) + sizeof(value) <= m->buf + m->len)
		memcpy(attr + 1, &value, attr->nla_len < 12 ? attr->nla_len - 4 : 8);
}

void message_spoil(struct message *m, struct rng *r, size_t start, bool last)
{
	unsigned int n = 1 + rnd(r, 2);

	while (n--) {
		switch (rnd(r, 6)) {
		case 0:
			lie_about_attr(m, r);
			break;
		case 1:
			if (last)
				lie_about_message(m, r, start);
			break;
		case 2:
			cut(m, r, start, last);
			break;
		case 3:
			trail(m, r, start);
			break;
		case 4:
			make_noise(m, r, start);
			break;
		default:
			make_extreme(m, r);
		}
	}
}
