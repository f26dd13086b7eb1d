// SPDX-License-Identifier: GPL-2.0
/*
 * Answers that TCP is about to send: who sends it is known when it begins, and the
 * packet comes by a moment later, if it comes at all. Routes fail, memory is short, a
 * filter drops. So what is announced says whose it is, and is void for anybody else: it
 * holds for one namespace, for one connection and for as long as the segment that is
 * answered is in hand.
 *
 * For a softirq that is hand.h's business. A task that gets what was queued for its
 * socket may be interrupted by softirqs, make way for other tasks and go to another CPU
 * before it sends; but it announces each of its answers, so the last one is the one.
 */
#include <linux/bottom_half.h>
#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <net/net_namespace.h>

#include "answer.h"
#include "hand.h"
#include "tuple.h"

/* Answers that other tasks may announce on a CPU before one is sent. */
#define TCPULSE_ANSWER_TASKS 8

/**
 * struct tcpulse_answer - one that was announced
 * @net: namespace; compared only; NULL when there is none
 * @hand: the segment that is answered; of a task only who it is
 * @tuple: its connection
 * @state: state of who answers
 */
struct tcpulse_answer {
	const struct net *net;
	struct tcpulse_hand hand;
	struct tcpulse_tuple tuple;
	int state;
};

/**
 * struct tcpulse_answers - those of one CPU
 * @softirq: written and taken with softirqs off, by this CPU
 * @task: the last ones, a ring; read by every CPU
 * @tasks: how many those were
 */
struct tcpulse_answers {
	struct tcpulse_answer softirq;
	struct tcpulse_answer task[TCPULSE_ANSWER_TASKS];
	unsigned int tasks;
};

static DEFINE_PER_CPU(struct tcpulse_answers, tcpulse_answers);

static struct tcpulse_answer tcpulse_answer_of(const struct net *net,
					       const struct tcpulse_tuple *tuple,
					       int state)
{
	return (struct tcpulse_answer) {
		.net = net,
		.tuple = *tuple,
		.state = state,
	};
}

static bool tcpulse_answer_is_of(const struct tcpulse_answer *answer,
				 const struct net *net,
				 const struct tcpulse_tuple *tuple)
{
	return answer->net == net && tcpulse_tuple_is(&answer->tuple, tuple);
}

/* --- softirqs ---------------------------------------------------------- */

static void tcpulse_answer_announce_softirq(const struct net *net,
					    const struct tcpulse_tuple *tuple,
					    int state)
{
	struct tcpulse_answer *answer = this_cpu_ptr(&tcpulse_answers.softirq);

	*answer = tcpulse_answer_of(net, tuple, state);
	answer->hand = tcpulse_hand(net);
}

static int tcpulse_answer_take_softirq(const struct net *net,
				       const struct tcpulse_tuple *tuple)
{
	struct tcpulse_answer *answer = this_cpu_ptr(&tcpulse_answers.softirq);

	if (!tcpulse_answer_is_of(answer, net, tuple) ||
	    !tcpulse_hand_is(&answer->hand, net))
		return 0;
	answer->net = NULL;
	return answer->state;
}

/* --- tasks --------------------------------------------------------------- */

/* Softirqs do not come here, but other CPUs may be reading. Context: preemption off. */
static void tcpulse_answer_announce_task(const struct net *net,
					 const struct tcpulse_tuple *tuple,
					 int state)
{
	struct tcpulse_answers *answers = this_cpu_ptr(&tcpulse_answers);
	const unsigned int i = answers->tasks++ % TCPULSE_ANSWER_TASKS;

	WRITE_ONCE(answers->task[i].hand.task, NULL);
	/* Pairs with tcpulse_answer_take_from(): others see it go before it changes. */
	smp_wmb();
	/* Nobody's, as it has no task: who reads it meanwhile throws it away. */
	data_race(answers->task[i] = tcpulse_answer_of(net, tuple, state));
	/* Pairs with tcpulse_answer_take_from(), if this task moves. */
	smp_store_release(&answers->task[i].hand.task, current);
}

/* Only this task writes its name there: what stands beside it then is whole. */
static int tcpulse_answer_take_from(struct tcpulse_answer *answer,
				    const struct net *net,
				    const struct tcpulse_tuple *tuple)
{
	struct tcpulse_answer copy;

	/* Pairs with tcpulse_answer_announce_task(), on another CPU. */
	if (smp_load_acquire(&answer->hand.task) != current)
		return 0;
	/* Another task may take the place: then this is thrown away. */
	copy = data_race(*answer);
	/* Pairs with tcpulse_answer_announce_task(): it is read before it is asked. */
	smp_rmb();
	if (READ_ONCE(answer->hand.task) != current ||
	    !tcpulse_answer_is_of(&copy, net, tuple))
		return 0;
	cmpxchg(&answer->hand.task, current, NULL);
	return copy.state;
}

/* The last one first. */
static int tcpulse_answer_take_on(int cpu, const struct net *net,
				  const struct tcpulse_tuple *tuple)
{
	struct tcpulse_answers *answers = per_cpu_ptr(&tcpulse_answers, cpu);
	const unsigned int tasks = READ_ONCE(answers->tasks);
	unsigned int i;
	int state = 0;

	for (i = 1; !state && i <= TCPULSE_ANSWER_TASKS; i++)
		state = tcpulse_answer_take_from(&answers->task[(tasks - i) %
							TCPULSE_ANSWER_TASKS],
						 net, tuple);
	return state;
}

static int tcpulse_answer_take_task(const struct net *net,
				    const struct tcpulse_tuple *tuple)
{
	int state = tcpulse_answer_take_on(raw_smp_processor_id(), net, tuple);
	int cpu;

	for_each_possible_cpu(cpu) {
		if (state)
			break;
		state = tcpulse_answer_take_on(cpu, net, tuple);
	}
	return state;
}

/* --- both ------------------------------------------------------------------ */

/**
 * tcpulse_answer_announce() - a segment is about to be answered
 * @net: namespace
 * @tuple: of the segment
 * @state: state of who answers
 *
 * Context: preemption off; softirq, or a task with softirqs on.
 */
void tcpulse_answer_announce(const struct net *net,
			     const struct tcpulse_tuple *tuple, int state)
{
	if (in_softirq())
		tcpulse_answer_announce_softirq(net, tuple, state);
	else
		tcpulse_answer_announce_task(net, tuple, state);
}

/**
 * tcpulse_answer_take() - an answer is being sent
 * @net: namespace
 * @tuple: of the segment that is answered
 *
 * IPv4 has switched softirqs off by now, also for a task.
 *
 * Context: RCU, preemption may be on in a task with softirqs on.
 * Return: what was announced for it, which then is spent; 0 if that is nothing.
 */
int tcpulse_answer_take(const struct net *net, const struct tcpulse_tuple *tuple)
{
	int state = 0;

	preempt_disable();
	if (in_softirq())
		state = tcpulse_answer_take_softirq(net, tuple);
	if (!state && !in_serving_softirq())
		state = tcpulse_answer_take_task(net, tuple);
	preempt_enable();
	return state;
}
