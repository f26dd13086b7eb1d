// SPDX-License-Identifier: GPL-2.0
/*
 * Steps that change a host itself: parameters and queues, through the module, whether
 * segments are counted, and sockets ended from outside as ss -K does.
 */
#include <errno.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include "../client/netlink.h"
#include "trial.h"
#include "witness.h"

static struct host *any_host(struct trial *t)
{
	return &t->hosts[rng_below(&t->rng, t->nhosts)];
}

/* Nothing is pending, and no value out of range: it must be done. */
void step_tune(struct trial *t)
{
	unsigned int i = rng_below(&t->rng, SETTINGS);
	int value = settings[i].values[rng_below(&t->rng, settings[i].n)];
	struct host *h = any_host(t);
	struct nlattr *nest;

	/* migration is not for all listeners: see draw_listeners() */
	if (!t->d.tunes || !t->loaded || value == SET_DEFAULT || (i == SET_MIGRATE && value))
		return;
	request_begin(h->r, h->r->family, TCPULSE_CMD_PARAM_SET);
	nest = mnl_attr_nest_start(h->r->nlh, TCPULSE_A_TUNING_PARAM);
	mnl_attr_put_strz(h->r->nlh, TCPULSE_A_PARAM_NAME, settings[i].name);
	mnl_attr_put_u64(h->r->nlh, TCPULSE_A_PARAM_VALUE, value);
	mnl_attr_nest_end(h->r->nlh, nest);
	if (request_send(h->r))
		trial_die(t, "param-set: %s", strerror(errno));
	/* what a kernel has no sysctl for cannot be set */
	trial_expect(t, !h->r->error || h->r->error == EROFS, "param-set %s=%d: %s",
		     settings[i].name, value, h->r->text);
}

/* All sockets of one port; there may be none, or several of different families. */
void step_tune_listener(struct trial *t)
{
	int i = listen_random(t);
	struct request *r = t->server->r;
	struct nlattr *nest;
	__u8 any[16] = { 0 };
	bool four = t->d.listener[i].kind == LISTEN_V4;

	if (!t->d.tunes || !t->loaded)
		return;
	request_begin(r, r->family, TCPULSE_CMD_LISTENER_SET);
	nest = mnl_attr_nest_start(r->nlh, TCPULSE_A_TUNING_LISTENER);
	mnl_attr_put_u16(r->nlh, TCPULSE_A_LISTENER_LIMIT_FAMILY, four ? AF_INET : AF_INET6);
	mnl_attr_put(r->nlh, TCPULSE_A_LISTENER_LIMIT_ADDRESS, four ? 4 : 16, any);
	mnl_attr_put_u16(r->nlh, TCPULSE_A_LISTENER_LIMIT_PORT, PORT_BASE + i);
	mnl_attr_put_u32(r->nlh, TCPULSE_A_LISTENER_LIMIT_LIMIT, rng_below(&t->rng, 20));
	mnl_attr_nest_end(r->nlh, nest);
	if (request_send(r))
		trial_die(t, "listener-set: %s", strerror(errno));
	trial_expect(t, !r->error || r->error == ENOENT || r->error == ENOTUNIQ,
		     "listener-set: %s", r->text);
}

void tune_segments(struct trial *t, struct host *h, bool on)
{
	request_begin(h->r, h->r->family, TCPULSE_CMD_SEGMENT_SET);
	mnl_attr_put_u8(h->r->nlh, TCPULSE_A_SEGMENTS_ENABLED, on);
	if (request_send(h->r) || h->r->error)
		trial_die(t, "segment-set: %s", h->r->text);
}

void step_switch(struct trial *t)
{
	if (t->d.switches && t->loaded)
		tune_segments(t, any_host(t), rng_below(&t->rng, 2));
}

/* --- ss -K ------------------------------------------------------------------------ */

struct victims {
	struct inet_diag_msg msg[256];
	unsigned int n;
};

static void take_victim(const struct inet_diag_msg *msg, const struct diag_extra *extra,
			void *data)
{
	struct victims *v = data;

	(void)extra;
	if (v->n < ARRAY_SIZE(v->msg))
		v->msg[v->n++] = *msg;
}

static void destroy(struct host *h, const struct inet_diag_msg *msg)
{
	struct inet_diag_req_v2 *req;
	struct nlmsghdr *nlh;
	char buf[4096];

	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = SOCK_DESTROY;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	req = mnl_nlmsg_put_extra_header(nlh, sizeof(*req));
	req->sdiag_family = msg->idiag_family;
	req->sdiag_protocol = IPPROTO_TCP;
	req->id = msg->id;
	if (mnl_socket_sendto(h->diag, nlh, nlh->nlmsg_len) >= 0)
		kernel_mnl_receive(h->diag, buf, sizeof(buf));
}

/* some of what there is, in any state; a kernel may not be able to */
void step_destroy(struct trial *t)
{
	struct victims v = { .n = 0 };
	struct host *h = any_host(t);
	unsigned int i;

	if (!t->d.destroys || !witness_diag(h, take_victim, &v) || !v.n)
		return;
	i = rng_below(&t->rng, v.n);
	if (v.msg[i].idiag_state == TCPULSE_STATE_LISTEN || rng_below(&t->rng, 4)) {
		memset(t->reopened, true, sizeof(t->reopened));
		destroy(h, &v.msg[i]);
		return;
	}
	for (i = 0; i < v.n; i++)
		if (v.msg[i].idiag_state != TCPULSE_STATE_LISTEN)
			destroy(h, &v.msg[i]);
}
