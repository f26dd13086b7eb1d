// SPDX-License-Identifier: GPL-2.0
/*
 * Generic netlink through libnl: resolve the family, send a request, take its
 * reply and the ack, or all of a dump; keep the extack text of a refusal.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include <linux/tcpulse.h>

#include "base/append.h"
#include "base/foreign.h"
#include "base/out.h"
#include "base/status.h"
#include "base/tape.h"
#include "base/xalloc.h"
#include "module/attrs.h"
#include "module/decode.h"
#include "module/field.h"
#include "module/nl.h"
#include "module/private.h"
#include "module/request.h"

/* so often a dump is taken anew that was interrupted by change */
#define DUMP_TRIES	5

#define ERRNO_MAX	4095

/**
 * struct conn - a connection to the module
 * @sk: the socket, bound to the namespace it was opened in
 * @family: id of the generic netlink family
 * @began_us: when counting began, by the first reply that tells
 */
struct conn {
	struct nl_sock *sk;
	int family;
	__u64 began_us;
};

static int not_loaded(void)
{
	out_err("the tcpulse kernel module is not loaded; load it with: modprobe tcpulse");
	return ST_NOT_LOADED;
}

static void set_options(struct nl_sock *sk)
{
	int one = 1, fd = nl_socket_get_fd(sk);

	/* Not having them costs an explanation, not the answer. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	nl_socket_enable_msg_peek(sk);
}

/* Nothing is opened for a replay. */
static int connect_socket(struct conn *conn)
{
	int err = tape_replays() ? 0 : genl_connect(conn->sk);

	if (err) {
		out_err("cannot open a netlink socket: %s", nl_geterror(err));
		return ST_REFUSED;
	}
	if (!tape_replays())
		set_options(conn->sk);
	return ST_OK;
}

static int connect_family(struct conn *conn)
{
	int st = connect_socket(conn);

	if (st)
		return st;
	if (!tape_replays())
		conn->family = genl_ctrl_resolve(conn->sk, TCPULSE_GENL_NAME);
	conn->family = tape_number("the module's family", conn->family);
	if (conn->family == -NLE_OBJ_NOTFOUND)
		return not_loaded();
	if (conn->family < 0) {
		out_err("cannot find the netlink family %s: %s",
			TCPULSE_GENL_NAME, nl_geterror(conn->family));
		return ST_REFUSED;
	}
	return ST_OK;
}

int conn_open(struct conn **result)
{
	struct conn *conn = calloc(1, sizeof(*conn));
	int st;

	if (conn)
		conn->sk = nl_socket_alloc();
	if (!conn || !conn->sk) {
		free(conn);
		out_err("out of memory");
		return ST_REFUSED;
	}
	st = connect_family(conn);
	if (st) {
		conn_close(conn);
		conn = NULL;
	}
	*result = conn;
	return st;
}

void conn_close(struct conn *conn)
{
	nl_socket_free(conn->sk);
	free(conn);
}

__u64 conn_began_us(const struct conn *conn)
{
	return conn->began_us;
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

	if (msg && genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, conn->family, 0,
			       flags, cmd, TCPULSE_GENL_VERSION))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

/* A request for one address family, unless it is AF_UNSPEC. */
static struct nl_msg *family_msg(struct conn *conn, int cmd, int attr, int family)
{
	struct nl_msg *msg = request_msg(conn, cmd, 0);

	if (!msg || family == AF_UNSPEC || !nla_put_u16(msg, attr, family))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

/* --- recordings ------------------------------------------------------------- */

/* The request under way, in words and by its attributes: libnl tells it to nobody
 * who receives.
 */
static char question[TAPE_QUESTION];

static void note_question(const char *what, struct nl_msg *msg)
{
	const struct genlmsghdr *hdr = nlmsg_data(nlmsg_hdr(msg));
	const unsigned char *attrs = (const void *)genlmsg_attrdata(hdr, 0);
	int i;

	snprintf(question, sizeof(question), "%s", what);
	for (i = 0; i < genlmsg_attrlen(hdr, 0); i++)
		append(question, sizeof(question), "%s%02x", i ? "" : " ",
		       attrs[i]);
}

static int receive_kept(struct sockaddr_nl *from, unsigned char **buf)
{
	char *bytes;
	int n = tape_answer(question, &bytes);

	memset(from, 0, sizeof(*from));
	from->nl_family = AF_NETLINK;
	*buf = (unsigned char *)bytes;
	if (n > 0)
		return n;
	/* libnl frees what has something in it only */
	free(bytes);
	return n ?: -NLE_FAILURE;
}

static int receive(struct nl_sock *sk, struct sockaddr_nl *from,
		   unsigned char **buf, struct ucred **creds)
{
	int n;

	if (tape_replays())
		return receive_kept(from, buf);
	n = nl_recv(sk, from, buf, creds);
	if (n > 0)
		private_mask(*buf, n);
	tape_keep(question, *buf, n);
	return n;
}

static int any_number(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

/* Numbers of messages are those of the day of the recording. */
static void use_tape(struct nl_cb *cb, const char *what, struct nl_msg *msg)
{
	if (!tape_records() && !tape_replays())
		return;
	note_question(what, msg);
	nl_cb_overwrite_recv(cb, receive);
	if (tape_replays())
		nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, any_number, NULL);
}

/* --- asking ------------------------------------------------------------------ */

static int transact(struct conn *conn, const char *what, struct nl_msg *msg,
		    struct request *req)
{
	struct nl_cb *cb = request_cb(req);
	int err;

	if (!cb)
		return -NLE_NOMEM;
	use_tape(cb, what, msg);
	err = tape_replays() ? 0 : nl_send_auto(conn->sk, msg);
	while (err >= 0 && !req->done)
		err = nl_recvmsgs(conn->sk, cb);
	nl_cb_put(cb);
	/* an error of the kernel's ends the loop as well, and tells more */
	return req->done || err >= 0 ? 0 : err;
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
		return not_loaded();
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

int conn_get_info(struct conn *conn, struct info *info)
{
	struct request req = { .reply = &info_nest, .dst = info };

	return request_ask(conn, "get info",
			   request_msg(conn, TCPULSE_CMD_INFO_GET, 0), &req);
}

int conn_get_states(struct conn *conn, int family, struct states *states)
{
	struct request req = { .reply = &states_nest, .dst = states };

	return request_ask(conn, "get states",
			   family_msg(conn, TCPULSE_CMD_STATE_GET,
				      TCPULSE_A_STATES_FAMILY, family), &req);
}

int conn_get_transitions(struct conn *conn, int family, struct transitions *trans)
{
	struct request req = { .reply = &transitions_nest, .dst = trans };

	return request_ask(conn, "get transitions",
			   family_msg(conn, TCPULSE_CMD_TRANSITION_GET,
				      TCPULSE_A_TRANSITIONS_FAMILY, family), &req);
}

int conn_get_time_wait(struct conn *conn, struct time_wait_info *info)
{
	struct request req = { .reply = &time_wait_info_nest, .dst = info };

	return request_ask(conn, "get TIME-WAIT",
			   request_msg(conn, TCPULSE_CMD_TIME_WAIT_GET, 0), &req);
}

int conn_get_overflow(struct conn *conn, struct overflow *overflow)
{
	struct request req = { .reply = &overflow_nest, .dst = overflow };

	return request_ask(conn, "get overflows",
			   request_msg(conn, TCPULSE_CMD_OVERFLOW_GET, 0), &req);
}

int conn_get_segments(struct conn *conn, int family, struct segments *segments)
{
	struct request req = { .reply = &segments_nest, .dst = segments };

	return request_ask(conn, "get segments",
			   family_msg(conn, TCPULSE_CMD_SEGMENT_GET,
				      TCPULSE_A_SEGMENTS_FAMILY, family), &req);
}

int conn_set_segments(struct conn *conn, bool enabled)
{
	struct nl_msg *msg = request_msg(conn, TCPULSE_CMD_SEGMENT_SET,
					 NLM_F_ACK);
	struct request req = { };

	if (msg && nla_put_u8(msg, TCPULSE_A_SEGMENTS_ENABLED, enabled)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return request_ask(conn, "set segments", msg, &req);
}

/* --- listeners ----------------------------------------------------------- */

static void *next_listener(void *dst)
{
	struct listener_dump *dump = dst;

	if (dump->n == dump->room) {
		dump->room = dump->room ? dump->room * 2 : 64;
		dump->list = xreallocarray(dump->list, dump->room,
					   sizeof(*dump->list));
	}
	return &dump->list[dump->n++];
}

static struct nl_msg *listeners_msg(struct conn *conn, int family,
				    bool overflowing)
{
	struct nl_msg *msg = request_msg(conn, TCPULSE_CMD_LISTENER_GET,
					 NLM_F_DUMP);

	if (!msg)
		return NULL;
	if (family != AF_UNSPEC)
		NLA_PUT_U16(msg, TCPULSE_A_LISTENER_FAMILY, family);
	if (overflowing)
		NLA_PUT_FLAG(msg, TCPULSE_A_LISTENER_OVERFLOWING);
	return msg;

nla_put_failure:
	nlmsg_free(msg);
	return NULL;
}

int conn_dump_listeners(struct conn *conn, int family, bool overflowing,
			struct listener_dump *dump)
{
	int st = ST_OK, i;

	memset(dump, 0, sizeof(*dump));
	for (i = 0; i < DUMP_TRIES && !st; i++) {
		struct request req = {
			.reply = &listener_nest, .dst = dump, .next = next_listener,
		};

		dump->n = 0;
		st = request_ask(conn, "get listeners",
				 listeners_msg(conn, family, overflowing),
				 &req);
		dump->interrupted = req.interrupted;
		if (!req.interrupted)
			break;
	}
	return st;
}
