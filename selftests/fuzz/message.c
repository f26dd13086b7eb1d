// SPDX-License-Identifier: GPL-2.0
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/tcpulse.h>

#include "message.h"
#include "run.h"
#include "values.h"

#define DEEPEST 60

/**
 * struct builder - a request being made
 * @m: datagram it is part of
 * @r: chance
 * @nlh: the request
 * @wild: percent of attributes that are wrong in some way
 * @subject: what it is about
 */
struct builder {
	struct message *m;
	struct rng *r;
	struct nlmsghdr *nlh;
	unsigned int wild;
	struct subject subject;
};

static bool has_room(const struct builder *b, size_t len)
{
	return (unsigned char *)b->nlh + b->nlh->nlmsg_len + len + 256 <
	       b->m->buf + sizeof(b->m->buf);
}

static void note_place(struct builder *b)
{
	struct message *m = b->m;

	if (m->n_places < PLACES_MAX)
		m->place[m->n_places++] = (unsigned char *)mnl_nlmsg_get_payload_tail(b->nlh) -
					  m->buf;
}

/* libmnl before 1.0.5 leaves in the padding what an earlier message had there. */
static void put_bytes(struct builder *b, __u16 type, const void *data, size_t len)
{
	unsigned char *tail;

	if (!has_room(b, len))
		return;
	note_place(b);
	mnl_attr_put(b->nlh, type, len, data);
	tail = mnl_nlmsg_get_payload_tail(b->nlh);
	memset(tail - (MNL_ALIGN(len) - len), 0, MNL_ALIGN(len) - len);
}

/* --- attributes ------------------------------------------------------------ */

static void put_set(struct builder *b, const struct set *set, unsigned int depth);

static void put_right(struct builder *b, const struct field *f, unsigned int depth)
{
	unsigned char value[VALUE_MAX + 1];
	struct nlattr *nest;

	if (f->kind != KIND_NEST) {
		put_bytes(b, f->type, value, make_value(b->r, f, &b->subject, value));
		return;
	}
	if (!has_room(b, 0))
		return;
	note_place(b);
	nest = mnl_attr_nest_start(b->nlh, f->type);
	if (depth < DEEPEST)
		put_set(b, f->nested, depth + 1);
	mnl_attr_nest_end(b->nlh, nest);
}

/* the same type, another length */
static void put_resized(struct builder *b, const struct field *f)
{
	unsigned char value[VALUE_MAX + 1] = { 0 };
	const unsigned int len = make_value(b->r, f, &b->subject, value);
	const unsigned int how = rnd(b->r, 6), any = rnd(b->r, VALUE_MAX);

	put_bytes(b, f->type, value, how == 0 ? 0 : how == 1 ? len + 1 : how == 2 ? any :
		  how == 3 ? any % 24 : how == 4 ? len * 2 % VALUE_MAX : len ? len - 1 : 3);
}

static void put_deep(struct builder *b, __u16 type)
{
	const unsigned int depth = 2 + rnd(b->r, DEEPEST);
	struct nlattr *nest[DEEPEST + 2];
	unsigned int i;

	if (!has_room(b, (depth + 1) * NLA_HDRLEN))
		return;
	note_place(b);
	for (i = 0; i < depth; i++)
		nest[i] = mnl_attr_nest_start(b->nlh, type);
	while (i--)
		mnl_attr_nest_end(b->nlh, nest[i]);
}

/* one of another set, or of none */
static void put_stranger(struct builder *b)
{
	const struct set *set = sets[rnd(b->r, n_sets)];
	const struct field *f = &set->field[rnd(b->r, set->n)];
	const __u16 type = rnd(b->r, 1 << 16);

	if (chance(b->r, 60))
		put_right(b, f, DEEPEST);
	else
		put_bytes(b, type, &type, rnd(b->r, 2) * sizeof(type));
}

static void put_wrong(struct builder *b, const struct field *f, unsigned int depth)
{
	const unsigned int place = b->m->n_places, how = rnd(b->r, 8);
	struct field other = *f;

	switch (how) {
	case 0:
		return;
	case 1:
		put_right(b, f, depth);
		put_right(b, f, depth);
		return;
	case 2:
		put_resized(b, f);
		return;
	case 3:
		put_deep(b, f->type);
		return;
	case 4:
		put_stranger(b);
		put_right(b, f, depth);
		return;
	case 5:
		other.type = chance(b->r, 80) ? rnd(b->r, 24) : rnd(b->r, 1 << 14);
		put_right(b, &other, depth);
		return;
	default:
		put_right(b, f, depth);
		if (place < b->m->n_places) {
			struct nlattr *attr = (void *)(b->m->buf + b->m->place[place]);

			attr->nla_type ^= how == 6 ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
		}
	}
}

static unsigned int how_many(struct builder *b, const struct field *f)
{
	const unsigned int some = 1 + rnd(b->r, 6) / 3, many = 1 + rnd(b->r, 400);
	const bool crowd = seldom(b->r, 20), huge = chance(b->r, 20);

	if (!f->multi)
		return 1;
	return !crowd ? some : huge ? many : 1 + many % 20;
}

/*
 * What has an id and a port beside it is asked for by one or the other, or by
 * all there is.
 */
static bool is_out_of_place(const struct set *set, const struct field *f, unsigned int way)
{
	const bool is_id = !strcmp(f->name, "id"), is_port = !strcmp(f->name, "port");
	bool has_id = false, has_port = false;
	unsigned int i;

	for (i = 0; i < set->n; i++) {
		has_id |= !strcmp(set->field[i].name, "id");
		has_port |= !strcmp(set->field[i].name, "port");
	}
	if (!has_id || !has_port || way > 4)
		return false;
	if (way > 2)
		return is_port || !strcmp(f->name, "family") || !strcmp(f->name, "address");
	return is_id;
}

