/* SPDX-License-Identifier: GPL-2.0 */
/* Shadows <linux/hrtimer.h>: the function of a timer is an argument. */
#ifndef _TCPULSE_COMPAT_LINUX_HRTIMER_H
#define _TCPULSE_COMPAT_LINUX_HRTIMER_H

#include_next <linux/hrtimer.h>
#include <tcpulse/answers.h>

#if !TCPULSE_HAVE_HRTIMER_SETUP
static inline void
hrtimer_setup(struct hrtimer *timer,
	      enum hrtimer_restart (*function)(struct hrtimer *),
	      clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

#endif /* _TCPULSE_COMPAT_LINUX_HRTIMER_H */
