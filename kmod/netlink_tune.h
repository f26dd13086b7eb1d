/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_NETLINK_TUNE_H
#define _TCPULSE_NETLINK_TUNE_H

#include <net/genetlink.h>

#include "netlink_change.h"
#include "tune.h"

/**
 * struct tcpulse_nl_tuning - a request to change something
 * @info: request
 * @net: namespace of the asking socket
 * @reader: who asks
 * @tuning: what was changed there
 * @host: who asks is root of the whole machine
 * @dry_run: only see whether it could be done
 * @seconds: wait so long for a confirmation; 0 for not at all
 * @msg: reply
 * @hdr: its header
 */
struct tcpulse_nl_tuning {
	struct genl_info *info;
	struct net *net;
	struct tcpulse_nl_reader reader;
	struct tcpulse_tuning *tuning;
	bool host;
	bool dry_run;
	u32 seconds;
	struct sk_buff *msg;
	void *hdr;
};

/* Fills a transaction from a request. Return: 0 or a negative errno. */
typedef int tcpulse_nl_add_fn(struct tcpulse_nl_tuning *req,
			      struct tcpulse_transaction *tx);

int tcpulse_nl_need(struct netlink_ext_ack *extack, const struct nlattr *nest,
		    const struct nlattr *attr, const char *msg);
int tcpulse_nl_tuning_doit(struct sk_buff *skb, struct genl_info *info,
			   unsigned int size, tcpulse_nl_add_fn *add);

#endif /* _TCPULSE_NETLINK_TUNE_H */
