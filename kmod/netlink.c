// SPDX-License-Identifier: GPL-2.0
/*
 * The generic-netlink family: requests in, replies out; counts nothing. What its
 * operations share, and info-get; the others are in netlink_*.c. Policies and
 * operations are generated from include/netlink/specs.
 */
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "addrform.h"
#include "baseline.h"
#include "counters.h"
#include "fin_wait2.h"
#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "permit.h"
#include "probe.h"
#include "transition.h"

/* Roomy for all rows of both families, see the fill functions. */
#define TCPULSE_NL_REPLY_SIZE (16 * 1024)

/* Whoever changes sockets over all the time need not be waited for. */
#define TCPULSE_NL_READ_TRIES 4

const unsigned short tcpulse_nl_af[TCPULSE_FAMILIES] = {
	[TCPULSE_V4] = AF_INET,
	[TCPULSE_V6] = AF_INET6,
};

bool tcpulse_nl_wants(const struct tcpulse_nl_reply *reply, int f)
{
	return reply->family == AF_UNSPEC || reply->family == tcpulse_nl_af[f];
}

/* @ns: of CLOCK_BOOTTIME */
u64 tcpulse_nl_ms_since(u64 ns)
{
	return div_u64(ktime_get_boottime_ns() - ns, NSEC_PER_MSEC);
}

int tcpulse_nl_put_u64(struct sk_buff *msg, int attr, u64 value)
{
	/* Never padded: TCPULSE_A_*_PAD would be an attribute for nothing. */
	return nla_put(msg, attr, sizeof(value), &value);
}

/* What tells the counts of one load and namespace from all others: the clock never
 * goes back, and no two namespaces of one number begin within a microsecond.
 */
u64 tcpulse_nl_began_us(const struct tcpulse_net *tn)
{
	return div_u64(tn->started, NSEC_PER_USEC);
}

static u64 tcpulse_nl_counting_ms(const struct tcpulse_net *tn)
{
	return div_u64(ktime_get_boottime_ns() - tn->started, NSEC_PER_MSEC);
}

/* For how long it is counted here, and since when, as these attributes. */
int tcpulse_nl_put_clock(struct sk_buff *msg, int counting_ms, int began_us,
			 const struct tcpulse_net *tn)
{
	return tcpulse_nl_put_u64(msg, counting_ms, tcpulse_nl_counting_ms(tn)) ?:
	       tcpulse_nl_put_u64(msg, began_us, tcpulse_nl_began_us(tn));
}

/* --- requests -------------------------------------------------------- */

/**
 * tcpulse_nl_get_family() - the address family of a request
 * @extack: where to say what is wrong
 * @attr: attribute of the request, or NULL
 * @family: result, AF_UNSPEC when none is given
 *
 * Return: 0 or -EINVAL.
 */
int tcpulse_nl_get_family(struct netlink_ext_ack *extack, struct nlattr *attr,
			  unsigned short *family)
{
	*family = attr ? nla_get_u16(attr) : AF_UNSPEC;
	if (!attr || *family == AF_INET || *family == AF_INET6)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "family must be 2 (AF_INET) or 10 (AF_INET6)");
	return -EINVAL;
}

/**
 * tcpulse_nl_send() - make a reply of one message and send it
 * @info: request
 * @reply: what to fill it from
 * @fill: puts the attributes
 *
 * Return: 0 or a negative errno.
 */
