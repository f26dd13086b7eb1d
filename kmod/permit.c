// SPDX-License-Identifier: GPL-2.0
/*
 * Who may tune: the module parameter tune.
 *
 * Netlink has asked for CAP_NET_ADMIN in the user namespace that owns the network
 * namespace. The kernel lets such a user write the sysctl files as well, but only
 * where they can be reached: containers have CAP_NET_ADMIN and a read-only /proc/sys.
 * Who has CAP_SYS_ADMIN there can mount another one, so that is who may by default.
 * To look at the file itself, in the mount namespace of who asks, would let him
 * choose the file, and a file system that answers when he likes.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/moduleparam.h>
#include <linux/netlink.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "permit.h"

enum tcpulse_permit {
	TCPULSE_PERMIT_OFF,
	TCPULSE_PERMIT_SYSCTL,
	TCPULSE_PERMIT_NETADMIN,
	TCPULSE_PERMITS
};

static const char * const tcpulse_permit_name[TCPULSE_PERMITS] = {
	[TCPULSE_PERMIT_OFF] = "off",
	[TCPULSE_PERMIT_SYSCTL] = "sysctl",
	[TCPULSE_PERMIT_NETADMIN] = "netadmin",
};

static enum tcpulse_permit tcpulse_permit_mode __ro_after_init =
	TCPULSE_PERMIT_SYSCTL;

static int tcpulse_permit_set(const char *word, const struct kernel_param *kp)
{
	const int mode = sysfs_match_string(tcpulse_permit_name, word);

	if (mode < 0) {
		pr_err("tune=%.20s is none of: off, sysctl, netadmin\n",
		       word);
		return mode;
	}
	tcpulse_permit_mode = mode;
	return 0;
}

static int tcpulse_permit_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", tcpulse_permit_get_mode());
}

static const struct kernel_param_ops tcpulse_permit_ops = {
	.set = tcpulse_permit_set,
	.get = tcpulse_permit_get,
};

module_param_cb(tune, &tcpulse_permit_ops, NULL, 0444);
__MODULE_PARM_TYPE(tune, "off|sysctl|netadmin");
MODULE_PARM_DESC(tune, "Who may change parameters and limits of listeners: nobody (off), who could write the sysctl files, by CAP_SYS_ADMIN (sysctl, the default), or CAP_NET_ADMIN alone (netadmin), each in the user namespace that owns the network namespace");

/* The word that was given when the module was loaded, or "sysctl". */
const char *tcpulse_permit_get_mode(void)
{
	return tcpulse_permit_name[tcpulse_permit_mode];
}

/**
 * tcpulse_permit() - may the sender of a request change something?
 * @skb: request; CAP_NET_ADMIN has been checked
 * @net: namespace of the asking socket
 * @extack: where to say why not
 *
 * Context: Process context.
 * Return: 0 or -EPERM.
 */
int tcpulse_permit(struct sk_buff *skb, const struct net *net,
		   struct netlink_ext_ack *extack)
{
	switch (tcpulse_permit_mode) {
	case TCPULSE_PERMIT_NETADMIN:
		return 0;
	case TCPULSE_PERMIT_SYSCTL:
		if (netlink_ns_capable(skb, net->user_ns, CAP_SYS_ADMIN))
			return 0;
		NL_SET_ERR_MSG(extack,
			       "it takes CAP_SYS_ADMIN, too, in the user namespace that owns this network namespace, as the module was loaded with tune=sysctl and not with tune=netadmin");
		return -EPERM;
	default:
		NL_SET_ERR_MSG(extack,
			       "nobody may, as the module was loaded with tune=off");
		return -EPERM;
	}
}
