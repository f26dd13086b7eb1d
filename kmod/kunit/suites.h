/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_KUNIT_SUITES_H
#define _TCPULSE_KUNIT_SUITES_H

struct kunit_suite;

extern struct kunit_suite tcpulse_addrform_suite;
extern struct kunit_suite tcpulse_counters_suite;
extern struct kunit_suite tcpulse_ehash_suite;
extern struct kunit_suite tcpulse_handshake_suite;
extern struct kunit_suite tcpulse_minute_suite;
extern struct kunit_suite tcpulse_packet_suite;
extern struct kunit_suite tcpulse_param_suite;
extern struct kunit_suite tcpulse_peak_suite;
extern struct kunit_suite tcpulse_rst_state_suite;
extern struct kunit_suite tcpulse_transition_suite;

#endif /* _TCPULSE_KUNIT_SUITES_H */
