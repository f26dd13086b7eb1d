// SPDX-License-Identifier: GPL-2.0
/*
 * One request by generic netlink: send it, take its reply and the ack, or all of a dump;
 * keep the extack text of a refusal. libnl makes messages and takes them apart, but
 * neither sends nor receives: base/netlink.c knows whom to believe.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include <linux/tcpulse.h>

#include "base/append.h"
#include "base/foreign.h"
#include "base/out.h"
#include "base/status.h"
#include "base/tape.h"
#include "base/xalloc.h"
#include "module/decode.h"
#include "module/field.h"
#include "module/private.h"
#include "module/request.h"

#define ERRNO_MAX	4095

int request_not_loaded(void)
{
	out_err("the tcpulse kernel module is not loaded; load it with: modprobe tcpulse");
	return ST_NOT_LOADED;
}

/* What is no error number is an error all the same. */
static int error_number(int err)
{
	return err <= 0 && err >= -ERRNO_MAX ? err : -EPROTO;
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct request *req = arg;

	req->answered = true;
	if (!req->error && req->reply)
		req->error = decode_reply(req->reply, msg,
					  req->next ? req->next(req->dst) :
						      req->dst);
	return NL_OK;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct request *req = arg;

	(void)msg;
	req->done = true;
	return NL_STOP;
}

/* A dump that fails half-way says so in its last message. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct request *req = arg;
	int err = 0;

	if (nlmsg_datalen(nlh) >= (int)sizeof(err))
		memcpy(&err, nlmsg_data(nlh), sizeof(err));
	if (!req->error)
		req->error = error_number(err);
	req->done = true;
	return NL_STOP;
}

/* All that follows is still to be read. */
static int on_interrupted(struct nl_msg *msg, void *arg)
{
	struct request *req = arg;

	(void)msg;
	req->interrupted = true;
	return NL_OK;
}

/* The kernel's sentence follows the error as attributes; with NETLINK_CAP_ACK
 * nothing but the request's header stands between them.
 */
static void keep_extack(const struct nlmsgerr *err, struct request *req)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)err - 1;
	int len = (int)nlh->nlmsg_len - (int)(sizeof(*nlh) + sizeof(*err));
	struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		return;
	attr = nla_find((struct nlattr *)(err + 1), len, NLMSGERR_ATTR_MSG);
	if (!attr)
		return;
	snprintf(req->extack.raw, sizeof(req->extack.raw), "%.*s", nla_len(attr),
		 (char *)nla_data(attr));
}

static int on_error(struct sockaddr_nl *who, struct nlmsgerr *err, void *arg)
{
	struct request *req = arg;

	(void)who;
	req->error = error_number(err->error);
	req->done = true;
	keep_extack(err, req);
	return NL_STOP;
}

static struct nl_cb *request_cb(struct request *req)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);

	if (!cb)
		return NULL;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, req);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, req);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, req);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupted, req);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, req);
	return cb;
}

