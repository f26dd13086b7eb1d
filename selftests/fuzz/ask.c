// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <unistd.h>
#include <sys/socket.h>

#include "../client/netlink.h"
#include "ask.h"
#include "form.h"
#include "judge.h"
#include "run.h"
#include "world.h"

#define ANSWER_MAX (256 * 1024)
#define AT_ONCE 32

/* aligned for what stands in it */
static __u64 answer[AT_ONCE][ANSWER_MAX / sizeof(__u64)];

/* --- what is to be expected ---------------------------------------------------- */

static bool has_dump(const struct mouth *m, unsigned int n)
{
	while (n--)
		if (m->expected[n].dump)
			return true;
	return false;
}

/* What is not there, as do or as dump, is neither right nor wrong. */
static void look_at_form(struct expected *e, const struct nlmsghdr *nlh)
{
	const struct op *op = op_of(e->cmd);
	const struct set *set = NULL;

	e->plain = form_is_plain(nlh);
	if (op)
		set = e->dump ? op->dump_request : op->do_request;
	if (!set)
		return;
	e->wrong = !form_is_right(nlh, set);
	e->right = e->plain && !e->wrong;
}

static void expect(struct mouth *m, const struct nlmsghdr *nlh)
{
	struct expected *e = &m->expected[m->n++];

	*e = (struct expected){ .seq = nlh->nlmsg_seq, .len = nlh->nlmsg_len,
				.type = nlh->nlmsg_type, .flags = nlh->nlmsg_flags, .cmd = -1 };
	e->asks = (e->flags & NLM_F_REQUEST) && e->type >= NLMSG_MIN_TYPE;
	e->dump = e->asks && (e->flags & NLM_F_DUMP) == NLM_F_DUMP;
	e->behind_dump = e->dump && has_dump(m, m->n - 1);
	e->power = power < m->power ? power : m->power;
	e->must = e->dump || (e->flags & NLM_F_ACK);
	if (nlh->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return;
	e->cmd = ((const struct genlmsghdr *)(nlh + 1))->cmd;
	look_at_form(e, nlh);
}

/* Takes a datagram apart as the kernel does, netlink_rcv_skb(). */
static void expect_all(struct mouth *m, const struct message *message)
{
	size_t at = 0, left = message->len;

	while (left >= NLMSG_HDRLEN) {
		const struct nlmsghdr *nlh = (const void *)(message->buf + at);
		size_t len = NLMSG_ALIGN(nlh->nlmsg_len);

		if (nlh->nlmsg_len < NLMSG_HDRLEN || nlh->nlmsg_len > left)
			break;
		if (m->n == EXPECTED_MAX)
			complain("too many requests at once");
		expect(m, nlh);
		if (len > left)
			len = left;
		at += len;
		left -= len;
	}
}

/* A dump that is still going on stays. */
static void forget_answered(struct mouth *m)
{
	unsigned int i, n = 0;

	for (i = 0; i < m->n; i++)
		if (!m->expected[i].answered && m->expected[i].must)
			m->expected[n++] = m->expected[i];
	m->n = n;
}

static bool all_answered(const struct mouth *m)
{
	unsigned int i;

	for (i = 0; i < m->n; i++)
		if (m->expected[i].must && !m->expected[i].answered)
			return false;
	return true;
}

/* What comes says of what it is the answer by these only. */
static struct expected *find_acked(struct mouth *m, const struct nlmsghdr *of)
{
	struct expected *e;

	for (e = m->expected; e < m->expected + m->n; e++)
		if (!e->answered && e->seq == of->nlmsg_seq && e->len == of->nlmsg_len &&
		    e->type == of->nlmsg_type && e->flags == of->nlmsg_flags)
			return e;
	return NULL;
}

static struct expected *find_replied(struct mouth *m, __u32 seq, __u8 cmd)
{
	struct expected *e;

	for (e = m->expected; e < m->expected + m->n; e++)
		if (!e->answered && e->asks && e->type == m->family && e->seq == seq &&
		    e->cmd == cmd)
			return e;
	return NULL;
}

static struct expected *find_dump(struct mouth *m, __u32 seq)
{
	struct expected *e;

	for (e = m->expected; e < m->expected + m->n; e++)
		if (!e->answered && e->dump && e->seq == seq)
			return e;
	return NULL;
}

/* --- what comes ------------------------------------------------------------------ */

/* Who made a change may want to confirm it. */
static void remember(const struct nlmsghdr *nlh, const struct op *op)
{
	const struct nlattr *attr;

	if (strcmp(op->of->name, "tuning"))
		return;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == TCPULSE_A_TUNING_TRANSACTION)
			set_last_transaction(mnl_attr_get_u64(attr));
}

