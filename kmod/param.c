// SPDX-License-Identifier: GPL-2.0
/*
 * The table of parameters, and one parameter read, checked and written. The
 * ranges are those of the kernel's own sysctl handlers, so that what one takes
 * the other does; a value is written in one piece, which is what those do too.
 */
#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/netlink.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <net/inet_hashtables.h>
#include <net/ip.h>
#include <net/net_namespace.h>
#include <net/tcp.h>
#include <uapi/linux/tcpulse.h>

#include "param.h"

static s64 tcpulse_param_ehash_size(const struct net *net)
{
	return (s64)net->ipv4.tcp_death_row.hashinfo->ehash_mask + 1;
}

static s64 tcpulse_param_preset_tw_buckets(const struct net *net)
{
	return tcpulse_param_ehash_size(net) / 2;
}

static s64 tcpulse_param_preset_syn_backlog(const struct net *net)
{
	return max_t(s64, 128, tcpulse_param_ehash_size(net) / 128);
}

#define STORED(type, variable)						\
	.data = &(variable),						\
	.size = sizeof(type) +						\
		BUILD_BUG_ON_ZERO(sizeof(variable) != sizeof(type))

#define NUMBER .unit = TCPULSE_UNIT_NUMBER
#define ANY_U8 .min = 0, .max = U8_MAX
#define ANY_INT .min = INT_MIN, .max = INT_MAX
#define SECONDS								\
	.unit = TCPULSE_UNIT_SECONDS,					\
	.min = -(INT_MAX / HZ), .max = INT_MAX / HZ

