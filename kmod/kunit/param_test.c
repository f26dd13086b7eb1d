// SPDX-License-Identifier: GPL-2.0
/* Every parameter of the table: its bounds, how it is stored, and where. */
#include <kunit/test.h>

#include "../param.c"
#include "suites.h"

static bool tcpulse_param_is_word(const struct tcpulse_param *param)
{
	return param->data && !tcpulse_param_is_range(param);
}

static int tcpulse_param_try(const struct tcpulse_param *param, s64 value)
{
	const struct tcpulse_value v = { .low = value };

	return tcpulse_param_check(&init_net, param, &v, NULL);
}

static void tcpulse_param_bounds(struct kunit *test)
{
	int i;

	for (i = 0; i < TCPULSE_PARAMS; i++) {
		const struct tcpulse_param *p = &tcpulse_param_table[i];

		KUNIT_EXPECT_LE_MSG(test, p->min, p->max, "%s", p->name);
		if (!tcpulse_param_is_word(p))
			continue;
		KUNIT_EXPECT_EQ_MSG(test, tcpulse_param_try(p, p->min), 0, "%s",
				    p->name);
		KUNIT_EXPECT_EQ_MSG(test, tcpulse_param_try(p, p->max), 0, "%s",
				    p->name);
		KUNIT_EXPECT_EQ_MSG(test, tcpulse_param_try(p, p->min - 1),
				    -ERANGE, "%s", p->name);
		KUNIT_EXPECT_EQ_MSG(test, tcpulse_param_try(p, p->max + 1),
				    -ERANGE, "%s", p->name);
		KUNIT_EXPECT_EQ_MSG(test, tcpulse_param_try(p, S64_MIN), -ERANGE,
				    "%s", p->name);
		KUNIT_EXPECT_EQ_MSG(test, tcpulse_param_try(p, S64_MAX), -ERANGE,
				    "%s", p->name);
	}
}

/* What this kernel lacks can be set to nothing, not even to what it is. */
static void tcpulse_param_lacking(struct kunit *test)
{
	int i;

	for (i = 0; i < TCPULSE_PARAMS; i++) {
		const struct tcpulse_param *p = &tcpulse_param_table[i];

		if (p->data || tcpulse_param_is_range(p))
			continue;
		KUNIT_EXPECT_EQ_MSG(test, tcpulse_param_try(p, p->preset.low),
				    -EROFS, "%s", p->name);
	}
}

static int tcpulse_param_try_ports(s64 low, s64 high)
{
	const struct tcpulse_value v = { .low = low, .high = high };

	return tcpulse_param_check(&init_net,
				   tcpulse_param_find("ip_local_port_range"),
				   &v, NULL);
}

/* ip_unprivileged_port_start is 1024 unless somebody has changed it. */
static void tcpulse_param_ports(struct kunit *test)
{
	const int start = READ_ONCE(init_net.ipv4.sysctl_ip_prot_sock);

	KUNIT_EXPECT_EQ(test, tcpulse_param_try_ports(32768, 60999), 0);
	KUNIT_EXPECT_EQ(test, tcpulse_param_try_ports(U16_MAX, U16_MAX), 0);
	KUNIT_EXPECT_EQ(test, tcpulse_param_try_ports(start, start), 0);
	KUNIT_EXPECT_EQ(test, tcpulse_param_try_ports(start - 1, U16_MAX), -ERANGE);
	KUNIT_EXPECT_EQ(test, tcpulse_param_try_ports(U16_MAX, U16_MAX - 1), -ERANGE);
	KUNIT_EXPECT_EQ(test, tcpulse_param_try_ports(32768, U16_MAX + 1), -ERANGE);
	KUNIT_EXPECT_EQ(test, tcpulse_param_try_ports(U16_MAX + 1, U16_MAX + 1),
			-ERANGE);
	KUNIT_EXPECT_EQ(test, tcpulse_param_try_ports(0, 60999), -ERANGE);
	KUNIT_EXPECT_EQ(test, tcpulse_param_try_ports(32768, 0), -ERANGE);
	KUNIT_EXPECT_EQ(test, tcpulse_param_try_ports(-1, -1), -ERANGE);
}