static void hear_event(const struct mouth *m, const struct nlmsghdr *nlh, const struct op *op)
{
	if (!m->joined || nlh->nlmsg_seq || nlh->nlmsg_pid)
		complain("%s for one who is not in the group, or as an answer", op->name);
	judge_reply(nlh, op->event);
	__atomic_add_fetch(&shared->notifications, 1, __ATOMIC_RELAXED);
}

static void hear_reply(struct mouth *m, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct op *op = op_of(genl->cmd);
	const struct set *set;
	struct expected *e;

	if (op && op->event) {
		hear_event(m, nlh, op);
		return;
	}
	e = find_replied(m, nlh->nlmsg_seq, genl->cmd);
	if (!e && m->deaf)
		return;
	if (!e || !op || nlh->nlmsg_pid != m->port)
		complain("a reply nobody asked for: command %u, sequence number %u", genl->cmd,
			 nlh->nlmsg_seq);
	set = e->dump ? op->dump_reply : op->do_reply;
	if (!set || !set->n || (e->replies++ && !e->dump))
		complain("too many replies of %s", op->name);
	if (!(nlh->nlmsg_flags & NLM_F_MULTI) == e->dump)
		complain("%s: flags %#x of a reply", op->name, nlh->nlmsg_flags);
	judge_reply(nlh, set);
	remember(nlh, op);
}

static void judge_error(const struct mouth *m, const struct expected *e, int error)
{
	const struct op *op = e->cmd < 0 ? NULL : op_of(e->cmd);

	if (!e->asks || e->type != m->family) {
		run_count(ROWS_MAX, error);
		return;
	}
	if (op && op->event)
		op = NULL;
	run_count(op ? op - ops : ROWS_MAX, error);
	if (m->deaf && (error == EAGAIN || error == ENOBUFS))
		return;
	run_point(e->seq);
	if (error < 0 || !may_answer(op, e, error))
		complain("%s%s%s by %s: unexpected answer %d (%s)",
			 e->right ? "right " : e->wrong ? "wrong " : "",
			 op ? op->name : "no operation", e->dump ? " dump" : "",
			 power_name(e->power), error, error ? strerror(error) : "success");
	if (!error && op->do_reply && op->do_reply->n && !e->dump && !e->replies && !m->deaf)
		complain("%s succeeds without a reply", op->name);
	if (error && e->replies && !e->dump)
		complain("%s has a reply and is refused, %s", op->name, strerror(error));
}

/* What is said besides points into the request, and is a sentence. */
static void judge_words(const struct nlmsghdr *nlh, const struct expected *e, size_t skip)
{
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	mnl_attr_for_each(attr, nlh, skip) {
		const __u16 len = mnl_attr_get_payload_len(attr);
		const char *text = mnl_attr_get_payload(attr);

		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
		    (len < 2 || strnlen(text, len) != len - 1U))
			complain("the words of a refusal do not end");
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS &&
		    mnl_attr_get_u32(attr) >= e->len)
			complain("a refusal points out of the request: %u of %u",
				 mnl_attr_get_u32(attr), e->len);
	}
}

static void hear_ack(struct mouth *m, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *ack = mnl_nlmsg_get_payload(nlh);
	struct expected *e = find_acked(m, &ack->msg);
	size_t skip = sizeof(*ack);

	if (!e && m->deaf)
		return;
	if (!e || nlh->nlmsg_seq != e->seq || nlh->nlmsg_pid != m->port)
		complain("an answer too many: error %d, sequence number %u", ack->error,
			 nlh->nlmsg_seq);
	if (!ack->error && !(e->flags & NLM_F_ACK))
		complain("an answer nobody asked for");
	e->answered = true;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += e->len - NLMSG_HDRLEN;
	judge_words(nlh, e, NLMSG_ALIGN(skip));
	judge_error(m, e, -ack->error);
}

