// SPDX-License-Identifier: GPL-2.0
/* Every pair of states against the arrows of the state diagram. */
#include <kunit/test.h>

#include "../tcpulse.h"
#include "../transition.h"
#include "suites.h"

/* As one reads them off the figure of RFC 9293, and Linux's own. */
static const struct {
	u8 from;
	u8 to;
} tcpulse_arrows[] = {
	{ TCP_CLOSE, TCP_LISTEN },
	{ TCP_CLOSE, TCP_SYN_SENT },
	{ TCP_LISTEN, TCP_CLOSE },
	{ TCP_LISTEN, TCP_SYN_RECV },
	{ TCP_SYN_SENT, TCP_CLOSE },
	{ TCP_SYN_SENT, TCP_ESTABLISHED },
	{ TCP_SYN_SENT, TCP_SYN_RECV },
	{ TCP_SYN_RECV, TCP_CLOSE },
	{ TCP_SYN_RECV, TCP_CLOSE_WAIT },
	{ TCP_SYN_RECV, TCP_ESTABLISHED },
	{ TCP_SYN_RECV, TCP_FIN_WAIT1 },
	{ TCP_ESTABLISHED, TCP_CLOSE },
	{ TCP_ESTABLISHED, TCP_CLOSE_WAIT },
	{ TCP_ESTABLISHED, TCP_FIN_WAIT1 },
	{ TCP_FIN_WAIT1, TCP_CLOSE },
	{ TCP_FIN_WAIT1, TCP_CLOSING },
	{ TCP_FIN_WAIT1, TCP_FIN_WAIT2 },
	{ TCP_FIN_WAIT2, TCP_CLOSE },
	{ TCP_FIN_WAIT2, TCP_TIME_WAIT },
	{ TCP_CLOSING, TCP_CLOSE },
	{ TCP_CLOSING, TCP_TIME_WAIT },
	{ TCP_CLOSE_WAIT, TCP_CLOSE },
	{ TCP_CLOSE_WAIT, TCP_LAST_ACK },
	{ TCP_LAST_ACK, TCP_CLOSE },
	{ TCP_TIME_WAIT, TCP_CLOSE },
};

static bool tcpulse_is_arrow(int from, int to)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(tcpulse_arrows); i++)
		if (tcpulse_arrows[i].from == from && tcpulse_arrows[i].to == to)
			return true;
	return false;
}

static void tcpulse_transition_all(struct kunit *test)
{
	int from, to;

	/* Slot 0 is no state, and must not be taken for one either. */
	for (from = 0; from < TCPULSE_STATES; from++)
		for (to = 0; to <= TCPULSE_STATES; to++)
			KUNIT_EXPECT_EQ_MSG(test,
					    tcpulse_transition_is_regular(from, to),
					    tcpulse_is_arrow(from, to),
					    "from %d to %d", from, to);
}

/* Only what enters SYN-RECV is born, and only if it is in no table. */
static void tcpulse_transition_births(struct kunit *test)
{
	struct hlist_nulls_head chain;
	struct sock *sk;
	int to;

	sk = kunit_kzalloc(test, sizeof(*sk), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, sk);
	for (to = 1; to < TCPULSE_STATES; to++)
		KUNIT_EXPECT_EQ_MSG(test, tcpulse_transition_is_birth(sk, to),
				    to == TCP_SYN_RECV, "to %d", to);

	INIT_HLIST_NULLS_HEAD(&chain, 0);
	hlist_nulls_add_head_rcu(&sk->sk_nulls_node, &chain);
	for (to = 1; to < TCPULSE_STATES; to++)
		KUNIT_EXPECT_FALSE_MSG(test, tcpulse_transition_is_birth(sk, to),
				       "to %d", to);
}

static void tcpulse_transition_states(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)TCPULSE_STATE_CLOSING, (int)TCP_CLOSING);
	KUNIT_EXPECT_EQ(test, TCPULSE_STATES, (int)TCP_CLOSING + 1);
}

static struct kunit_case tcpulse_transition_cases[] = {
	KUNIT_CASE(tcpulse_transition_all),
	KUNIT_CASE(tcpulse_transition_births),
	KUNIT_CASE(tcpulse_transition_states),
	{}
};

struct kunit_suite tcpulse_transition_suite = {
	.name = "tcpulse_transition",
	.test_cases = tcpulse_transition_cases,
};