const struct tcpulse_param tcpulse_param_table[TCPULSE_PARAMS] = {
	{
		.name = "somaxconn",
		STORED(int, init_net.core.sysctl_somaxconn), NUMBER,
		.core = true,
		.effect = TCPULSE_EFFECT_NEXT_LISTEN,
		.min = 0, .max = INT_MAX, .preset.low = SOMAXCONN,
	},
	{
		.name = "tcp_max_syn_backlog",
		STORED(int, init_net.ipv4.sysctl_max_syn_backlog), NUMBER, ANY_INT,
		.effect = TCPULSE_EFFECT_NEXT_HANDSHAKE,
		.preset_of = tcpulse_param_preset_syn_backlog,
	},
	{
		.name = "tcp_syncookies",
		STORED(u8, init_net.ipv4.sysctl_tcp_syncookies), NUMBER, ANY_U8,
		.effect = TCPULSE_EFFECT_NEXT_HANDSHAKE, .preset.low = 1,
	},
	{
		.name = "tcp_synack_retries",
		STORED(u8, init_net.ipv4.sysctl_tcp_synack_retries), NUMBER, ANY_U8,
		.effect = TCPULSE_EFFECT_NEXT_TIMER,
		.preset.low = TCP_SYNACK_RETRIES,
	},
	{
		.name = "tcp_syn_retries",
		STORED(u8, init_net.ipv4.sysctl_tcp_syn_retries), NUMBER,
		.effect = TCPULSE_EFFECT_NEXT_TIMER,
		.min = 1, .max = MAX_TCP_SYNCNT, .preset.low = TCP_SYN_RETRIES,
	},
	{
		.name = "tcp_abort_on_overflow",
		STORED(u8, init_net.ipv4.sysctl_tcp_abort_on_overflow), NUMBER, ANY_U8,
		.effect = TCPULSE_EFFECT_AT_ONCE,
	},
	{
		.name = "tcp_migrate_req",
		STORED(u8, init_net.ipv4.sysctl_tcp_migrate_req), NUMBER,
		.effect = TCPULSE_EFFECT_AT_ONCE,
		.min = 0, .max = 1,
	},
	{
		.name = "tcp_fastopen",
		STORED(int, init_net.ipv4.sysctl_tcp_fastopen), NUMBER, ANY_INT,
		.effect = TCPULSE_EFFECT_NEXT_HANDSHAKE,
		.preset.low = TFO_CLIENT_ENABLE,
	},
	{
		.name = "tcp_max_tw_buckets",
		STORED(int, init_net.ipv4.tcp_death_row.sysctl_max_tw_buckets), NUMBER,
		ANY_INT, .effect = TCPULSE_EFFECT_AT_ONCE,
		.preset_of = tcpulse_param_preset_tw_buckets,
	},
	{
		.name = "tcp_tw_reuse",
		STORED(u8, init_net.ipv4.sysctl_tcp_tw_reuse), NUMBER,
		.effect = TCPULSE_EFFECT_AT_ONCE,
		.min = 0, .max = 2, .preset.low = 2,
	},
	{
		.name = "tcp_tw_reuse_delay",
		.data = TCPULSE_TW_REUSE_DELAY,
		.size = sizeof(int),
		.unit = TCPULSE_UNIT_MILLISECONDS,
		.effect = TCPULSE_EFFECT_AT_ONCE,
		.min = 1, .max = 60 * MSEC_PER_SEC, .preset.low = MSEC_PER_SEC,
	},
	{
		.name = "tcp_rfc1337",
		STORED(u8, init_net.ipv4.sysctl_tcp_rfc1337), NUMBER, ANY_U8,
		.effect = TCPULSE_EFFECT_AT_ONCE,
	},
	{
		.name = "tcp_fin_timeout",
		STORED(int, init_net.ipv4.sysctl_tcp_fin_timeout), SECONDS,
		.effect = TCPULSE_EFFECT_NEXT_CLOSE,
		.preset.low = TCP_FIN_TIMEOUT / HZ,
	},
	{
		.name = "tcp_orphan_retries",
		STORED(u8, init_net.ipv4.sysctl_tcp_orphan_retries), NUMBER, ANY_U8,
		.effect = TCPULSE_EFFECT_NEXT_TIMER,
	},
	{
		.name = "tcp_keepalive_time",
		STORED(int, init_net.ipv4.sysctl_tcp_keepalive_time), SECONDS,
		.effect = TCPULSE_EFFECT_NEXT_TIMER,
		.preset.low = TCP_KEEPALIVE_TIME / HZ,
	},
	{
		.name = "tcp_keepalive_intvl",
		STORED(int, init_net.ipv4.sysctl_tcp_keepalive_intvl), SECONDS,
		.effect = TCPULSE_EFFECT_NEXT_TIMER,
		.preset.low = TCP_KEEPALIVE_INTVL / HZ,
	},
	{
		.name = "tcp_keepalive_probes",
		STORED(u8, init_net.ipv4.sysctl_tcp_keepalive_probes), NUMBER, ANY_U8,
		.effect = TCPULSE_EFFECT_NEXT_TIMER,
		.preset.low = TCP_KEEPALIVE_PROBES,
	},
	{
		.name = "ip_local_port_range",
		.unit = TCPULSE_UNIT_PORTS,
		.effect = TCPULSE_EFFECT_NEXT_CONNECT,
		.min = 1, .max = U16_MAX,
		.preset = { 32768, 60999 },
	},
};

/* "NAME must be MIN to MAX", for kernels whose messages are fixed. */
static char tcpulse_param_range[TCPULSE_PARAMS][80] __ro_after_init;

/* Before anything else of this file. */
void __init tcpulse_param_init(void)
{
	const struct tcpulse_param *param = tcpulse_param_table;
	int i;

	for (i = 0; i < TCPULSE_PARAMS; i++, param++)
		snprintf(tcpulse_param_range[i],
			 sizeof(tcpulse_param_range[i]),
			 "%s must be %lld to %lld", param->name, param->min,
			 param->max);
}

/* Return: NULL when there is none of that name. */
const struct tcpulse_param *tcpulse_param_find(const char *name)
{
	int i;

	for (i = 0; i < TCPULSE_PARAMS; i++)
		if (!strcmp(tcpulse_param_table[i].name, name))
			return &tcpulse_param_table[i];
	return NULL;
}

/**
 * tcpulse_param_whole_machine() - why a well-known sysctl is not in the table
 * @name: the sysctl's own name
 *
 * Return: a sentence, or NULL for a name that is not known.
 */
