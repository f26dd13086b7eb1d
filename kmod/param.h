/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_PARAM_H
#define _TCPULSE_PARAM_H

#include <linux/types.h>

struct net;
struct netlink_ext_ack;

/* Parameters there are; held by the table. */
#define TCPULSE_PARAMS 18

/**
 * struct tcpulse_value - value of a parameter, in its unit
 * @low: the value; of a range, the lower end
 * @high: of a range, the upper end; else 0
 */
struct tcpulse_value {
	s64 low;
	s64 high;
};

static inline bool tcpulse_value_equal(const struct tcpulse_value *a,
				       const struct tcpulse_value *b)
{
	return a->low == b->low && a->high == b->high;
}

/**
 * struct tcpulse_param - something a network namespace can be tuned by
 * @name: the sysctl's own name
 * @data: the kernel's variable, in init_net; NULL where this kernel has none
 * @size: of that: 1 is a u8, 4 an int
 * @unit: enum tcpulse_unit; those in seconds are stored in jiffies
 * @effect: enum tcpulse_effect
 * @core: it is in net.core, which is not every namespace's to set
 * @min: least value, as the kernel's own handler has it
 * @max: greatest value
 * @preset: value of a new namespace
 * @preset_of: the same where it depends, or NULL
 */
struct tcpulse_param {
	const char *name;
	void *data;
	u8 size;
	u8 unit;
	u8 effect;
	bool core;
	s64 min;
	s64 max;
	struct tcpulse_value preset;
	s64 (*preset_of)(const struct net *net);
};

extern const struct tcpulse_param tcpulse_param_table[TCPULSE_PARAMS];

static inline int tcpulse_param_index(const struct tcpulse_param *param)
{
	return param - tcpulse_param_table;
}

void tcpulse_param_init(void);
const struct tcpulse_param *tcpulse_param_find(const char *name);
bool tcpulse_param_is_range(const struct tcpulse_param *param);
bool tcpulse_param_is_hidden(const struct net *net,
			     const struct tcpulse_param *param);
bool tcpulse_param_core_is_hidden(const struct net *net);
bool tcpulse_param_is_read_only(const struct net *net,
				const struct tcpulse_param *param, bool host);
void tcpulse_param_preset(const struct net *net,
			  const struct tcpulse_param *param,
			  struct tcpulse_value *value);
void tcpulse_param_read(const struct net *net,
			const struct tcpulse_param *param,
			struct tcpulse_value *value);
int tcpulse_param_check(const struct net *net,
			const struct tcpulse_param *param,
			const struct tcpulse_value *value,
			struct netlink_ext_ack *extack);
void tcpulse_param_swap(struct net *net, const struct tcpulse_param *param,
			const struct tcpulse_value *value,
			struct tcpulse_value *old);
bool tcpulse_param_replace(struct net *net, const struct tcpulse_param *param,
			   const struct tcpulse_value *old,
			   const struct tcpulse_value *value);
const char *tcpulse_param_whole_machine(const char *name);

#endif /* _TCPULSE_PARAM_H */