static void put_set(struct builder *b, const struct set *set, unsigned int depth)
{
	const unsigned int way = rnd(b->r, 6);
	unsigned int i, n;

	for (i = 0; i < set->n; i++) {
		const struct field *f = &set->field[i];

		if (!chance(b->r, how_likely(set, f, &b->subject)) || is_out_of_place(set, f, way))
			continue;
		for (n = how_many(b, f); n; n--)
			if (chance(b->r, b->wild))
				put_wrong(b, f, depth);
			else
				put_right(b, f, depth);
	}
	if (chance(b->r, b->wild))
		put_stranger(b);
}

/* --- one request -------------------------------------------------------------- */

/* One that was cut short may stand before it. */
static void align(struct message *m)
{
	while (m->len % MNL_ALIGNTO)
		m->buf[m->len++] = 0;
}

static void begin(struct builder *b, struct message *m, struct rng *r, struct course *c,
		  const struct op *op, __u16 type, bool dump)
{
	struct genlmsghdr *genl;

	*b = (struct builder){ .m = m, .r = r };
	b->subject.slot = rnd(r, 10000);
	m->made++;
	m->n_places = 0;
	b->nlh = mnl_nlmsg_put_header(m->buf + m->len);
	b->nlh->nlmsg_type = type;
	b->nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | (dump ? NLM_F_DUMP : 0);
	b->nlh->nlmsg_seq = ++c->seq;
	genl = mnl_nlmsg_put_extra_header(b->nlh, sizeof(*genl));
	genl->cmd = op->cmd;
	genl->version = TCPULSE_GENL_VERSION;
}

static void end(struct builder *b)
{
	b->m->len += MNL_ALIGN(b->nlh->nlmsg_len);
}

void message_make_right(struct message *m, struct rng *r, struct course *c,
			const struct op *op, __u16 family, bool dump)
{
	struct builder b;

	m->len = 0;
	m->made = 0;
	begin(&b, m, r, c, op, family, dump);
	put_set(&b, dump ? op->dump_request : op->do_request, 0);
	end(&b);
}

void message_make_bare(struct message *m, struct course *c, const struct op *op, __u16 family,
		       bool dump)
{
	struct rng none = { 0 };
	struct builder b;

	m->len = 0;
	m->made = 0;
	begin(&b, m, &none, c, op, family, dump);
	end(&b);
}

/*
 * Often one that shares its attributes with the last one, as confirm and revert
 * do with set.
 */
static const struct op *choose_op(struct rng *r, struct course *c)
{
	const unsigned int which = rnd(r, n_ops), start = rnd(r, n_ops);
	const bool same = chance(r, 35);
	unsigned int i;

	if (run.only)
		return op_named(run.only);
	if (same && c->last)
		for (i = 0; i < n_ops; i++)
			if (ops[(start + i) % n_ops].of == c->last->of)
				return &ops[(start + i) % n_ops];
	return &ops[which];
}

/* Headers that are wrong, or at least unusual; the sequence number stays. */
static void spoil_headers(struct builder *b)
{
	static const __u16 types[] = { 0, 1, 2, 3, 4, 15, 0xffff, GENL_ID_CTRL };
	struct genlmsghdr *genl = mnl_nlmsg_get_payload(b->nlh);
	const unsigned int how = rnd(b->r, 7);
	const __u64 any = rng_next(b->r);

	switch (how) {
	case 0:
		genl->cmd = any;
		break;
	case 1:
		genl->version = any;
		break;
	case 2:
		genl->reserved = any;
		break;
	case 3:
		b->nlh->nlmsg_flags ^= 1U << any % 16;
		break;
	case 4:
		b->nlh->nlmsg_flags = any;
		break;
	case 5:
		b->nlh->nlmsg_type = types[any % 8];
		break;
	case 6:
		b->nlh->nlmsg_flags &= ~NLM_F_ACK;
		break;
	}
}

static bool choose_dump(struct rng *r, const struct op *op)
{
	const unsigned int percent = rnd(r, 100);

	if (!op->dump_request)
		return percent < 3;
	return percent < (op->do_request ? 40 : 97);
}

static void add_request(struct message *m, struct rng *r, struct course *c, __u16 family,
			bool last)
{
	const struct op *op = choose_op(r, c);
	const bool dump = choose_dump(r, op), wild = chance(r, 40);
	const struct set *set = dump ? op->dump_request : op->do_request;
	struct builder b;
	size_t start;

	align(m);
	start = m->len;
	begin(&b, m, r, c, op, family, dump);
	b.wild = wild ? 5 + rnd(r, 25) : 0;
	put_set(&b, set ? set : op->of, 0);
	if (chance(r, 9))
		spoil_headers(&b);
	end(&b);
	if (wild && chance(r, 40))
		message_spoil(m, r, start, last);
	c->last = op;
}

void message_make(struct message *m, struct rng *r, struct course *c, __u16 family,
		  unsigned int batch)
{
	const bool alone = chance(r, 20);
	const unsigned int many = 1 + rnd(r, REQUESTS_MAX);
	unsigned int n = alone ? 1 : many;

	m->len = 0;
	m->made = 0;
	if (n > batch)
		n = batch;
	while (n-- && m->len < MESSAGE_MAX / 2)
		add_request(m, r, c, family, !n);
}