static void tcpulse_param_round_trip(struct kunit *test)
{
	struct tcpulse_value in, out;
	int i, end;

	for (i = 0; i < TCPULSE_PARAMS; i++)
		for (end = 0; end < 3; end++) {
			const struct tcpulse_param *p = &tcpulse_param_table[i];

			in = p->preset;
			if (end)
				in.low = end == 1 ? p->min : p->max;
			tcpulse_param_decode(p, tcpulse_param_encode(p, &in), &out);
			KUNIT_EXPECT_EQ_MSG(test, out.low, in.low, "%s", p->name);
			KUNIT_EXPECT_EQ_MSG(test, out.high, in.high, "%s", p->name);
		}
}

static bool tcpulse_param_untouched(const u8 *byte, const u8 *end)
{
	while (byte < end && *byte == 0xa5)
		byte++;
	return byte == end;
}

/* Written are the bytes of the parameter, in that namespace, and no other. */
static void tcpulse_param_bytes(struct kunit *test)
{
	const struct tcpulse_value value = { .low = 1 };
	const struct tcpulse_value wrong = { .low = 0 };
	struct net *net = kunit_kzalloc(test, sizeof(*net), GFP_KERNEL);
	struct tcpulse_value old, now;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, net);
	for (i = 0; i < TCPULSE_PARAMS; i++) {
		const struct tcpulse_param *p = &tcpulse_param_table[i];
		u8 *at = tcpulse_param_at(net, p);

		if (!tcpulse_param_is_word(p))
			continue;
		memset(net, 0xa5, sizeof(*net));
		tcpulse_param_swap(net, p, &value, &old);
		tcpulse_param_read(net, p, &now);
		KUNIT_EXPECT_TRUE_MSG(test, tcpulse_value_equal(&now, &value), "%s",
				      p->name);
		KUNIT_EXPECT_EQ_MSG(test, old.low,
				    p->size == 1 ? 0xa5 :
				    p->unit == TCPULSE_UNIT_SECONDS ?
				    (s32)0xa5a5a5a5 / HZ : (s32)0xa5a5a5a5,
				    "%s", p->name);
		KUNIT_EXPECT_FALSE_MSG(test, tcpulse_param_replace(net, p, &wrong,
								   &value),
				       "%s", p->name);
		KUNIT_EXPECT_TRUE_MSG(test, tcpulse_param_replace(net, p, &value,
								  &wrong),
				      "%s", p->name);
		KUNIT_EXPECT_TRUE_MSG(test,
				      tcpulse_param_untouched((u8 *)net, at) &&
				      tcpulse_param_untouched(at + p->size,
							      (u8 *)(net + 1)),
				      "%s", p->name);
	}
}

static void tcpulse_param_names(struct kunit *test)
{
	int i;

	for (i = 0; i < TCPULSE_PARAMS; i++) {
		const struct tcpulse_param *p = &tcpulse_param_table[i];

		KUNIT_EXPECT_PTR_EQ_MSG(test, tcpulse_param_find(p->name), p, "%s",
					p->name);
		KUNIT_EXPECT_EQ(test, tcpulse_param_index(p), i);
		/* the fixed message is all there, and ends in its own room */
		KUNIT_EXPECT_TRUE(test, strstarts(tcpulse_param_range[i], p->name));
		KUNIT_EXPECT_LT(test, strlen(tcpulse_param_range[i]),
				sizeof(tcpulse_param_range[i]) - 1);
	}
	KUNIT_EXPECT_PTR_EQ(test, tcpulse_param_find("tcp_mem"),
			    (const struct tcpulse_param *)NULL);
	KUNIT_EXPECT_PTR_EQ(test, tcpulse_param_find(""),
			    (const struct tcpulse_param *)NULL);
	KUNIT_EXPECT_TRUE(test, !!tcpulse_param_whole_machine("tcp_mem"));
	KUNIT_EXPECT_FALSE(test, !!tcpulse_param_whole_machine("somaxconn"));
}

/* The module's own start: KUnit first comes here while that can be called. */
static int __ref tcpulse_param_begin(struct kunit_suite *suite)
{
	if (!tcpulse_param_range[0][0])
		tcpulse_param_init();
	return 0;
}

static struct kunit_case tcpulse_param_cases[] = {
	KUNIT_CASE(tcpulse_param_bounds),
	KUNIT_CASE(tcpulse_param_lacking),
	KUNIT_CASE(tcpulse_param_ports),
	KUNIT_CASE(tcpulse_param_round_trip),
	KUNIT_CASE(tcpulse_param_bytes),
	KUNIT_CASE(tcpulse_param_names),
	{}
};

struct kunit_suite tcpulse_param_suite = {
	.name = "tcpulse_param",
	.suite_init = tcpulse_param_begin,
	.test_cases = tcpulse_param_cases,
};
