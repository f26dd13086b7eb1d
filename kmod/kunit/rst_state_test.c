// SPDX-License-Identifier: GPL-2.0
/* Whose a RST is, when its sender moved to another CPU between the close and the RST. */
#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/tcp.h>
#include <linux/workqueue.h>

#include "../answer.c"
#include "../rst_state.c"
#include "../tuple.c"
#include "suites.h"

/* One socket, in the memory that the kernel uses again and again. */
struct tcpulse_rst_state_one {
	struct sock *sk;
	int state;
};

static struct sock *tcpulse_rst_state_socket(struct kunit *test)
{
	struct tcp_sock *tp = kunit_kzalloc(test, sizeof(*tp), GFP_KERNEL);
	struct sock *sk = (struct sock *)tp;

	KUNIT_ASSERT_NOT_NULL(test, tp);
	sk->sk_family = AF_INET;
	sk->sk_type = SOCK_STREAM;
	sk->sk_protocol = IPPROTO_TCP;
	sk->sk_state = TCP_CLOSE;
	return sk;
}

/* Of each connection another one; over all tests, which get the same memory again. */
static void tcpulse_rst_state_connect(struct sock *sk)
{
	static u32 isn = U32_MAX;

	WRITE_ONCE(tcp_sk(sk)->write_seq, isn);
	isn += 0x40000001;
}

static long tcpulse_rst_state_close(void *arg)
{
	const struct tcpulse_rst_state_one *one = arg;

	preempt_disable();
	tcpulse_rst_state_closed(one->sk, one->state);
	preempt_enable();
	return 0;
}

static long tcpulse_rst_state_send(void *arg)
{
	const struct tcpulse_rst_state_one *one = arg;

	return tcpulse_rst_state(&init_net, TCPULSE_V4, one->sk, NULL, NULL);
}

static void tcpulse_rst_state_close_on(int cpu, struct sock *sk, int state)
{
	struct tcpulse_rst_state_one one = { .sk = sk, .state = state };

	work_on_cpu(cpu, tcpulse_rst_state_close, &one);
}

static int tcpulse_rst_state_send_on(int cpu, struct sock *sk)
{
	struct tcpulse_rst_state_one one = { .sk = sk };

	return work_on_cpu(cpu, tcpulse_rst_state_send, &one);
}

static void tcpulse_rst_state_here(struct kunit *test)
{
	struct sock *sk = tcpulse_rst_state_socket(test);
	const int cpu = cpumask_first(cpu_online_mask);

	tcpulse_rst_state_connect(sk);
	KUNIT_EXPECT_EQ(test, tcpulse_rst_state_send_on(cpu, sk), TCP_CLOSE);
	tcpulse_rst_state_close_on(cpu, sk, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, tcpulse_rst_state_send_on(cpu, sk), TCP_ESTABLISHED);
}

static void tcpulse_rst_state_moved(struct kunit *test)
{
	struct sock *sk = tcpulse_rst_state_socket(test);
	int cpu;

	tcpulse_rst_state_connect(sk);
	tcpulse_rst_state_close_on(cpumask_last(cpu_online_mask), sk, TCP_CLOSE_WAIT);
	for_each_online_cpu(cpu)
		KUNIT_EXPECT_EQ(test, tcpulse_rst_state_send_on(cpu, sk), TCP_CLOSE_WAIT);
}

/* What each CPU remembers of an earlier connection in the same memory is not its. */
static void tcpulse_rst_state_reused(struct kunit *test)
{
	struct sock *sk = tcpulse_rst_state_socket(test);
	int cpu, at;

	for_each_online_cpu(at) {
		for_each_online_cpu(cpu) {
			tcpulse_rst_state_connect(sk);
			tcpulse_rst_state_close_on(cpu, sk, TCP_LAST_ACK);
		}
		tcpulse_rst_state_connect(sk);
		tcpulse_rst_state_close_on(at, sk, TCP_ESTABLISHED);
		for_each_online_cpu(cpu)
			KUNIT_EXPECT_EQ(test, tcpulse_rst_state_send_on(cpu, sk),
					TCP_ESTABLISHED);
	}
}

/* As many tasks as are said to may close sockets of their own in between. */
static void tcpulse_rst_state_others(struct kunit *test)
{
	struct sock *sk = tcpulse_rst_state_socket(test);
	struct sock *other = tcpulse_rst_state_socket(test);
	const int cpu = cpumask_first(cpu_online_mask);
	unsigned int i;

	tcpulse_rst_state_connect(sk);
	tcpulse_rst_state_close_on(cpu, sk, TCP_FIN_WAIT2);
	for (i = 1; i < TCPULSE_CLOSED_TASKS; i++) {
		tcpulse_rst_state_connect(other);
		tcpulse_rst_state_close_on(cpu, other, TCP_ESTABLISHED);
	}
	KUNIT_EXPECT_EQ(test, tcpulse_rst_state_send_on(cpu, sk), TCP_FIN_WAIT2);
	tcpulse_rst_state_close_on(cpu, other, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, tcpulse_rst_state_send_on(cpu, sk), TCP_CLOSE);
}

static struct kunit_case tcpulse_rst_state_cases[] = {
	KUNIT_CASE(tcpulse_rst_state_here),
	KUNIT_CASE(tcpulse_rst_state_moved),
	KUNIT_CASE(tcpulse_rst_state_reused),
	KUNIT_CASE(tcpulse_rst_state_others),
	{}
};

struct kunit_suite tcpulse_rst_state_suite = {
	.name = "tcpulse_rst_state",
	.test_cases = tcpulse_rst_state_cases,
};