struct nl_msg *request_msg(struct conn *conn, int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (msg && genlmsg_put(msg, 0, 0, conn->family, 0,
			       flags | NLM_F_REQUEST | NLM_F_ACK, cmd,
			       TCPULSE_GENL_VERSION))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

/* --- receiving -------------------------------------------------------------- */

/* The request under way, which libnl tells to nobody who receives: the socket that was
 * asked; the question in words and by its attributes, and whether it is recorded.
 */
static struct {
	struct netlink *nl;
	char question[TAPE_QUESTION];
	bool taped;
} asked;

static void note_question(const char *what, struct nl_msg *msg)
{
	const struct genlmsghdr *hdr = nlmsg_data(nlmsg_hdr(msg));
	const unsigned char *attrs = (const void *)genlmsg_attrdata(hdr, 0);
	int i;

	snprintf(asked.question, TAPE_QUESTION, "%s", what);
	for (i = 0; i < genlmsg_attrlen(hdr, 0); i++)
		append(asked.question, TAPE_QUESTION, "%s%02x", i ? "" : " ",
		       attrs[i]);
}

static int receive_kept(unsigned char **buf)
{
	char *bytes;
	int n = tape_answer(asked.question, &bytes);

	*buf = (unsigned char *)bytes;
	if (n > 0)
		return n;
	/* libnl frees what has something in it only */
	free(bytes);
	return n ?: -NLE_FAILURE;
}

/* Return: as receive(). What libnl gets is its own, and just so long. */
static int receive_now(unsigned char **buf)
{
	void *bytes;
	ssize_t n = netlink_receive(asked.nl, &bytes);

	if (n < 0)
		return -nl_syserr2nlerr(n);
	*buf = xcalloc(1, n);
	memcpy(*buf, bytes, n);
	return n;
}

/* Return: how many bytes, or a negative error number of libnl's. */
static int receive(struct nl_sock *sk, struct sockaddr_nl *from,
		   unsigned char **buf, struct ucred **creds)
{
	int n;

	(void)sk;
	(void)creds;
	memset(from, 0, sizeof(*from));
	from->nl_family = AF_NETLINK;
	if (tape_replays())
		return receive_kept(buf);
	n = receive_now(buf);
	if (!asked.taped)
		return n;
	if (n > 0)
		private_mask(*buf, n);
	tape_keep(asked.question, *buf, n);
	return n;
}

/* Those of a recording are of its day; all others were looked at when they came in. */
static int any_number(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

/* --- asking ------------------------------------------------------------------ */

/* Return: 0, or a negative error number of libnl's. */
static int exchange(struct conn *conn, struct nl_msg *msg, struct nl_cb *cb,
		    const struct request *req)
{
	int err = 0;

	asked.nl = &conn->nl;
	nl_cb_overwrite_recv(cb, receive);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, any_number, NULL);
	if (!tape_replays())
		err = netlink_send(&conn->nl, nlmsg_hdr(msg));
	if (err)
		return -nl_syserr2nlerr(err);
	while (err >= 0 && !req->done)
		err = nl_recvmsgs(conn->parser, cb);
	/* an error of the kernel's ends the loop as well, and tells more */
	return req->done || err >= 0 ? 0 : err;
}

static int transact(struct conn *conn, const char *what, struct nl_msg *msg,
		    struct request *req)
{
	struct nl_cb *cb = request_cb(req);
	int err;

	if (!cb)
		return -NLE_NOMEM;
	asked.taped = tape_records();
	note_question(what, msg);
	err = exchange(conn, msg, cb, req);
	nl_cb_put(cb);
	return err;
}

static int say_refused(const char *what, const struct request *req, bool denied)
{
	const char *sentence = inside(req->extack.raw);

	out_err("%s: %s%s%s%s%s", what, sentence, *sentence ? " (" : "",
		strerror(-req->error), *sentence ? ")" : "",
		denied ? "; it takes CAP_NET_ADMIN: run it as root" : "");
	return denied ? ST_NOT_PERMITTED : ST_REFUSED;
}

static int refused(const char *what, const struct request *req)
{
	bool denied = req->error == -EPERM || req->error == -EACCES;

	/* unloaded between resolving the family and asking */
	if (req->error == -ENOENT && !req->extack.raw[0])
		return request_not_loaded();
	if (req->error == -EOPNOTSUPP && !req->extack.raw[0]) {
		out_err("%s: the module that is loaded does not know this (%s); load that of tcpulse %s",
			what, strerror(EOPNOTSUPP), VERSION);
		return ST_REFUSED;
	}
	if (!req->refusal)
		return say_refused(what, req, denied);
	req->refusal->error = -req->error;
	req->refusal->text = req->extack;
	return denied ? ST_NOT_PERMITTED : ST_REFUSED;
}

/* What a reply is of: all of one connection are of the same counts. */
static int note_began(struct conn *conn, const char *what, const struct request *req)
{
	const struct field *field = req->reply ? field_named(req->reply, "began_us") : NULL;
	__u64 began_us = field && !req->next ? field_value(field, req->dst) : 0;

	if (!began_us)
		return ST_OK;
	if (conn->began_us && conn->began_us != began_us) {
		out_err("%s: counting began anew in the middle of a reading: the module was loaded again; ask again",
			what);
		return ST_REFUSED;
	}
	conn->began_us = began_us;
	return ST_OK;
}

int request_ask(struct conn *conn, const char *what, struct nl_msg *msg,
		struct request *req)
{
	int err = msg ? transact(conn, what, msg, req) : -NLE_NOMEM;

	nlmsg_free(msg);
	if (err) {
		out_err("%s: %s", what, nl_geterror(err));
		return ST_REFUSED;
	}
	if (req->error == -EBADMSG && req->answered)
		return ST_REFUSED;
	if (req->error)
		return refused(what, req);
	if (!req->answered && req->reply && !req->next) {
		out_err("%s: the kernel sent no reply", what);
		return ST_REFUSED;
	}
	return note_began(conn, what, req);
}

int request_other(struct conn *conn, struct nl_msg *msg,
		  int (*valid)(struct nl_msg *msg, void *arg), void *arg)
{
	struct request req = { };
	struct nl_cb *cb = request_cb(&req);
	int err;

	if (!cb)
		return -NLE_NOMEM;
	asked.taped = false;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, valid, arg);
	err = exchange(conn, msg, cb, &req);
	nl_cb_put(cb);
	if (!err && req.error)
		err = -nl_syserr2nlerr(req.error);
	return err;
}