const char *tcpulse_param_whole_machine(const char *name)
{
	static const char msg[] =
		"this one is for the whole machine, not for one network namespace: see sysctl(8)";

	return strcmp(name, "tcp_max_orphans") && strcmp(name, "tcp_mem") ?
	       NULL : msg;
}

bool tcpulse_param_is_range(const struct tcpulse_param *param)
{
	return param->unit == TCPULSE_UNIT_PORTS;
}

/* This kernel has no such parameter, and behaves as the preset says. */
static bool tcpulse_param_is_missing(const struct tcpulse_param *param)
{
	return !param->data && !tcpulse_param_is_range(param);
}

/*
 * Before 6.12, a namespace that belongs to another user namespace than the
 * host's has no net.core at all: its table is cut off at the first entry.
 */
bool tcpulse_param_core_is_hidden(const struct net *net)
{
	const struct ctl_table_header *hdr = net->core.sysctl_hdr;

	return net->user_ns != &init_user_ns &&
	       (!hdr || !hdr->ctl_table->procname);
}

/* Whether the kernel lets nobody but the host's root set it in @net. */
bool tcpulse_param_is_hidden(const struct net *net,
			     const struct tcpulse_param *param)
{
	return param->core && tcpulse_param_core_is_hidden(net);
}

/* @host: for root of the whole machine. */
bool tcpulse_param_is_read_only(const struct net *net,
				const struct tcpulse_param *param, bool host)
{
	return tcpulse_param_is_missing(param) ||
	       (!host && tcpulse_param_is_hidden(net, param));
}

/* What a new namespace gets. */
void tcpulse_param_preset(const struct net *net,
			  const struct tcpulse_param *param,
			  struct tcpulse_value *value)
{
	*value = param->preset;
	if (param->preset_of)
		value->low = param->preset_of(net);
}

/* --- the kernel's variable ------------------------------------------- */

/* As the kernel's own tables are made to serve all namespaces. */
static void *tcpulse_param_at(const struct net *net,
			      const struct tcpulse_param *param)
{
	return param->data + ((void *)net - (void *)&init_net);
}

/* As the kernel stores it; two ends in one, as net/ip.h takes them. */
static u32 tcpulse_param_encode(const struct tcpulse_param *param,
				const struct tcpulse_value *value)
{
	if (param->unit == TCPULSE_UNIT_SECONDS)
		return value->low * HZ;
	return (u32)value->high << 16 | (u32)value->low;
}

static void tcpulse_param_decode(const struct tcpulse_param *param, u32 raw,
				 struct tcpulse_value *value)
{
	value->high = 0;
	if (param->unit == TCPULSE_UNIT_SECONDS) {
		value->low = (s32)raw / HZ;
	} else if (tcpulse_param_is_range(param)) {
		value->low = raw & U16_MAX;
		value->high = raw >> 16;
	} else {
		value->low = (s32)raw;
	}
}

static u32 tcpulse_param_read_ports(const struct net *net)
{
	int low, high;

	inet_get_local_port_range(net, &low, &high);
	return (u32)high << 16 | (u32)low;
}

/* Context: any. */
void tcpulse_param_read(const struct net *net,
			const struct tcpulse_param *param,
			struct tcpulse_value *value)
{
	const void *at = tcpulse_param_at(net, param);
	u32 raw;

	if (tcpulse_param_is_missing(param)) {
		*value = param->preset;
		return;
	}
	if (tcpulse_param_is_range(param))
		raw = tcpulse_param_read_ports(net);
	else if (param->size == sizeof(u8))
		raw = READ_ONCE(*(const u8 *)at);
	else
		raw = READ_ONCE(*(const u32 *)at);
	tcpulse_param_decode(param, raw, value);
}

/**
 * tcpulse_param_swap() - set a parameter
 * @net: namespace
 * @param: parameter, not a missing one
 * @value: value that tcpulse_param_check() has found good
 * @old: result, what it replaced
 *
 * Context: any but interrupts.
 */