int tcpulse_nl_send(struct genl_info *info, const struct tcpulse_nl_reply *reply,
		    tcpulse_nl_fill_fn *fill)
{
	struct sk_buff *msg;
	void *hdr;

	msg = genlmsg_new(TCPULSE_NL_REPLY_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &tcpulse_nl_family, 0,
				info->genlhdr->cmd);
	if (!hdr || fill(msg, reply)) {
		nlmsg_free(msg);
		NL_SET_ERR_MSG(info->extack, "the reply is too large");
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

/* Who changes over and closes in the middle of it is one too few: read again then. */
static int tcpulse_nl_read(struct tcpulse_nl_reply *reply)
{
	int tries = TCPULSE_NL_READ_TRIES;
	int err;

	tcpulse_addrform_follow(reply->tn);
	do
		err = tcpulse_counters_read(reply->tn, &reply->view);
	while (!err && tcpulse_addrform_follow(reply->tn) && --tries);
	return err;
}

/**
 * tcpulse_nl_answer() - answer a request from one reading of the counters
 * @info: request
 * @family: its attribute that asks for one address family, or NULL
 * @fill: puts the attributes
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative errno.
 */
int tcpulse_nl_answer(struct genl_info *info, struct nlattr *family,
		      tcpulse_nl_fill_fn *fill)
{
	struct tcpulse_nl_reply *reply;
	int err;

	reply = kzalloc(sizeof(*reply), GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	reply->net = genl_info_net(info);
	reply->tn = tcpulse_net(reply->net);
	err = tcpulse_nl_get_family(info->extack, family, &reply->family);
	if (!err)
		err = tcpulse_nl_read(reply);
	if (!err)
		err = tcpulse_nl_send(info, reply, fill);
	kfree(reply);
	return err;
}

/* One message of a dump. Return: NULL when it does not fit any more. */
void *tcpulse_nl_put_row(struct sk_buff *msg, struct netlink_callback *cb,
			 u8 cmd)
{
	void *hdr;

	hdr = genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &tcpulse_nl_family, NLM_F_MULTI, cmd);
	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

/* --- info ------------------------------------------------------------ */

static int tcpulse_nl_fill_hook(struct sk_buff *msg,
				const struct tcpulse_probe *probe)
{
	struct nlattr *nest = nla_nest_start(msg, TCPULSE_A_INFO_HOOK);

	if (!nest ||
	    nla_put_string(msg, TCPULSE_A_HOOK_NAME, probe->name) ||
	    nla_put_u8(msg, TCPULSE_A_HOOK_ATTACHED, probe->attached) ||
	    nla_put_string(msg, TCPULSE_A_HOOK_PURPOSE, probe->purpose))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static u64 tcpulse_nl_adopted(const struct tcpulse_view *view)
{
	u64 sum = 0;
	int f, state;

	for (f = 0; f < TCPULSE_FAMILIES; f++)
		for (state = 1; state < TCPULSE_STATES; state++)
			sum += view->base[f][state];
	return sum;
}

static u64 tcpulse_nl_unexpected(const struct tcpulse_view *view)
{
	u64 sum = 0;
	int f, from, to;

	for (f = 0; f < TCPULSE_FAMILIES; f++)
		for (from = 1; from < TCPULSE_STATES; from++)
			for (to = 1; to < TCPULSE_STATES; to++)
				if (!tcpulse_transition_is_regular(from, to))
					sum += view->edge[f][from][to];
	return sum;
}

static int tcpulse_nl_fill_counts(struct sk_buff *msg,
				  const struct tcpulse_nl_reply *reply)
{
	const struct tcpulse_view *view = &reply->view;

	if (tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_SINCE_S, reply->tn->since) ||
	    tcpulse_nl_put_clock(msg, TCPULSE_A_INFO_COUNTING_MS,
				 TCPULSE_A_INFO_BEGAN_US, reply->tn) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_BASELINE_US,
			       tcpulse_baseline_us()) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_ADOPTED,
			       tcpulse_nl_adopted(view)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_LOST_EVENTS, view->lost) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_LOST_FIN_WAIT_2,
			       tcpulse_fin_wait2_lost()) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_UNEXPECTED,
			       tcpulse_nl_unexpected(view)) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_BELOW_ZERO,
			       view->below_zero) ||
	    tcpulse_nl_put_u64(msg, TCPULSE_A_INFO_ADDRFORM,
			       view->edge[TCPULSE_V4][0][TCP_ESTABLISHED]))
		return -EMSGSIZE;
	return 0;
}

static int tcpulse_nl_fill_info(struct sk_buff *msg,
				const struct tcpulse_nl_reply *reply)
{
	unsigned int i;

	if (nla_put_string(msg, TCPULSE_A_INFO_VERSION, TCPULSE_VERSION) ||
	    nla_put_string(msg, TCPULSE_A_INFO_KERNEL,
			   init_utsname()->release) ||
	    nla_put_string(msg, TCPULSE_A_INFO_TUNE, tcpulse_permit_get_mode()) ||
	    tcpulse_nl_fill_counts(msg, reply))
		return -EMSGSIZE;
	for (i = 0; i < tcpulse_probe_count(); i++)
		if (tcpulse_nl_fill_hook(msg, tcpulse_probe_get(i)))
			return -EMSGSIZE;
	return 0;
}

/* Operation info-get. Context: Process context, may sleep. */
int tcpulse_nl_info_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tcpulse_nl_answer(info, NULL, tcpulse_nl_fill_info);
}

/* --- family ---------------------------------------------------------- */

struct genl_family tcpulse_nl_family __ro_after_init = {
	.name = TCPULSE_GENL_NAME,
	.version = TCPULSE_GENL_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.parallel_ops = true,
	.ops = tcpulse_nl_ops,
	.n_ops = ARRAY_SIZE(tcpulse_nl_ops),
	.mcgrps = tcpulse_nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(tcpulse_nl_mcgrps),
};

/* Context: Process context, may sleep. Return: 0 or a negative errno. */
int __init tcpulse_netlink_init(void)
{
	return genl_register_family(&tcpulse_nl_family);
}

void tcpulse_netlink_exit(void)
{
	genl_unregister_family(&tcpulse_nl_family);
}
