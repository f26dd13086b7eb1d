// SPDX-License-Identifier: GPL-2.0
/*
 * The module's family: find it, and what can be asked of it.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include <linux/genetlink.h>
#include <linux/tcpulse.h>

#include "base/netlink.h"
#include "base/out.h"
#include "base/status.h"
#include "base/tape.h"
#include "base/xalloc.h"
#include "module/attrs.h"
#include "module/nl.h"
#include "module/request.h"

/* so often a dump is taken anew that was interrupted by change */
#define DUMP_TRIES	5

/* --- opening ----------------------------------------------------------------- */

static int not_open(int err)
{
	out_err("cannot open a netlink socket: %s", strerror(-err));
	return ST_REFUSED;
}

/* Nothing is opened for a replay. */
static int connect_socket(struct conn *conn)
{
	int err = tape_replays() ? 0 : netlink_open(&conn->nl, NETLINK_GENERIC);

	conn->open = !tape_replays() && !err;
	return err ? not_open(err) : ST_OK;
}

static int on_family(struct nl_msg *msg, void *arg)
{
	struct nlattr *attr = nlmsg_find_attr(nlmsg_hdr(msg), GENL_HDRLEN,
					      CTRL_ATTR_FAMILY_ID);
	struct conn *conn = arg;

	if (attr && nla_len(attr) >= (int)sizeof(__u16))
		conn->family = nla_get_u16(attr);
	return NL_OK;
}

static struct nl_msg *resolve_msg(void)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (msg &&
	    genlmsg_put(msg, 0, 0, GENL_ID_CTRL, 0, NLM_F_REQUEST | NLM_F_ACK,
			CTRL_CMD_GETFAMILY, 1) &&
	    !nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, TCPULSE_GENL_NAME))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

static void find_family(struct conn *conn)
{
	struct nl_msg *msg = resolve_msg();
	int err;

	conn->family = -NLE_OBJ_NOTFOUND;
	err = msg ? request_other(conn, msg, on_family, conn) : -NLE_NOMEM;
	if (err)
		conn->family = err;
	nlmsg_free(msg);
}

static int connect_family(struct conn *conn)
{
	int st = connect_socket(conn);

	if (st)
		return st;
	if (!tape_replays())
		find_family(conn);
	conn->family = tape_number("the module's family", conn->family);
	if (conn->family == -NLE_OBJ_NOTFOUND)
		return request_not_loaded();
	if (conn->family >= 0)
		return ST_OK;
	out_err("cannot find the netlink family %s: %s", TCPULSE_GENL_NAME,
		nl_geterror(conn->family));
	return ST_REFUSED;
}

int conn_open(struct conn **result)
{
	struct conn *conn = xcalloc(1, sizeof(*conn));
	int st;

	*result = NULL;
	conn->parser = nl_socket_alloc();
	if (!conn->parser) {
		free(conn);
		out_err("out of memory");
		return ST_REFUSED;
	}
	st = connect_family(conn);
	if (st)
		conn_close(conn);
	else
		*result = conn;
	return st;
}

void conn_close(struct conn *conn)
{
	if (conn->open)
		netlink_close(&conn->nl);
	nl_socket_free(conn->parser);
	free(conn);
}

__u64 conn_began_us(const struct conn *conn)
{
	return conn->began_us;
}

/* --- requests ---------------------------------------------------------------- */

/* A request for one address family, unless it is AF_UNSPEC. */
static struct nl_msg *family_msg(struct conn *conn, int cmd, int attr, int family)
{
	struct nl_msg *msg = request_msg(conn, cmd, 0);

	if (!msg || family == AF_UNSPEC || !nla_put_u16(msg, attr, family))
		return msg;
	nlmsg_free(msg);
	return NULL;
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