void tcpulse_param_swap(struct net *net, const struct tcpulse_param *param,
			const struct tcpulse_value *value,
			struct tcpulse_value *old)
{
	u32 raw = tcpulse_param_encode(param, value);
	void *at = tcpulse_param_at(net, param);

	if (tcpulse_param_is_range(param))
		raw = tcpulse_local_ports_swap(net, raw);
	else if (param->size == sizeof(u8))
		raw = xchg((u8 *)at, (u8)raw);
	else
		raw = xchg((u32 *)at, raw);
	tcpulse_param_decode(param, raw, old);
}

/**
 * tcpulse_param_replace() - set a parameter that nobody has touched
 * @net: namespace
 * @param: parameter, not a missing one
 * @old: what it must be
 * @value: what it shall be
 *
 * Context: any but interrupts.
 * Return: false when it is something else than @old.
 */
bool tcpulse_param_replace(struct net *net, const struct tcpulse_param *param,
			   const struct tcpulse_value *old,
			   const struct tcpulse_value *value)
{
	const u32 from = tcpulse_param_encode(param, old);
	const u32 to = tcpulse_param_encode(param, value);
	void *at = tcpulse_param_at(net, param);

	if (tcpulse_param_is_range(param))
		return tcpulse_local_ports_replace(net, from, to);
	if (param->size == sizeof(u8))
		return cmpxchg((u8 *)at, (u8)from, (u8)to) == (u8)from;
	return cmpxchg((u32 *)at, from, to) == from;
}

/* --- values ---------------------------------------------------------- */

static int tcpulse_param_check_bounds(const struct tcpulse_param *param,
				      s64 value, struct netlink_ext_ack *extack)
{
	const char *plain = tcpulse_param_range[tcpulse_param_index(param)];

	if (value < param->min) {
		tcpulse_ext_ack(extack, plain,
				"%s: %lld is below the minimum %lld",
				param->name, value, param->min);
		return -ERANGE;
	}
	if (value > param->max) {
		tcpulse_ext_ack(extack, plain,
				"%s: %lld is above the maximum %lld",
				param->name, value, param->max);
		return -ERANGE;
	}
	return 0;
}

/* Only ip_local_port_range is one. */
static int tcpulse_param_check_range(const struct net *net,
				     const struct tcpulse_param *param,
				     const struct tcpulse_value *value,
				     struct netlink_ext_ack *extack)
{
	const int unprivileged = READ_ONCE(net->ipv4.sysctl_ip_prot_sock);
	int err = tcpulse_param_check_bounds(param, value->high, extack);

	if (err)
		return err;
	if (value->high < value->low) {
		tcpulse_ext_ack(extack,
				"ip_local_port_range: the last port is below the first",
				"ip_local_port_range: the last port, %lld, is below the first, %lld",
				value->high, value->low);
		return -ERANGE;
	}
	if (value->low < unprivileged) {
		tcpulse_ext_ack(extack,
				"ip_local_port_range: the first port is below ip_unprivileged_port_start",
				"ip_local_port_range: %lld is below ip_unprivileged_port_start, %d",
				value->low, unprivileged);
		return -ERANGE;
	}
	return 0;
}

/**
 * tcpulse_param_check() - whether a parameter can be given a value
 * @net: namespace
 * @param: parameter
 * @value: value
 * @extack: where to say what is wrong
 *
 * Return: 0, -ERANGE, or -EROFS when this kernel has no such parameter.
 */
int tcpulse_param_check(const struct net *net,
			const struct tcpulse_param *param,
			const struct tcpulse_value *value,
			struct netlink_ext_ack *extack)
{
	int err;

	if (tcpulse_param_is_missing(param)) {
		tcpulse_ext_ack(extack, "this kernel has no such parameter",
				"this kernel has no %s, and behaves as if it were %lld",
				param->name, param->preset.low);
		return -EROFS;
	}
	err = tcpulse_param_check_bounds(param, value->low, extack);
	if (!err && tcpulse_param_is_range(param))
		err = tcpulse_param_check_range(net, param, value, extack);
	return err;
}
