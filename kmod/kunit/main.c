// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of what needs no socket: a module of its own, for kernels with
 * KUnit, made of the sources it tests. It runs when it is loaded, beside
 * tcpulse.ko or without it.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "suites.h"

kunit_test_suites(&tcpulse_addrform_suite, &tcpulse_counters_suite, &tcpulse_ehash_suite,
		  &tcpulse_handshake_suite, &tcpulse_minute_suite,
		  &tcpulse_packet_suite, &tcpulse_param_suite,
		  &tcpulse_peak_suite, &tcpulse_rst_state_suite,
		  &tcpulse_transition_suite);

MODULE_DESCRIPTION("Unit tests of tcpulse");
MODULE_LICENSE("GPL");
