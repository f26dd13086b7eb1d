// SPDX-License-Identifier: GPL-2.0
/* Whose a RST is, when its sender moved to another CPU between the close and the RST. */
#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/tcp.h>
#include <linux/workqueue.h>

#include "../answer.c"
#include "../reset.c"
#include "../tuple.c"
#include "suites.h"

/* One socket, in the memory that the kernel uses again and again. */
struct tcpulse_reset_one {
	struct sock *sk;
	int state;
};

static struct sock *tcpulse_reset_socket(struct kunit *test)
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
static void tcpulse_reset_connect(struct sock *sk)
{
	static u32 isn = U32_MAX;

	WRITE_ONCE(tcp_sk(sk)->write_seq, isn);
	isn += 0x40000001;
}

static long tcpulse_reset_close(void *arg)
{
	const struct tcpulse_reset_one *one = arg;

	preempt_disable();
	tcpulse_reset_closed(one->sk, one->state);
	preempt_enable();
	return 0;
}

static long tcpulse_reset_send(void *arg)
{
	const struct tcpulse_reset_one *one = arg;

	return tcpulse_reset_state(&init_net, TCPULSE_V4, one->sk, NULL, NULL);
}

static void tcpulse_reset_close_on(int cpu, struct sock *sk, int state)
{
	struct tcpulse_reset_one one = { .sk = sk, .state = state };

	work_on_cpu(cpu, tcpulse_reset_close, &one);
}

static int tcpulse_reset_send_on(int cpu, struct sock *sk)
{
	struct tcpulse_reset_one one = { .sk = sk };

	return work_on_cpu(cpu, tcpulse_reset_send, &one);
}

static void tcpulse_reset_here(struct kunit *test)
{
	struct sock *sk = tcpulse_reset_socket(test);
	const int cpu = cpumask_first(cpu_online_mask);

	tcpulse_reset_connect(sk);
	KUNIT_EXPECT_EQ(test, tcpulse_reset_send_on(cpu, sk), TCP_CLOSE);
	tcpulse_reset_close_on(cpu, sk, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, tcpulse_reset_send_on(cpu, sk), TCP_ESTABLISHED);
}

static void tcpulse_reset_moved(struct kunit *test)
{
	struct sock *sk = tcpulse_reset_socket(test);
	int cpu;

	tcpulse_reset_connect(sk);
	tcpulse_reset_close_on(cpumask_last(cpu_online_mask), sk, TCP_CLOSE_WAIT);
	for_each_online_cpu(cpu)
		KUNIT_EXPECT_EQ(test, tcpulse_reset_send_on(cpu, sk), TCP_CLOSE_WAIT);
}

/* What each CPU remembers of an earlier connection in the same memory is not its. */
static void tcpulse_reset_reused(struct kunit *test)
{
	struct sock *sk = tcpulse_reset_socket(test);
	int cpu, at;

	for_each_online_cpu(at) {
		for_each_online_cpu(cpu) {
			tcpulse_reset_connect(sk);
			tcpulse_reset_close_on(cpu, sk, TCP_LAST_ACK);
		}
		tcpulse_reset_connect(sk);
		tcpulse_reset_close_on(at, sk, TCP_ESTABLISHED);
		for_each_online_cpu(cpu)
			KUNIT_EXPECT_EQ(test, tcpulse_reset_send_on(cpu, sk),
					TCP_ESTABLISHED);
	}
}

/* As many tasks as are said to may close sockets of their own in between. */
static void tcpulse_reset_others(struct kunit *test)
{
	struct sock *sk = tcpulse_reset_socket(test);
	struct sock *other = tcpulse_reset_socket(test);
	const int cpu = cpumask_first(cpu_online_mask);
	unsigned int i;

	tcpulse_reset_connect(sk);
	tcpulse_reset_close_on(cpu, sk, TCP_FIN_WAIT2);
	for (i = 1; i < TCPULSE_CLOSED_TASKS; i++) {
		tcpulse_reset_connect(other);
		tcpulse_reset_close_on(cpu, other, TCP_ESTABLISHED);
	}
	KUNIT_EXPECT_EQ(test, tcpulse_reset_send_on(cpu, sk), TCP_FIN_WAIT2);
	tcpulse_reset_close_on(cpu, other, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, tcpulse_reset_send_on(cpu, sk), TCP_CLOSE);
}

static struct kunit_case tcpulse_reset_cases[] = {
	KUNIT_CASE(tcpulse_reset_here),
	KUNIT_CASE(tcpulse_reset_moved),
	KUNIT_CASE(tcpulse_reset_reused),
	KUNIT_CASE(tcpulse_reset_others),
	{}
};

struct kunit_suite tcpulse_reset_suite = {
	.name = "tcpulse_reset",
	.test_cases = tcpulse_reset_cases,
};