static void hear_done(struct mouth *m, const struct nlmsghdr *nlh)
{
	struct expected *e = find_dump(m, nlh->nlmsg_seq);
	const int *error = mnl_nlmsg_get_payload(nlh);

	if (!e && m->deaf)
		return;
	if (!e || mnl_nlmsg_get_payload_len(nlh) < sizeof(*error))
		complain("the end of a dump that had none, sequence number %u", nlh->nlmsg_seq);
	e->answered = true;
	judge_words(nlh, e, sizeof(*error));
	judge_error(m, e, -*error);
}

static void hear(struct mouth *m, const struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_type == NLMSG_ERROR)
		hear_ack(m, nlh);
	else if (nlh->nlmsg_type == NLMSG_DONE)
		hear_done(m, nlh);
	else if (nlh->nlmsg_type == m->family)
		hear_reply(m, nlh);
}

/* --- sending and reading ------------------------------------------------------------ */

void ask(struct mouth *m, const struct message *message)
{
	unsigned int before;

	forget_answered(m);
	before = m->n;
	expect_all(m, message);
	run.made += message->made;
	run_sent(message->buf, message->len);
	if (send(m->fd, message->buf, message->len, 0) == (ssize_t)message->len) {
		run_asked(m->n - before);
		return;
	}
	/* A socket of somebody without privileges has little room. */
	if (errno != EMSGSIZE && errno != ENOBUFS)
		complain("cannot send %zu bytes: %s", message->len, strerror(errno));
	m->n = 0;
}

/* More may follow what was lost. */
static bool is_no_loss(const struct mouth *m)
{
	return errno == ENOBUFS && (m->deaf || m->joined);
}

static void hear_piece(struct mouth *m, const void *piece, size_t got, size_t size)
{
	const struct nlmsghdr *nlh = piece;
	int left = got;

	if (got > size) {
		if (size == ANSWER_MAX)
			complain("an answer of %zu bytes", got);
		left = size;
		m->deaf = true;
	}
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		hear(m, nlh);
}

/*
 * At most so many pieces, and what is whole in @size bytes of each. Return: how
 * many there were; what is lost for lack of room is no complaint of one who is deaf
 * or gets notifications.
 */
static unsigned int hear_some(struct mouth *m, unsigned int pieces, size_t size, int flags)
{
	struct mmsghdr in[AT_ONCE] = { 0 };
	struct iovec iov[AT_ONCE];
	unsigned int i;
	int n;

	for (i = 0; i < pieces; i++) {
		iov[i] = (struct iovec){ answer[i], size };
		in[i].msg_hdr.msg_iov = &iov[i];
		in[i].msg_hdr.msg_iovlen = 1;
	}
	do
		n = recvmmsg(m->fd, in, pieces, flags | MSG_TRUNC, NULL);
	while (n < 0 && is_no_loss(m));
	if (n < 0 && errno != EAGAIN)
		complain("cannot read: %s", strerror(errno));
	for (i = 0; n > 0 && i < (unsigned int)n; i++)
		hear_piece(m, answer[i], in[i].msg_len, size);
	return n > 0 ? n : 0;
}

void collect(struct mouth *m)
{
	while (!m->deaf && !all_answered(m))
		if (!hear_some(m, AT_ONCE, ANSWER_MAX, MSG_WAITFORONE))
			complain("no answer in %u s", SECONDS_TO_ANSWER);
	/* All was done before send() returned: nothing may be left. */
	while (hear_some(m, AT_ONCE, ANSWER_MAX, MSG_DONTWAIT))
		;
}

void collect_some(struct mouth *m, unsigned int pieces, size_t size)
{
	while (pieces-- && hear_some(m, 1, size < ANSWER_MAX ? size : ANSWER_MAX, MSG_DONTWAIT))
		;
}
