# SPDX-License-Identifier: GPL-2.0
# broken: a listener leaves LISTEN when a connection is born
# file: kmod/state.c
# test: states_basic.sh
# kernel: uml
/^static void tcpulse_state_count_birth/,/^}/ s/^(\t)(tcpulse_count_stay\(counts, TCP_SYN_RECV\);)/\1tcpulse_count_leave(counts, TCP_LISTEN);\n\1\2/
